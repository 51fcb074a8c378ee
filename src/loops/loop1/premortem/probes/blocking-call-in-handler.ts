import type { CodeFile } from '../../facts/projectFacts';
import { callsIn, seenAt } from '../look';
import { rising } from '../probe';
import type { Probe } from '../probe';

/** Calls that take a function as the handler of requests. */
const HANDLERS =
  '(?:app|router|server|fastify|api|route)\\.(?:get|post|put|patch|delete|all|use)|(?:http|https)\\.createServer|createServer';
const BLOCKING =
  /(?<![\w$])(?:(?:fs|fsSync)\.)?(readFileSync|writeFileSync|appendFileSync|readdirSync|statSync|execSync|execFileSync|spawnSync|pbkdf2Sync|scryptSync|gzipSync|gunzipSync)\s*\(/g;

export const blockingCallInHandler: Probe = {
  id: 'blocking-call-in-handler',
  category: 'performance',
  title: 'One request holds up all others, since its handler waits for the disk or a program',
  trigger: 'Several users at once, a slow disk, a large file.',
  chain: [
    'The one thread of the server waits',
    'No other request is answered meanwhile',
    'Health checks fail, and it is restarted',
  ],
  hurts: 'All users at the busiest time',
  prevention: 'Use the asynchronous call in handlers.',
  earlyWarning: 'Answers that all become slow at the same moments',
  verify: 'Under load, the delay of the event loop stays below some 50 ms.',
  per: 'file',
  impact: 0.4,
  likelihood: (found) => rising(0.45, found),
  bad: [
    {
      files: {
        'src/server.js':
          "const text = fs.readFileSync('template.html');\napp.get('/report', (request, response) => {\n»  const report = fs.readFileSync('report.json', 'utf8');\n  response.send(report);\n});\n",
      },
    },
  ],
  good: [
    {
      files: {
        'src/server.js':
          "const text = fs.readFileSync('template.html');\napp.get('/report', async (request, response) => {\n  response.send(await fs.promises.readFile('report.json'));\n});\napp.get('setting');\n",
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productCode) {
      if (file.language === 'python') continue;
      for (const index of blockingIn(file)) yield seenAt(file, index);
    }
  },
};

function* blockingIn(file: CodeFile): Generator<number> {
  for (const { bareArgs, end } of callsIn(file, HANDLERS)) {
    // Without a function it asks for a setting.
    if (!/=>|\bfunction\b/.test(bareArgs)) continue;
    const start = end - 1 - bareArgs.length;
    for (const found of bareArgs.matchAll(BLOCKING)) if (found.index > 0) yield start + found.index;
  }
}
