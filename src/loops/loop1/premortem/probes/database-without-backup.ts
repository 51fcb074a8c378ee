import { isDatabaseImage } from '../../../../fleet/databases';
import { imageOf, services, serviceSeen } from '../look';
import type { Probe } from '../probe';

const CACHE = /memcached|dragonfly|keydb|redis|valkey|nats|zookeeper|rabbitmq|kafka|elasticsearch|opensearch/;
const BACKS_UP =
  /\b(pg_dump(all)?|pg_basebackup|mysqldump|mariadb-dump|mongodump|wal-g|pgbackrest|barman|restic|borg|litestream|velero|xtrabackup)\b|postgres-backup|mysql-backup|db-backup/;
const SCRIPTS =
  /\.(sh|bash|ya?ml|py|js|ts|mjs|cjs|service|timer|tf|toml)$|(^|\/)(crontab|Makefile|justfile|Dockerfile[\w.-]*)$/i;

export const databaseWithoutBackup: Probe = {
  id: 'database-without-backup',
  category: 'data loss',
  title: 'A wrong statement or a broken disk takes the data, and there is no copy',
  trigger: 'A DELETE without WHERE, a failed disk, a volume removed by mistake.',
  chain: ['The only copy is gone', 'There is nothing to bring back', 'The service starts again from nothing'],
  hurts: 'Every user who stored anything, and whoever has to tell them',
  prevention: 'Copy it each day to another machine, and bring it back once a month to see that it works.',
  earlyWarning: 'Nobody can say when the last copy was made',
  verify: 'Bring the newest copy back into an empty database and count rows.',
  per: 'place',
  isAbsence: true,
  impact: 0.9,
  likelihood: () => 0.25,
  bad: [
    {
      files: {
        'compose.yaml':
          'services:\n»  db:\n    image: postgres:17.2\n    volumes: [data:/var/lib/postgresql/data]\n',
        'README.md': 'We run pg_dump each day.\n',
      },
    },
  ],
  good: [
    {
      files: {
        'compose.yaml': 'services:\n  db:\n    image: postgres:17.2\n',
        'scripts/backup.sh': 'pg_dump shop > /backups/shop.sql\n',
      },
    },
    { files: { 'compose.yaml': 'services:\n  cache:\n    image: redis:7\n' } },
  ],
  *look(facts) {
    const isBackedUp = facts.productFiles.some(
      (file) => SCRIPTS.test(file) && BACKS_UP.test(facts.parts.texts.get(file) ?? ''),
    );
    if (isBackedUp) return;
    for (const placed of services(facts)) {
      const image = imageOf(placed.service);
      if (isDatabaseImage(image) && !CACHE.test(image))
        yield serviceSeen(placed, `${image}, and nothing in the workspace makes a copy of it`);
    }
  },
};
