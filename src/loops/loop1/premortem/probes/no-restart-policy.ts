import { asRecord } from '../../facts/composeFile';
import { isJob, servicesWithout, serviceSeen } from '../look';
import type { Probe } from '../probe';

export const noRestartPolicy: Probe = {
  id: 'no-restart-policy',
  category: 'operations',
  title: 'A service stays down after a crash or a reboot of the host',
  trigger: 'The process ends by an error, or the host restarts at night.',
  chain: [
    'The engine leaves the container stopped',
    'Nobody is told',
    'It is down until somebody starts it by hand',
  ],
  hurts: 'Users, for hours rather than seconds',
  prevention: 'Give it "restart: unless-stopped".',
  earlyWarning: 'A container in the state "exited" that nobody stopped',
  verify: 'Kill its process: it comes back by itself.',
  per: 'place',
  isAbsence: true,
  impact: 0.4,
  likelihood: () => 0.4,
  bad: [{ files: { 'compose.yaml': 'services:\n»  web:\n    image: shop:1\n    ports: ["80:80"]\n' } }],
  good: [
    {
      files: {
        'compose.yaml':
          'services:\n  web:\n    image: shop:1\n    restart: unless-stopped\n  worker:\n    image: shop:1\n    deploy: {restart_policy: {condition: any}}\n  db-migrate:\n    image: shop:1\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of servicesWithout(facts, 'restart')) {
      const deploy = asRecord(placed.service.value['deploy']);
      if (deploy['restart_policy'] === undefined && !isJob(placed))
        yield serviceSeen(placed, `${placed.service.name} has no restart policy`);
    }
  },
};
