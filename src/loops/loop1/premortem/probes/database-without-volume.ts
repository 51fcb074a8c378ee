import { isDatabaseImage } from '../../../../fleet/databases';
import { imageOf, servicesWithout, serviceSeen } from '../look';
import type { Probe } from '../probe';

/** They lose nothing that can't be made again. */
const CACHE = /memcached|dragonfly|keydb|redis|valkey|nats|zookeeper/;

export const databaseWithoutVolume: Probe = {
  id: 'database-without-volume',
  category: 'data loss',
  title: 'All data is gone after the database container is made anew',
  trigger: 'An update of the image, a changed line of its settings, or "compose down".',
  chain: [
    'Compose removes the container and makes a new one',
    'Its files were in the container alone',
    'The service starts with an empty database and looks healthy',
  ],
  hurts: 'Every user who stored anything',
  prevention: 'Mount a named volume where the database keeps its files, and back it up.',
  earlyWarning: '"docker inspect" lists a volume with a long random name, or none',
  verify: 'Write a row, run "compose up --force-recreate", read it back.',
  per: 'place',
  isAbsence: true,
  impact: 1,
  likelihood: () => 0.8,
  bad: [
    {
      files: {
        'compose.yaml':
          'services:\n  web:\n    image: shop:1\n»  db:\n    image: postgres:16\n    restart: always\n',
      },
    },
  ],
  good: [
    {
      files: {
        'compose.yaml':
          'services:\n  db:\n    image: postgres:16\n    volumes: [data:/var/lib/postgresql/data]\n  cache:\n    image: redis:7\nvolumes:\n  data:\n',
      },
    },
    {
      files: {
        'compose.yaml': 'services:\n  db:\n    image: postgres:16\n',
        'compose.override.yaml': 'services:\n  db:\n    volumes: [data:/var/lib/postgresql/data]\n',
      },
    },
  ],
  *look(facts) {
    for (const placed of servicesWithout(facts, 'volumes', 'tmpfs', 'volumes_from')) {
      const image = imageOf(placed.service);
      if (isDatabaseImage(image) && !CACHE.test(image))
        yield serviceSeen(placed, `${image} without a volume`);
    }
  },
};
