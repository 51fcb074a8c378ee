import { containerExample, containersSeen } from '../containers';
import type { Probe } from '../probe';

const MANY = 3;

export const containerRestarts: Probe = {
  id: 'container-restarts',
  category: 'operations',
  title: 'A service crashes again and again, and the restarts hide it',
  trigger: 'What has crashed it before.',
  chain: [
    'It ends, the engine starts it anew',
    'Requests of that moment fail, what it held in memory is gone',
    'The day comes when it does not start',
  ],
  hurts: 'Users at each crash',
  prevention: 'Read the log before the last restart, and mend the cause.',
  earlyWarning: 'The number of restarts grows',
  verify: 'The count stays the same for a week.',
  per: 'place',
  needs: ['containers'],
  impact: 0.6,
  likelihood: () => 0.7,
  bad: [containerExample({ restarts: 7 })],
  good: [containerExample({ restarts: 1 })],
  look: (facts) =>
    containersSeen(facts, ({ restarts }) => (restarts >= MANY ? `restarted ${restarts} times` : undefined)),
};
