import { findingsOf, findingExample } from '../findings';
import { rising } from '../probe';
import type { Probe } from '../probe';

const RULES = /^TT/;

export const hollowTests: Probe = {
  id: 'hollow-tests',
  category: 'testing',
  title: 'All tests pass and the feature is broken, since they check nothing',
  trigger: 'A change that a real test would have caught.',
  chain: ['The tests run and can not fail', 'The change is taken for good', 'Users find the mistake'],
  hurts: 'Users, and those who trusted the tests',
  prevention: 'Let each test compare a result with what it has to be.',
  earlyWarning: 'Tests that pass although the code was broken on purpose',
  verify: 'An audit with mutants: the tests notice that functions are broken.',
  per: 'project',
  needs: ['static'],
  impact: 0.5,
  likelihood: (found) => rising(0.4, found),
  bad: [findingExample('TT01', "test('works', () => { run(); });", 'test/a.test.js')],
  good: [findingExample('TH08', 'catch {}')],
  look: (facts) => findingsOf(facts, RULES),
};
