import { isSecretName } from '../../../../base/secretValues';
import type { Probe } from '../probe';

const ENV_COPY = /(^|\s)(\S*\/)?\.env(\.(?!example|sample|template)[\w-]+)?(\s|$)/;

export const secretInImage: Probe = {
  id: 'secret-in-image',
  category: 'security',
  title: 'Whoever can pull the image has the password that was built into it',
  trigger: 'The image is pushed to a registry, or handed to somebody.',
  chain: [
    'The value stands in a layer, or in its history',
    '"docker history" shows it',
    'It is used from elsewhere',
  ],
  hurts: 'Whoever the secret belongs to',
  prevention: 'Hand secrets over when the container starts; for the build use "RUN --mount=type=secret".',
  earlyWarning: '"docker history --no-trunc IMAGE" shows a value',
  verify: 'Neither the history nor a file of the image holds it.',
  per: 'file',
  impact: 0.85,
  likelihood: () => 0.5,
  bad: [
    { files: { Dockerfile: 'FROM node:24.3-slim\n»ENV API_TOKEN=abc-123-def\n»COPY .env /app/.env\n' } },
    { files: { Dockerfile: 'FROM node:24.3-slim\n»ARG NPM_TOKEN\nRUN npm ci\n' } },
  ],
  good: [
    {
      files: {
        Dockerfile:
          'FROM node:24.3-slim\nENV NODE_ENV=production TOKEN_FILE=/run/secrets/token\nENV API_TOKEN=\nCOPY .env.example /app/\nRUN --mount=type=secret,id=npm_token npm ci\n',
      },
    },
  ],
  *look(facts) {
    for (const { path, stages } of facts.dockerfiles)
      for (const { name, value, line } of stages.flatMap(({ instructions }) => instructions)) {
        if ((name === 'COPY' || name === 'ADD') && ENV_COPY.test(value))
          yield { file: path, line, shows: `${name} ${value}` };
        const secret = name === 'ENV' || name === 'ARG' ? secretIn(name, value) : undefined;
        if (secret !== undefined) yield { file: path, line, shows: `${name} ${secret}` };
      }
  },
};

/** The name of a secret that gets a value, or whose value is asked for by the build. */
function secretIn(name: string, value: string): string | undefined {
  const pairs = value.includes('=') ? value.split(/\s+(?=[A-Za-z_]\w*=)/) : [value];
  for (const pair of pairs) {
    const [, key = '', given] = /^([A-Za-z_]\w*)(?:[=\s]\s*["']?([^"']*))?/.exec(pair.trim()) ?? [];
    const isFilled = given !== undefined && given !== '' && !given.startsWith('$');
    if (isSecretName(key) && (isFilled || (name === 'ARG' && given === undefined))) return key;
  }
  return undefined;
}
