import { findingsOf, findingExample } from '../findings';
import { rising } from '../probe';
import type { Probe } from '../probe';

const RULES = /^TH(08|09|10|11)$/;

export const swallowedError: Probe = {
  id: 'swallowed-error',
  category: 'operations',
  title: 'Something fails and nobody knows: errors are caught and forgotten',
  trigger: 'A full disk, a refused login, a changed answer of a partner.',
  chain: [
    'The error is caught and nothing is done about it',
    'The program goes on with wrong or missing data',
    'It is noticed days later, and nothing tells why',
  ],
  hurts: 'Users whose data is wrong, and whoever has to find out why',
  prevention: 'Let errors reach someone who can act, or log them with what is needed to act.',
  earlyWarning: 'Results that are empty or default although there was input',
  verify: 'Make the call fail in a test: the caller hears of it.',
  per: 'project',
  needs: ['static'],
  impact: 0.55,
  likelihood: (found) => rising(0.45, found),
  bad: [findingExample('TH08', 'try { save(order); } catch {}')],
  good: [findingExample('TH13', 'if (true) run();')],
  look: (facts) => findingsOf(facts, RULES),
};
