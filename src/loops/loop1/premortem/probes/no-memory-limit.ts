import { asRecord } from '../../facts/composeFile';
import { isJob, servicesWithout, serviceSeen } from '../look';
import type { Probe } from '../probe';

export const noMemoryLimit: Probe = {
  id: 'no-memory-limit',
  category: 'operations',
  title: 'A leak in one service takes the whole host down',
  trigger: 'A request that needs much memory, or a leak over days.',
  chain: [
    'The host runs out of memory',
    'The kernel ends some process, often the database',
    'All services suffer from the mistake of one',
  ],
  hurts: 'Users of every service on the host',
  prevention: 'Give each service a memory limit somewhat above what it needs.',
  earlyWarning: 'Memory of the container that only rises',
  verify: 'The limit is shown by "docker stats".',
  per: 'project',
  isAbsence: true,
  impact: 0.5,
  likelihood: (found) => Math.min(0.4, 0.15 + 0.05 * found.length),
  bad: [{ files: { 'compose.yaml': 'services:\n»  web:\n    image: shop:1\n    restart: always\n' } }],
  good: [
    {
      files: {
        'compose.yaml':
          'services:\n  web:\n    image: shop:1\n    mem_limit: 256m\n  db:\n    image: postgres:16\n    deploy: {resources: {limits: {memory: 1g}}}\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of servicesWithout(facts, 'mem_limit')) {
      const resources = asRecord(asRecord(placed.service.value['deploy'])['resources']);
      if (asRecord(resources['limits'])['memory'] === undefined && !isJob(placed))
        yield serviceSeen(placed, `${placed.service.name} may take all memory`);
    }
  },
};
