import type { CodeFile } from '../../facts/projectFacts';
import { seenAt } from '../look';
import type { Probe } from '../probe';

const ENDLESS =
  /\b(?:while\s*\(\s*(?:true|1)\s*\)|for\s*\(\s*;\s*;\s*\))\s*\{|^[ \t]*while\s+(?:True|1)\s*:[ \t]*$/gm;
const BODY = 1500;

export const unboundedRetry: Probe = {
  id: 'unbounded-retry',
  category: 'operations',
  title: 'A service that is down is hammered by retries without pause and without end',
  trigger: 'What is called answers with an error for a while.',
  chain: [
    'Each caller tries again at once, for ever',
    'The service can not come up under the load',
    'Logs fill, processors are busy with nothing',
  ],
  hurts: 'Users of both services, for longer than the fault itself',
  prevention: 'Try a few times, with a pause that grows, then give up and say so.',
  earlyWarning: 'The same error many times a second in the log',
  verify: 'With the partner switched off, the number of calls in a minute is small.',
  per: 'file',
  impact: 0.55,
  likelihood: () => 0.4,
  bad: [
    {
      files: {
        'src/send.js':
          'async function send(message) {\n»  while (true) {\n    try {\n      return await post(message);\n    } catch (error) {\n      log(error);\n    }\n  }\n}\n',
        'app/send.py':
          'def send(message):\n»    while True:\n        try:\n            return post(message)\n        except IOError:\n            continue\n',
      },
    },
  ],
  good: [
    {
      files: {
        'src/send.js':
          'while (true) {\n  try {\n    return await post(message);\n  } catch (error) {\n    if (++attempts > 3) throw error;\n    await wait(attempts * 100);\n  }\n}\nwhile (true) { const next = queue.pop(); if (!next) break; }\nwhile (true) {\n  const part = read();\n  try { send(part); } catch { }\n}\n',
        'app/send.py':
          'while True:\n    try:\n        return post(message)\n    except IOError:\n        time.sleep(delay)\n        delay *= 2\n',
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productCode)
      for (const found of file.bare.matchAll(ENDLESS)) {
        const body = bodyOf(file, found.index + found[0].length);
        const [, handler] =
          /\bcatch\b([^]*)|\bexcept\b([^]*)/.exec(body)?.filter((part) => part !== undefined) ?? [];
        // What ends the loop when it succeeds tries again when it does not; other loops wait for work.
        const isTried = /\btry\b[^]*?\b(return|break)\b[^]*?\b(catch|except)\b/.test(body);
        if (
          !isTried ||
          handler === undefined ||
          /\b(break|throw|raise|return|process\.exit|exit|abort)\b/.test(handler)
        )
          continue;
        if (!/\b(sleep|wait|delay|setTimeout|backoff|pause)\w*\b/i.test(body)) {
          const lead = found[0].length - found[0].trimStart().length;
          yield seenAt(file, found.index + lead);
        }
      }
  },
};

/** What is in the loop, by its braces or by how far it is indented. */
function bodyOf(file: CodeFile, from: number): string {
  const { bare, language } = file;
  if (language !== 'python') {
    let depth = 1;
    for (let at = from; at < Math.min(bare.length, from + BODY); at++) {
      if (bare[at] === '{') depth += 1;
      else if (bare[at] === '}' && --depth === 0) return bare.slice(from, at);
    }
    return bare.slice(from, from + BODY);
  }
  const lines = bare.split('\n');
  const first = file.lineAt(from);
  const indentOf = (line: string): number => line.length - line.trimStart().length;
  const own = indentOf(lines[first - 1] ?? '');
  const body: string[] = [];
  for (const line of lines.slice(first, first + 60)) {
    if (line.trim() !== '' && indentOf(line) <= own) break;
    body.push(line);
  }
  return body.join('\n');
}
