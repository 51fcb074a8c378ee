import type { CodeFile } from '../../facts/projectFacts';
import { argumentsOf, callsIn, seenAt } from '../look';
import { rising } from '../probe';
import type { Probe } from '../probe';

/** Runs in a browser, where the user sees that it hangs and leaves. */
const BROWSER = /(^|\/)(public|static|client|frontend|www|components|pages|web)\/|\.[jt]sx$/i;
/** Whoever runs one of these sees that it hangs. */
const SCRIPT = /(^|\/)(scripts?|tools?|hack|build)\//i;
const VERBS = 'get|post|put|patch|delete|head|request|options';

export const callWithoutTimeout: Probe = {
  id: 'call-without-timeout',
  category: 'operations',
  title: 'A slow partner stops the whole service: calls over the network wait for ever',
  trigger: 'A service that is called accepts the connection and does not answer.',
  chain: [
    'Each request that needs it waits',
    'Waiting requests take all connections, threads or memory',
    'Requests that have nothing to do with it fail too',
  ],
  hurts: 'All users, also those who do not need the slow part',
  prevention: 'Give each call a time limit, and say what happens when it is over.',
  earlyWarning: 'The slowest answers take as long as the caller is willing to wait',
  verify: 'Let a test server accept and say nothing: the call ends with an error in time.',
  per: 'project',
  impact: 0.55,
  likelihood: (found) => rising(0.5, found),
  bad: [
    {
      files: {
        'src/rates.js':
          "// fetch('nothing')\nasync function rate() {\n»  const answer = await fetch('https://rates.example/eur');\n»  await fetch(url, { method: 'POST', body: text });\n  return answer.json();\n}\n",
      },
    },
    {
      files: {
        'app/rates.py':
          'import requests\n\ndef rate():\n»    return requests.get("https://rates.example").json()\n',
      },
    },
    {
      files: {
        'src/a.js':
          "const axios = require('axios');\n»module.exports = () => axios.get('https://x.example');\n",
      },
    },
  ],
  good: [
    {
      files: {
        'src/rates.js':
          "await fetch(url, { signal: AbortSignal.timeout(5000) });\nawait fetch(url, options);\nawait fetch(url, { ...options });\nconst text = \"fetch('x')\";\nexport default { async fetch(request) { return 1; } };\nclient.fetch('x');\n",
        'app/rates.py':
          'import requests\nrequests.get("https://rates.example", timeout=5)\nrequests.get(url, **options)\n',
        'public/app.js': "fetch('/api');\n",
        'scripts/links.js': "fetch('https://links.example');\n",
        'test/rates.test.js': "fetch('/api');\n",
        'src/http.js':
          "const client = axios.create({ timeout: 1000 });\naxios.defaults.timeout = 1000;\naxios.get('x');\n",
      },
    },
  ],
  *look(facts) {
    const files = facts.productCode.filter(({ path }) => !BROWSER.test(path) && !SCRIPT.test(path));
    const hasDefault = files.some(({ bare }) => /axios\s*\.\s*defaults\s*\.\s*timeout/.test(bare));
    for (const file of files)
      for (const { index, name, ...call } of callsIn(file, namesOf(file))) {
        if (name.startsWith('axios') && hasDefault) continue;
        // A method of this name is written here, not called.
        if (
          /^\s*\{/.test(file.bare.slice(call.end)) ||
          /\b(function|def)\s*$/.test(file.bare.slice(0, index))
        )
          continue;
        if (!hasLimit(file, name, call)) yield seenAt(file, index);
      }
  },
};

function namesOf({ language }: CodeFile): string {
  return language === 'python'
    ? `requests\\.(?:${VERBS})|urllib\\.request\\.urlopen|urlopen`
    : `fetch|axios(?:\\.(?:${VERBS}))?`;
}

function hasLimit({ language }: CodeFile, name: string, call: { args: string; bareArgs: string }): boolean {
  if (language === 'python') return /\btimeout\s*=|\*\*/.test(call.bareArgs);
  const given = argumentsOf(call);
  if (given.length === 0) return true;
  const settings = name === 'axios' && given.length === 1 ? given : given.slice(1);
  // Settings that are made elsewhere may have a limit.
  if (
    settings.some(
      (argument) => !argument.startsWith('{') && /^[\w.$]+$|\(/.test(argument) && name === 'fetch',
    )
  )
    return true;
  if (/^axios$|^axios\.request$/.test(name) && settings.some((argument) => /^[\w.$]+$/.test(argument)))
    return true;
  return settings.some((argument) => /\b(signal|timeout|cancelToken)\b|\.\.\./.test(argument));
}
