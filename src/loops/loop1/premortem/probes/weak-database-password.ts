import { environmentOf } from '../../facts/composeFile';
import { services, serviceSeen } from '../look';
import type { Probe } from '../probe';

const NAME = /(PASSWORD|PASSWD|SECRET(_KEY)?|_PASS)$/i;
const WEAK =
  /^(postgres|password\d*|passw0rd|root|admin|secret|test|example|changeme|change-me|mysql|mongo|redis|guest|user|123456?7?8?9?0?|letmein|default|dev|qwerty)$/i;

export const weakDatabasePassword: Probe = {
  id: 'weak-password',
  category: 'security',
  title: 'A password that everybody tries first opens a service',
  trigger:
    'Somebody reaches its port: from the same network, through another service, through a published port.',
  chain: [
    'The first guesses are right',
    'Data is read or deleted',
    'Nothing in the log looks like an attack',
  ],
  hurts: 'Everybody whose data is behind it',
  prevention: 'Take a long random password from the environment or a secret, different for each place.',
  earlyWarning: 'The same value works in another environment',
  verify: 'The old password is refused.',
  per: 'place',
  impact: 0.8,
  likelihood: () => 0.5,
  bad: [
    {
      files: {
        'compose.yaml':
          'services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_USER: shop\n»      POSTGRES_PASSWORD: postgres\n',
      },
    },
    {
      files: {
        'compose.yaml':
          'services:\n  db:\n    image: mysql:8\n    environment:\n»      - MYSQL_ROOT_PASSWORD=root\n',
      },
    },
  ],
  good: [
    {
      files: {
        'compose.yaml':
          'services:\n  db:\n    image: postgres:16\n    environment:\n      POSTGRES_PASSWORD: ${DB_PASSWORD:?}\n      POSTGRES_PASSWORD_FILE: /run/secrets/db\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of services(facts))
      for (const { name, value, line } of environmentOf(placed.service))
        if (NAME.test(name) && WEAK.test(value.replace(/^\$\{[A-Za-z_]\w*:?-([^}]*)\}$/, '$1')))
          yield { ...serviceSeen(placed, `${name} is one of the passwords tried first`), line };
  },
};
