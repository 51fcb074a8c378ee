import { asRecord } from '../../facts/composeFile';
import { isListening, lineageOf } from '../images';
import { dockerfileOf, imageOf, isJob, services, servicesWithout, serviceSeen } from '../look';
import type { Probe } from '../probe';

export const noHealthCheck: Probe = {
  id: 'no-health-check',
  category: 'operations',
  title: 'A service hangs and everything says it is running',
  trigger: 'A deadlock, a lost connection or a full disk: the process lives and does not answer.',
  chain: [
    'The engine sees a running process and does nothing',
    'Services that wait for it start too early, a deploy counts as done',
    'Users find out first',
  ],
  hurts: 'Users, for as long as nobody looks',
  prevention: 'Add a health check that asks the service itself.',
  earlyWarning: 'The state of the container says "running" without "healthy"',
  verify: 'Stop what it depends on: the container becomes unhealthy.',
  per: 'place',
  isAbsence: true,
  impact: 0.45,
  likelihood: () => 0.45,
  bad: [
    { files: { 'compose.yaml': 'services:\n»  web:\n    image: shop:1\n    ports: ["80:80"]\n' } },
    { files: { Dockerfile: '»FROM node:24-slim\nUSER node\nEXPOSE 3000\nCMD ["node", "index.js"]\n' } },
  ],
  good: [
    {
      files: {
        'compose.yaml':
          'services:\n  web:\n    build: .\n  db:\n    image: postgres:16\n    healthcheck: {test: [CMD, pg_isready]}\n  migrate:\n    image: shop:1\n',
        Dockerfile:
          'FROM node:24-slim\nEXPOSE 80\nHEALTHCHECK CMD node health.js\nCMD ["node", "index.js"]\n',
      },
    },
    { files: { Dockerfile: 'FROM node:24-slim\nENTRYPOINT ["node", "tool.js"]\n' } },
  ],
  *look(facts) {
    const checked = facts.dockerfiles.filter((dockerfile) =>
      lineageOf(dockerfile).some(({ instructions }) =>
        instructions.some(({ name }) => name === 'HEALTHCHECK'),
      ),
    );
    const hasCheck = new Set(checked.map(({ path }) => path));
    const built = new Set([...services(facts)].map(dockerfileOf));
    for (const placed of servicesWithout(facts, 'healthcheck')) {
      const file = dockerfileOf(placed);
      if (isJob(placed) || (file !== undefined && hasCheck.has(file))) continue;
      const image = imageOf(placed.service) || 'built here';
      yield serviceSeen(placed, `${placed.service.name} (${image}) has no health check`);
    }
    for (const { path, last } of facts.dockerfiles)
      if (isListening(last) && !hasCheck.has(path) && !built.has(path))
        yield { file: path, line: last.from.line, shows: `FROM ${last.image}, and no HEALTHCHECK` };
    for (const placed of services(facts))
      if (asRecord(placed.service.value['healthcheck'])['disable'] === true)
        yield serviceSeen(placed, 'its health check is switched off', 'healthcheck', 'disable');
  },
};
