import type { CodeFile } from '../../facts/projectFacts';
import { closing, seenAt } from '../look';
import { rising } from '../probe';
import type { Probe } from '../probe';

const LOOP = /\bfor\s*(?:await\s*)?\([^;{}]*\bof\b[^{}]*\)\s*\{|\.(?:map|forEach)\s*\(\s*async\b[^{]*\{/g;
const QUERY =
  /\bawait\s+(?:[\w$]+\.)*(?:db|pool|client|conn|connection|knex|prisma|sequelize|database)\.(?:[\w$]+\.)*(query|execute|findUnique|findFirst|findOne|findMany|findByPk|get|all|run)\s*\(/;
/** Runs once, at night or by hand. */
const ASIDE = /(^|\/)(scripts?|migrations?|seeds?|tools?|bin|cli|jobs?|tasks?)\//i;

export const queryInLoop: Probe = {
  id: 'query-in-loop',
  category: 'performance',
  title: 'A page with many entries asks the database once for each of them',
  trigger: 'A list with some hundred entries.',
  chain: [
    'Each entry costs a way to the database and back',
    'The page takes seconds, connections run out',
    'Other pages wait for a connection',
  ],
  hurts: 'Users with much data, who matter most',
  prevention: 'Ask once for all of them, with a join or a list of ids.',
  earlyWarning: 'The same statement many times in a row in the log of the database',
  verify: 'The number of statements does not depend on the number of entries.',
  per: 'file',
  impact: 0.35,
  likelihood: (found) => rising(0.4, found),
  bad: [
    {
      files: {
        'src/list.js':
          "async function list(ids) {\n  for (const id of ids) {\n»    rows.push(await db.query('SELECT name FROM a WHERE id = $1', [id]));\n  }\n}\n",
      },
    },
  ],
  good: [
    {
      files: {
        'src/list.js':
          "const rows = await db.query('SELECT name FROM a WHERE id = ANY($1)', [ids]);\nfor (const row of rows) {\n  show(row);\n}\nawait db.query('SELECT 1');\n",
        'scripts/move.js':
          "for (const id of ids) {\n  await db.query('UPDATE a SET b = 1 WHERE id = $1', [id]);\n}\n",
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productCode)
      if (file.language !== 'python' && !ASIDE.test(file.path))
        for (const index of queriesIn(file)) yield seenAt(file, index);
  },
};

function* queriesIn({ bare }: CodeFile): Generator<number> {
  for (const { index, 0: head } of bare.matchAll(LOOP)) {
    const start = index + head.length;
    const query = QUERY.exec(bare.slice(start, closing(bare, start)));
    if (query) yield start + query.index;
  }
}
