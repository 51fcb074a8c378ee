import type { CodeFile } from '../../facts/projectFacts';
import { argumentsOf, callsIn, seenAt } from '../look';
import { rising } from '../probe';
import type { Probe } from '../probe';

const CALLS =
  '[\\w$.\\])]*?\\b(?:query|execute|executemany|raw|exec|all|get|run|prepare|\\$queryRawUnsafe|\\$executeRawUnsafe)';
const STATEMENT = /^[fr]*["'`]{1,3}\s*(SELECT\b[^]*\bFROM|INSERT\s+INTO|UPDATE\b[^]*\bSET|DELETE\s+FROM)\b/i;

export const sqlByString: Probe = {
  id: 'sql-by-string',
  category: 'security',
  title: 'Input becomes part of an SQL statement, so that a visitor reads or deletes the whole table',
  trigger: 'Somebody types a quote and a statement of their own into a form or an address.',
  chain: [
    'The text is put into the statement',
    'The database does what it says',
    'Data of everybody is read, changed or deleted',
  ],
  hurts: 'Everybody whose data is in the database',
  prevention: 'Hand values over as parameters of the statement.',
  earlyWarning: 'Database errors about syntax in the log',
  verify: "A value with a quote in it, such as O'Brien, is stored and found again.",
  per: 'file',
  impact: 0.95,
  likelihood: (found) => rising(0.6, found),
  bad: [
    {
      files: {
        'src/users.js':
          "async function find(name) {\n»  return db.query(`SELECT * FROM users WHERE name = '${name}'`);\n}\nasync function drop(id) {\n»  return db.query('DELETE FROM users WHERE id = ' + id);\n}\n",
        'app/users.py':
          'def find(cursor, name):\n»    cursor.execute(f"SELECT id FROM users WHERE name = \'{name}\'")\n»    cursor.execute("SELECT id FROM users WHERE name = \'%s\'" % name)\n',
      },
    },
  ],
  good: [
    {
      files: {
        'src/users.js':
          "db.query('SELECT * FROM users WHERE name = $1', [name]);\ndb.query(`SELECT * FROM ${TABLE} WHERE id = ?`, [id]);\ndb.query(`DELETE FROM ${table} WHERE ${condition} AND id = ${LIMIT}`);\nmap.get('SELECT ' + name);\nsql`SELECT * FROM users WHERE id = ${id}`;\n",
        'app/users.py':
          'cursor.execute("SELECT id FROM users WHERE name = %s", (name,))\ncursor.execute("SELECT id FROM users " "ORDER BY id")\n',
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productCode)
      for (const call of callsIn(file, CALLS)) {
        const [statement = ''] = argumentsOf(call);
        if (STATEMENT.test(statement) && isFilled(file, statement)) yield seenAt(file, call.index);
      }
  },
};

/** Whether something is filled in where a value stands; names of tables and whole conditions are made by programs. */
function isFilled({ language }: CodeFile, statement: string): boolean {
  const value = '(?:(?:[=<>]|\\b(?:LIKE|like))\\s*[\'"%]*|[(,]\\s*[\'"])';
  if (language === 'python')
    return (
      (/^r?f/.test(statement) && new RegExp(`${value}\\{(?![A-Z_0-9.]+\\})\\w`).test(statement)) ||
      (new RegExp(`${value}(%s|\\{\\w*\\})`).test(statement) &&
        /["']\s*(%\s*[\w(]|\.\s*format\s*\()/.test(statement)) ||
      new RegExp(`${value}["']\\s*\\+\\s*[a-z_]`).test(statement)
    );
  if (statement.startsWith('`'))
    return new RegExp(`${value}\\$\\{\\s*(?![A-Z_0-9.]+\\s*\\})`).test(statement);
  return new RegExp(`${value}["']\\s*\\+\\s*(?![A-Z_0-9]+\\b)[\\w$]`).test(statement);
}
