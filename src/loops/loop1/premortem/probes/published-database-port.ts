import { isDatabaseImage } from '../../../../fleet/databases';
import { asList, asRecord, asText } from '../../facts/composeFile';
import { imageOf, services, serviceSeen } from '../look';
import type { Probe } from '../probe';

export const publishedDatabasePort: Probe = {
  id: 'published-database-port',
  category: 'security',
  title: 'The database answers to the whole network',
  trigger: 'The host gets a public address, or a neighbour on the network looks for open ports.',
  chain: [
    'Docker opens the port past the rules of the host firewall',
    'Passwords are tried, or a known flaw is used',
    'Data is copied, or encrypted and sold back',
  ],
  hurts: 'Everybody whose data is in it',
  prevention:
    'Remove the port: services of the same file reach each other without. For your own tools bind it to 127.0.0.1.',
  earlyWarning: 'Refused logins from addresses you do not know in its log',
  verify: 'From another machine nothing answers on the port.',
  per: 'place',
  impact: 0.85,
  likelihood: () => 0.6,
  bad: [
    {
      files: {
        'docker-compose.yml': 'services:\n  db:\n    image: postgres:16\n    ports:\n»      - "5432:5432"\n',
      },
    },
  ],
  good: [
    {
      files: {
        'docker-compose.yml':
          'services:\n  db:\n    image: postgres:16\n    ports: ["127.0.0.1:5432:5432"]\n  web:\n    image: shop:1\n    ports: ["80:80"]\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of services(facts)) {
      if (!isDatabaseImage(imageOf(placed.service))) continue;
      for (const [index, port] of asList(placed.service.value['ports']).entries()) {
        const address = typeof port === 'object' ? asText(asRecord(port)['host_ip']) : asText(port);
        if (/^(127\.|localhost|\[?::1|10\.|192\.168\.|\$)/.test(address)) continue;
        const shown = typeof port === 'object' ? asText(asRecord(port)['published']) : asText(port);
        yield serviceSeen(placed, `port ${shown} on every address`, 'ports', index);
      }
    }
  },
};
