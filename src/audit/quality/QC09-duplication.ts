import type { Duplicate } from '../workspace/view';
import type { FileFacts } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';

const COPIED = `
export function openAmounts(orders) {
»  const open = orders.filter((order) => order.state !== 'paid' && order.lines.length > 0);
  const byCustomer = new Map();
  for (const order of open) {
    const amount = order.lines.reduce((sum, line) => sum + line.price * line.count, 0);
    byCustomer.set(order.customer, (byCustomer.get(order.customer) ?? 0) + amount);
  }
  return [...byCustomer].sort((a, b) => b[1] - a[1]).slice(0, 10);
}`;
const COPIED_PYTHON = `
def open_amounts(orders):
»    still_open = [order for order in orders if order.state != "paid" and len(order.lines) > 0]
    by_customer = {}
    for order in still_open:
        amount = sum(line.price * line.count for line in order.lines)
        known = by_customer.get(order.customer, 0)
        by_customer[order.customer] = known + amount
        report(order.customer, amount, known, order.state, len(order.lines))
    return sorted(by_customer.items(), key=lambda item: item[1], reverse=True)[:10]
`;
const plain = (code: string): string => code.replaceAll('»', '');

export const duplication: Rule = {
  id: 'QC09',
  name: 'duplication',
  stage: 'quality',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation: 'Five lines or more, about fifty tokens, stand in two places.',
  bad: [
    {
      grammar: 'javascript',
      path: 'src/orders.js',
      code: COPIED,
      others: [{ path: 'src/invoices.js', code: plain(COPIED).replace('openAmounts', 'dueAmounts') }],
    },
    {
      grammar: 'python',
      path: 'shop/orders.py',
      code: COPIED_PYTHON,
      others: [{ path: 'shop/invoices.py', code: plain(COPIED_PYTHON).replace('open_amounts', 'due') }],
    },
  ],
  good: [
    {
      grammar: 'javascript',
      path: 'src/orders.js',
      code: plain(COPIED),
      others: [{ path: 'test/orders.test.js', code: plain(COPIED) }],
    },
    {
      grammar: 'python',
      path: 'shop/orders.py',
      code: plain(COPIED_PYTHON),
      others: [{ path: 'shop/invoices.py', code: 'from .orders import open_amounts\n' }],
    },
  ],
  *check(facts) {
    for (const duplicate of facts.workspace?.duplicates ?? []) {
      const { other } = duplicate;
      const where = other.file === facts.path ? 'this file' : other.file;
      yield {
        range: rangeOf(duplicate, facts),
        message: `Lines ${duplicate.startLine} to ${duplicate.endLine} stand in ${where} as well, at lines ${other.startLine} to ${other.endLine}.`,
        elsewhere: [{ place: other, message: 'the same code' }],
      };
    }
  },
};

function rangeOf({ startLine, endLine }: Duplicate, { tree }: FileFacts): { start: number; end: number } {
  const start = tree.offsetOfLine(startLine);
  return { start, end: Math.max(start, tree.offsetOfLine(endLine + 1) - 1) };
}
