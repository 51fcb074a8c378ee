import type { FileFacts, FunctionFact } from '../syntax/facts';
import { replaceWith } from '../syntax/fixes';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { callsWithin } from '../theater/effects';

const REFLECTIVE = /\b(?:arguments|eval|locals|exec|globals|vars)\b/;
/** Functions that nothing calls by themselves have the parameters that somebody else gives them. */
const GIVEN_SHAPE =
  /^(?:on[A-Z_]|handle|_?visit|do_[A-Z]|test)|(?:Handler|Callback|Reducer|Middleware|Component|_handler|_callback|_view)$/;

export const unusedValue: Rule = {
  id: 'QC12',
  name: 'unused-value',
  stage: 'quality',
  severity: 'hint',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation: 'A value is computed and dropped, or a parameter is never read.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export function close(account: Account) {
»  const result = ledger.settle(account);
  account.closed = true;
}
»function fee(account: Account, rate: number) {
  return account.balance / 100;
}
export const sum = (a: Account) => fee(a, 2);`,
    },
    {
      grammar: 'python',
      code: `
def close(account):
»    result = ledger.settle(account)
    account.closed = True


»def _fee(account, rate):
    return account.balance / 100


def total(account):
    return _fee(account, 2)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export function close(account: Account, _reason: string) {
  const result = ledger.settle(account);
  return { ...account, result };
}
function byName(first: Account, second: Account) { return first.name < second.name ? -1 : 1; }
function always(account: Account) { return 1; }
export const sorted = (list: Account[]) => list.sort(byName).map(always);
export class Ledger extends Book { post(entry: Entry) { return this.last; } }`,
    },
    {
      grammar: 'python',
      code: `
def close(account, reason):
    result = ledger.settle(account)
    return result


class Ledger(Book):
    def post(self, entry):
        return self.last


def _always(account):
    return 1


def totals(accounts):
    _ignored = warm_up()
    return map(_always, accounts)
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      if (REFLECTIVE.test(fact.body.text)) continue;
      yield* droppedValues(fact, facts);
      const unread = unreadParameter(fact, facts);
      if (unread) yield unread;
    }
  },
};

function* droppedValues(fact: FunctionFact, facts: FileFacts): Iterable<Observation> {
  for (const statement of fact.statements) {
    const holder = statement.childOfKind('declarator') ?? statement.childOfKind('assign');
    const target = holder?.child('name') ?? holder?.child('left');
    const value = holder?.child('value') ?? holder?.child('right');
    if (target?.kind !== 'identifier' || !value || target.text.startsWith('_')) continue;
    if (callsWithin(value, facts.calls).length === 0 || countOf(target.text, fact.body.text) > 1) continue;
    // An assignment that declares nothing goes to a variable of somebody else.
    if (facts.family === 'javascript' && statement.kind !== 'declaration') continue;
    if (statement.children.filter(({ kind }) => kind === 'declarator').length > 1) continue;
    yield {
      range: statement,
      message: `${target.text} is computed here, and nothing reads it.`,
      ...keepTheCall(statement, value),
    };
  }
}

/** What the call does may be wanted, so that it stays; a value with more around it is left to a person. */
function keepTheCall(statement: SyntaxNode, value: SyntaxNode): Pick<Observation, 'fix'> {
  if (value.kind !== 'call' && value.kind !== 'await') return {};
  const end = statement.text.trimEnd().endsWith(';') ? ';' : '';
  return { fix: replaceWith('Keep only the call', statement, `${value.text}${end}`) };
}

function unreadParameter(fact: FunctionFact, facts: FileFacts): Observation | undefined {
  const { name, parameters, parameterList } = fact;
  if (name === undefined || !parameterList || !isCalledAsWritten(fact, name, facts)) return undefined;
  const last = parameters[parameters.length - 1];
  // What stands before one that is read has to stay for its place.
  if (!last?.name || last.rest || last.name.startsWith('_')) return undefined;
  if (countOf(last.name, fact.body.text) > 0 || countOf(last.name, parameterList.text) > 1) return undefined;
  return {
    range: fact.node,
    message: `${name} never reads its parameter ${last.name}.`,
    related: [{ range: last.node, message: 'never read' }],
  };
}

/** Nobody outside sees it, and in the file it is only called, so that its parameters are its own affair. */
function isCalledAsWritten(fact: FunctionFact, name: string, facts: FileFacts): boolean {
  const { place, statements, expressionBody } = fact;
  if (place !== 'declaration' && place !== 'variable') return false;
  if (fact.exported || fact.constrained || fact.enclosingClass || GIVEN_SHAPE.test(name)) return false;
  if (statements.length === 0 && !expressionBody) return false;
  let calls = 0;
  for (const node of facts.tree.nodes) {
    if (node.kind !== 'identifier' || node.end - node.start !== name.length || node.text !== name) continue;
    if (node.parent === fact.node || node.parent?.child('value') === fact.node) continue;
    if (node.parent?.kind !== 'call' || node.field !== 'function') return false;
    calls += 1;
  }
  return calls > 0;
}

/** How often a name stands in a text, in comments too: where it is spoken of, it may be meant. */
function countOf(name: string, text: string): number {
  let count = 0;
  for (let at = text.indexOf(name); at !== -1; at = text.indexOf(name, at + name.length)) {
    const before = text[at - 1] ?? ' ';
    const after = text[at + name.length] ?? ' ';
    if (!/[\w$]/.test(before) && !/[\w$]/.test(after)) count += 1;
  }
  return count;
}
