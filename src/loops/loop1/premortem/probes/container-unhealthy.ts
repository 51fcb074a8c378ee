import { containerExample, containersSeen } from '../containers';
import type { Probe } from '../probe';

export const containerUnhealthy: Probe = {
  id: 'container-unhealthy',
  category: 'operations',
  title: 'A service that is counted on does not answer its own health check',
  trigger: 'It is unhealthy now.',
  chain: ['Requests fail or take very long', 'What depends on it fails too'],
  hurts: 'Users, at this moment',
  prevention: 'Read the output of its health check and its log.',
  earlyWarning: 'Checks that take longer each time',
  verify: 'It is healthy for a day.',
  per: 'place',
  needs: ['containers'],
  impact: 0.7,
  likelihood: () => 0.9,
  bad: [containerExample({ health: 'unhealthy' })],
  good: [containerExample({ health: 'starting' })],
  look: (facts) =>
    containersSeen(facts, ({ health }) => (health === 'unhealthy' ? 'its health check fails' : undefined)),
};
