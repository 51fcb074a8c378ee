import { callsIn, seenAt } from '../look';
import type { Probe } from '../probe';

const LISTENS = '(?:app|server|httpServer|fastify|httpsServer)\\.listen';
const HEEDS =
  /SIGTERM|terminus|gracefulShutdown|graceful-shutdown|close-with-grace|http-terminator|lightship/;

export const noGracefulShutdown: Probe = {
  id: 'no-graceful-shutdown',
  category: 'operations',
  title: 'Each deploy cuts off the requests that are being answered',
  trigger: 'The container is stopped for an update.',
  chain: [
    'The program does not heed the signal, or ends at once',
    'Open requests fail, half-done work stays half done',
  ],
  hurts: 'The users of that moment',
  prevention: 'On SIGTERM stop taking requests, finish those that are open, then end.',
  earlyWarning: 'Failed requests at the times of deploys; stops that take ten seconds',
  verify: 'Stop the container during a slow request: it is still answered.',
  per: 'file',
  impact: 0.25,
  likelihood: () => 0.3,
  bad: [
    {
      files: {
        Dockerfile: 'FROM node:24.3\nCMD ["node"]',
        'src/server.js': 'const app = express();\n»app.listen(3000);\n',
      },
    },
  ],
  good: [
    {
      files: {
        Dockerfile: 'FROM node:24.3\n',
        'src/server.js': "const s = app.listen(3000);\nprocess.on('SIGTERM', () => s.close());\n",
      },
    },
    { files: { 'src/server.js': 'app.listen(3000);\n' } },
  ],
  *look(facts) {
    // Where nothing is deployed in a container, nobody may stop it that way.
    if (facts.dockerfiles.length === 0 && facts.composeFiles.length === 0) return;
    const { productCode } = facts;
    if (productCode.some(({ plain }) => HEEDS.test(plain))) return;
    for (const file of productCode)
      if (file.language !== 'python')
        for (const { index } of callsIn(file, LISTENS)) yield seenAt(file, index);
  },
};
