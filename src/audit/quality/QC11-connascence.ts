import type { CallFact, FileFacts } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { unwrap } from '../syntax/values';
import { comparedValues } from '../workspace/comparedValues';

/** Arguments by position that a reader can still tell apart. */
const MAX_POSITIONS = 4;
const MIN_BARE = 3;

export const connascence: Rule = {
  id: 'QC11',
  name: 'connascence',
  stage: 'quality',
  severity: 'info',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation:
    'Two files agree on the meaning of a number, or a call on the places of bare values, and nothing says so.',
  bad: [
    {
      grammar: 'typescript',
      path: 'src/orders.ts',
      code: `
export function isOpen(order: Order) {
»  return order.state !== 17;
}
export function print(order: Order) {
»  return render(order, true, null, false, undefined);
}`,
      others: [{ path: 'src/bills.ts', code: 'export const due = (bill: Bill) => bill.order.state === 17;' }],
    },
    {
      grammar: 'python',
      path: 'shop/orders.py',
      code: `
def is_open(order):
»    return order.state != 17

def show(order):
»    return render(order, True, None, False, "a4")
`,
      others: [{ path: 'shop/bills.py', code: 'def due(bill):\n    return bill.order.state == 17\n' }],
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'src/orders.ts',
      code: `
import { CANCELLED } from './states';
export function isOpen(order: Order) {
  return order.state !== CANCELLED && order.items.length !== 17 && answer.status !== 404;
}
export function print(order: Order) {
  return render(order, { colour: true, header: null, footer: false, page: undefined });
}`,
      others: [
        { path: 'src/states.ts', code: 'export const CANCELLED = 17;' },
        {
          path: 'src/bills.ts',
          code: 'export const due = (bill: Bill) => bill.items.length === 17 && answer.status === 404;',
        },
      ],
    },
    {
      grammar: 'python',
      path: 'shop/orders.py',
      code: `
def is_open(order):
    return order.state != 17

def show(order):
    return render(order, colour=True, header=None, footer=False, page="a4")
`,
      others: [{ path: 'shop/bills.py', code: 'def due(bill):\n    return bill.amount == 17\n' }],
    },
  ],
  *check(facts) {
    yield* sharedMeanings(facts);
    for (const call of facts.calls) {
      const bare = call.arguments.filter(isBare).length;
      if (call.arguments.length <= MAX_POSITIONS || bare < MIN_BARE) continue;
      yield {
        range: call.node,
        message: `${nameOf(call)} is called with ${call.arguments.length} values by position, ${bare} of them bare: what each means, only their order says.`,
      };
    }
  },
};

function* sharedMeanings(facts: FileFacts): Iterable<Observation> {
  const own = comparedValues(facts);
  for (const { subject, value, other } of facts.workspace?.sharedValues ?? []) {
    const first = own.find((one) => one.subject === subject && one.value === value);
    if (!first) continue;
    yield {
      range: first.node,
      message: `${subject} is compared with ${value} here and in ${other.file}: both have to know what ${value} means.`,
      elsewhere: [{ place: other, message: `${subject} compared with ${value}` }],
    };
  }
}

/** A value that does not say what it is: what is written out has at least a unit, a spelling, a name. */
function isBare(argument: SyntaxNode): boolean {
  const { kind } = unwrap(argument);
  return kind === 'true' || kind === 'false' || kind === 'null';
}

function nameOf({ name }: CallFact): string {
  return name === '' ? 'A function' : name;
}
