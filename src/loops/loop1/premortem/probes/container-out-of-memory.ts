import { containerExample, containersSeen } from '../containers';
import type { Probe } from '../probe';

export const containerOutOfMemory: Probe = {
  id: 'container-out-of-memory',
  category: 'performance',
  title: 'A service is killed when its memory runs out, in the middle of its work',
  trigger: 'The same load as the last time.',
  chain: [
    'The kernel ends the process',
    'What it was doing is lost or half done',
    'It starts, and the same load comes again',
  ],
  hurts: 'Users at the busiest time',
  prevention: 'Find what takes the memory, or give it more, with a limit.',
  earlyWarning: 'Memory near its limit',
  verify: 'Under the load of the busiest hour it stays well below its limit.',
  per: 'place',
  needs: ['containers'],
  impact: 0.65,
  likelihood: () => 0.8,
  bad: [containerExample({ isOutOfMemory: true })],
  good: [containerExample({ exitCode: 137, state: 'exited' })],
  look: (facts) =>
    containersSeen(facts, ({ isOutOfMemory }) =>
      isOutOfMemory ? 'ended when its memory ran out' : undefined,
    ),
};
