import { isServed, lineageOf } from '../images';
import type { Probe } from '../probe';

export const containerRunsAsRoot: Probe = {
  id: 'container-runs-as-root',
  category: 'security',
  title: 'One hole in the program gives an attacker root in its container',
  trigger: 'A flaw in the program or a dependency lets somebody run a command.',
  chain: [
    'The command runs as root',
    'It changes the program itself, reads every mounted secret and installs what it likes',
    'A flaw of the kernel or a mounted folder is then enough to reach the host',
  ],
  hurts: 'Every other service on the same host, and the users of this one',
  prevention: 'End the Dockerfile with a USER that is not root.',
  earlyWarning: '"docker exec CONTAINER id" says uid=0',
  verify: 'The image starts, and "id" in it names another user.',
  per: 'file',
  impact: 0.6,
  likelihood: () => 0.35,
  bad: [
    {
      files: { Dockerfile: '»FROM node:24-slim\nCOPY . /app\nEXPOSE 3000\nCMD ["node", "/app/index.js"]\n' },
    },
    {
      files: {
        Dockerfile:
          'FROM node:24-slim\nUSER node\nCOPY . /app\nEXPOSE 80\n»USER root\nCMD ["node", "/app/index.js"]\n',
      },
    },
  ],
  good: [
    {
      files: {
        Dockerfile:
          'FROM node:24-slim AS build\nRUN npm ci\nFROM node:24-slim\nCOPY --from=build /app /app\nUSER node\nEXPOSE 80\nCMD ["node", "/app"]\n',
      },
    },
    { files: { Dockerfile: 'FROM gcr.io/distroless/nodejs24-debian12:nonroot\nEXPOSE 80\nCMD ["/app"]\n' } },
    { files: { 'base/Dockerfile': 'FROM debian:12-slim\nRUN apt-get update\n' } },
  ],
  *look(facts) {
    for (const dockerfile of facts.dockerfiles) {
      const { path, last } = dockerfile;
      const lineage = lineageOf(dockerfile);
      if (!isServed(last) || /nonroot|rootless|unprivileged/.test(lineage.at(-1)?.image ?? '')) continue;
      const user = lineage
        .flatMap(({ instructions }) => instructions.findLast(({ name }) => name === 'USER') ?? [])
        .at(0);
      if (!user) yield { file: path, line: last.from.line, shows: `FROM ${last.image}, and no USER` };
      else if (/^(root|0)(:|$)/.test(user.value.trim()))
        yield { file: path, line: user.line, shows: `USER ${user.value}` };
    }
  },
};
