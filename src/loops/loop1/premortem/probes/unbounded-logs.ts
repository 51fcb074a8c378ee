import { isJob, servicesWithout, serviceSeen } from '../look';
import type { Probe } from '../probe';

export const unboundedLogs: Probe = {
  id: 'unbounded-logs',
  category: 'operations',
  title: 'Logs fill the disk of the host, and all services stop writing',
  trigger: 'An error that is logged with each request, over a weekend.',
  chain: [
    'The log of a container grows without limit',
    'The disk is full',
    'Databases stop, nothing can be deployed',
  ],
  hurts: 'Users of every service on the host',
  prevention: 'Set max-size and max-file for the log, here or for the whole engine.',
  earlyWarning: 'Free space that only falls',
  verify: '"docker inspect" shows max-size under LogConfig.',
  per: 'project',
  isAbsence: true,
  impact: 0.5,
  likelihood: () => 0.12,
  bad: [{ files: { 'compose.yaml': 'services:\n»  web:\n    image: shop:1\n    restart: always\n' } }],
  good: [
    {
      files: {
        'compose.yaml': 'services:\n  web:\n    image: shop:1\n    logging: {options: {max-size: 10m}}\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of servicesWithout(facts, 'logging'))
      if (!isJob(placed))
        yield serviceSeen(placed, `the log of ${placed.service.name} has no limit of its own`);
  },
};
