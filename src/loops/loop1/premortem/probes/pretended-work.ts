import { findingsOf, findingExample } from '../findings';
import { rising } from '../probe';
import type { Probe } from '../probe';

const RULES = /^TH(01|02|03|04|05|06|07|12|14|15|16|20)$/;

export const pretendedWork: Probe = {
  id: 'pretended-work',
  category: 'testing',
  title: 'A part that only pretends to work is taken for finished',
  trigger: 'Somebody uses for real what was only ever shown.',
  chain: [
    'The code answers with something made up',
    'Nobody checks, since it looks right',
    'Decisions are made on it',
  ],
  hurts: 'Users who rely on the answer',
  prevention: 'Do it, or say openly that it is not done: an error instead of a plausible value.',
  earlyWarning: 'Answers that do not depend on the input',
  verify: 'An audit of the file has no finding of theater.',
  per: 'file',
  needs: ['static'],
  impact: 0.7,
  likelihood: (found) => rising(0.5, found),
  bad: [findingExample('TH01', 'return 0.85;')],
  good: [findingExample('TH08', 'catch {}')],
  look: (facts) => findingsOf(facts, RULES),
};
