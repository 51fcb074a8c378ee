import type { Probe } from '../probe';

const UNLOCKED =
  /\bnpm (install|i)\b(?!\s+(-g|--global|--location))(?=\s*(&&|;|$|--))|\byarn( install)?\s*(&&|;|$)|\bpnpm (install|i)\b(?![^&;]*--frozen-lockfile)(?=\s*(&&|;|$|--))/;

export const imageInstallsUnlocked: Probe = {
  id: 'image-installs-unlocked',
  category: 'build and deploy',
  title: 'The image holds other versions than those that were tested',
  trigger: 'A dependency publishes a version between the test and the build.',
  chain: ['The build changes the lockfile instead of obeying it', 'What runs is not what was tested'],
  hurts: 'Users, by mistakes that no test could see',
  prevention: 'Install with "npm ci" or "--frozen-lockfile" in images and in CI.',
  earlyWarning: 'An image and the lockfile that disagree',
  verify: 'The build fails when package.json and lockfile disagree.',
  per: 'file',
  impact: 0.4,
  likelihood: () => 0.35,
  bad: [
    {
      files: {
        Dockerfile: 'FROM node:24.3-slim\nCOPY package*.json ./\n»RUN npm install --omit=dev\n',
        'package-lock.json': '{}',
      },
    },
  ],
  good: [
    {
      files: {
        Dockerfile:
          'FROM node:24.3-slim\nRUN npm install -g pnpm@9 && pnpm install --frozen-lockfile\nRUN npm ci\n',
      },
    },
  ],
  *look(facts) {
    for (const { path, stages } of facts.dockerfiles)
      for (const { name, value, line } of stages.flatMap(({ instructions }) => instructions))
        if (name === 'RUN' && UNLOCKED.test(value) && !/--frozen-lockfile|--immutable/.test(value))
          yield { file: path, line, shows: `RUN ${value}` };
  },
};
