import { folderOf } from '../look';
import type { Probe } from '../probe';

const COPIES_ALL = /^(--\S+\s+)*\.\/?\s+\S+|^\[\s*"\.\/?"\s*,/;

export const noDockerignore: Probe = {
  id: 'no-dockerignore',
  category: 'build and deploy',
  title: 'Secrets and dead weight are built into the image with "COPY ."',
  trigger: 'A build on a machine that has an .env, a .git folder or its own node_modules.',
  chain: [
    'COPY takes all that lies in the folder',
    'The image holds passwords, the whole history and modules of another system',
    'Whoever can pull the image can read them',
  ],
  hurts: 'Whoever the secrets belong to; everybody who waits for builds',
  prevention: 'Add a .dockerignore that names .git, .env*, node_modules and what is built.',
  earlyWarning: 'An image that grows, a build that "sends context" of many megabytes',
  verify: '"docker run IMAGE ls -a" shows neither .git nor .env.',
  per: 'file',
  isAbsence: true,
  impact: 0.6,
  likelihood: () => 0.4,
  bad: [{ files: { Dockerfile: 'FROM node:24-slim\nWORKDIR /app\n»COPY . .\nCMD ["node", "index.js"]\n' } }],
  good: [
    {
      files: { Dockerfile: 'FROM node:24-slim\nCOPY . .\n', '.dockerignore': '.git\n.env*\nnode_modules\n' },
    },
    { files: { Dockerfile: 'FROM node:24-slim\nCOPY package.json src ./\n' } },
    { files: { 'docker/Dockerfile': 'FROM node:24-slim\nCOPY . .\n', '.dockerignore': '.git\n' } },
  ],
  *look(facts) {
    for (const { path, stages } of facts.dockerfiles) {
      const places = [`${path}.dockerignore`, `${folderOf(path)}.dockerignore`, '.dockerignore'];
      if (places.some((place) => facts.has(place))) continue;
      const copies = stages.flatMap(({ instructions }) =>
        instructions.filter(
          ({ name, value }) =>
            (name === 'COPY' || name === 'ADD') && COPIES_ALL.test(value) && !value.includes('--from='),
        ),
      );
      for (const { name, value, line } of copies.slice(0, 1))
        yield { file: path, line, shows: `${name} ${value}, and no .dockerignore` };
    }
  },
};
