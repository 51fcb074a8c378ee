import { argumentsOf, callsIn, seenAt } from '../look';
import { rising } from '../probe';
import type { Probe } from '../probe';

const ALL_OF_A_TABLE = /^["'`]{1,3}\s*SELECT\b[^]*\bFROM\s+[\w".]+\s*;?\s*["'`]{1,3}$/i;
const COUNTS = /\b(count|max|min|sum|avg|exists)\s*\(/i;

export const unpaginatedRead: Probe = {
  id: 'unpaginated-read',
  category: 'performance',
  title: 'A list that was short in the test is read whole with each request, until memory runs out',
  trigger: 'The table has a hundred times the rows that it has today.',
  chain: [
    'Each request reads all rows',
    'Answers become slow, memory fills',
    'The service is ended and starts again, under the same load',
  ],
  hurts: 'All users, some months from now',
  prevention: 'Read by pages: a limit, and where the last page ended.',
  earlyWarning: 'Answers that grow with the age of the service',
  verify: 'With 100,000 rows the answer is as fast as with 100.',
  per: 'project',
  impact: 0.4,
  likelihood: (found) => rising(0.3, found),
  bad: [
    {
      files: {
        'src/orders.js':
          "async function all() {\n»  return db.query('SELECT * FROM orders');\n}\nconst list = () => (\n»  prisma.order.findMany()\n);\n",
        'app/views.py': 'def orders(request):\n»    return render(request, Order.objects.all())\n',
      },
    },
  ],
  good: [
    {
      files: {
        'src/orders.js':
          "db.query('SELECT * FROM orders LIMIT 50');\ndb.query('SELECT count(*) FROM orders');\ndb.query('SELECT * FROM orders WHERE id = $1', [id]);\nprisma.order.findMany({ take: 50 });\ncollection.find({}).limit(5);\n",
        'app/views.py':
          'Order.objects.all()[:50]\nPaginator(Order.objects.all(), 50)\nqueryset = Order.objects.all()\n',
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productCode) {
      for (const call of callsIn(file, '[\\w$.]*\\b(?:query|execute|all|raw)')) {
        const [statement = ''] = argumentsOf(call);
        if (ALL_OF_A_TABLE.test(statement) && !COUNTS.test(statement)) yield seenAt(file, call.index);
      }
      for (const call of callsIn(file, '(?:[\\w$]+\\.)+(?:findMany|findAll)'))
        if (argumentsOf(call).length === 0) yield seenAt(file, call.index);
      if (file.language !== 'python' || /Paginator|pagination_class/.test(file.bare)) continue;
      for (const { index, 0: found } of file.bare.matchAll(/\b\w+\.objects\.all\(\)/g)) {
        const isHandedOn = !/^\s*[[.]/.test(file.bare.slice(index + found.length));
        const line = file.lineText(file.lineAt(index));
        // Of a class of views the framework pages it; what is assigned may be cut later.
        if (isHandedOn && /\breturn\b|\bfor\b/.test(line)) yield seenAt(file, index);
      }
    }
  },
};
