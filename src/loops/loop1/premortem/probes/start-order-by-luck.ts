import { isDatabaseImage } from '../../../../fleet/databases';
import { asList, asRecord, asText } from '../../facts/composeFile';
import { imageOf, services, serviceSeen } from '../look';
import type { Probe } from '../probe';

export const startOrderByLuck: Probe = {
  id: 'start-order-by-luck',
  category: 'operations',
  title: 'After a restart of the host a service starts before its database is ready, and fails',
  trigger: 'Everything starts at once, and the database takes longer than usual.',
  chain: [
    'The service asks a database that does not answer yet',
    'It ends, or keeps a broken connection',
    'It comes up on some days only',
  ],
  hurts: 'Users after each restart of the host',
  prevention: 'Say "condition: service_healthy", and give the database a health check.',
  earlyWarning: 'Refused connections in the first lines of the log',
  verify: 'Start everything while the database is held back for 20 seconds.',
  per: 'place',
  impact: 0.35,
  likelihood: () => 0.3,
  bad: [
    {
      files: {
        'compose.yaml':
          'services:\n  web:\n    image: shop:1\n    depends_on:\n»      - db\n  db:\n    image: postgres:17\n',
      },
    },
  ],
  good: [
    {
      files: {
        'compose.yaml':
          'services:\n  web:\n    image: shop:1\n    depends_on:\n      db: {condition: service_healthy}\n      proxy: {condition: service_started}\n  db:\n    image: postgres:17\n  proxy:\n    image: caddy:2.8\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of services(facts)) {
      const needed = placed.service.value['depends_on'];
      const isStateful = (name: string): boolean =>
        placed.file.services.some((other) => other.name === name && isDatabaseImage(imageOf(other)));
      for (const [index, name] of asList(needed).map(asText).entries())
        if (isStateful(name))
          yield serviceSeen(
            placed,
            `waits until ${name} has begun, not until it is ready`,
            'depends_on',
            index,
          );
      for (const [name, how] of Object.entries(asRecord(needed)))
        if (isStateful(name) && asRecord(how)['condition'] !== 'service_healthy')
          yield serviceSeen(
            placed,
            `waits until ${name} has begun, not until it is ready`,
            'depends_on',
            name,
          );
    }
  },
};
