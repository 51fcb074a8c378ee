import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Kind } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { isPretendingName, promisesValidation } from '../syntax/words';
import { bindingTarget, isConstant } from '../syntax/values';
import { callsWithin, isLogCall, isSuccessValue, returnedValues } from './effects';

const BRANCHES: ReadonlySet<Kind> = new Set<Kind>([
  'if',
  'try',
  'switch',
  'for',
  'forIn',
  'while',
  'ternary',
]);

export const alwaysSuccess: Rule = {
  id: 'TH12',
  name: 'always-success',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A check looks at its input and then says yes on every path.',
  yieldsTo: ['TH10'],
  bad: [
    {
      grammar: 'typescript',
      code: `
»export function validateUser(user: User): boolean {
  if (!user.name) {
    console.warn('no name');
    return true;
  }
  return true;
}
»export function validateCard(number: string) {
  const errors: string[] = [];
  if (!number) console.debug('no number');
  return { valid: errors.length === 0, errors };
}
»export function authenticate(req, res, next) {
  req.user = { id: 1, role: 'admin' };
  next();
}`,
    },
    {
      grammar: 'python',
      code: `
»def is_valid(order):
    if not order.lines:
        logger.warning("no lines")
    for line in order.lines:
        if line.price < 0:
            print("negative")
    return True

»def validate(order):
    problems = []
    for line in order.lines:
        print(line)
    return not problems
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export function authenticateAs(req, res, next) {
  req.user = users.find(req.headers.authorization);
  next();
}
export function validateUser(user: User): boolean {
  if (!user.name) return false;
  return true;
}
export function validateCard(number: string) {
  const errors: string[] = [];
  checkLength(number, errors);
  return { valid: errors.length === 0, errors };
}
export function verifyToken(token: string) {
  if (!token) throw new Error('no token');
  return true;
}
export function checkAll(list: Item[], problems: string[]) {
  for (const item of list) if (!item.name) problems.push('no name');
  return true;
}
class Rule extends Base {
  validate(value: string) { if (value) log(value); return true; }
}`,
    },
    {
      grammar: 'python',
      code: `
def is_valid(order):
    if not order.lines:
        return False
    return True

def check(order):
    if not order.lines:
        raise ValueError("no lines")
    return True

def verify(order):
    assert_lines(order)
    if order.lines:
        store(order)
    return True
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      if (isOpenGate(fact, facts)) {
        yield {
          range: fact.node,
          message: `${fact.name ?? ''} lets every request through: it checks nothing and calls next().`,
        };
        continue;
      }
      if (!isValidator(fact)) continue;
      const problems = neverFilled(fact);
      if (problems !== undefined) {
        const message = `${fact.name ?? ''} says that ${problems} is empty, and never puts anything into it.`;
        yield { range: fact.node, message };
        continue;
      }
      if (!alwaysSaysYes(fact, facts)) continue;
      const count = fact.returns.length;
      const paths = count === 1 ? 'its only return' : `all ${count} of its returns`;
      yield {
        range: fact.node,
        message: `${fact.name ?? ''} branches on its input, yet ${paths} say the same success.`,
        related: fact.returns.map(({ node }) => ({ range: node, message: 'says success' })),
      };
    }
  },
};

function isValidator(fact: FunctionFact): boolean {
  const { name, enclosingClass } = fact;
  if (
    name === undefined ||
    fact.constrained ||
    fact.isConstructor ||
    fact.isGenerator ||
    fact.place === 'objectMember'
  )
    return false;
  if (enclosingClass && (enclosingClass.bases.length > 0 || enclosingClass.abstract)) return false;
  return promisesValidation(name) && !isPretendingName(name);
}

/** The list of problems that a check collects none in: made empty, asked whether it is, and used for nothing else. */
function neverFilled(fact: FunctionFact): string | undefined {
  const nodes = [...fact.node.tree.below(fact.body)];
  for (const made of nodes) {
    const target = bindingTarget(made);
    const value = made.child('value') ?? made.child('right');
    if (target?.kind !== 'identifier' || !value || !/^(\[\]|list\(\))$/.test(value.text)) continue;
    const uses = nodes.filter(
      (node) => node.kind === 'identifier' && node.text === target.text && node !== target,
    );
    if (uses.length > 0 && uses.every(isOnlyTold) && uses.some(isAskedEmpty)) return target.text;
  }
  return undefined;
}

/** `errors.length === 0`, `len(errors) == 0`, `not errors` */
function isAskedEmpty({ parent }: SyntaxNode): boolean {
  const asked =
    parent?.kind === 'unary' ? parent : parent?.kind === 'arguments' ? parent.parent?.parent : parent?.parent;
  return /\.length ===? 0$|^!\w+\.length$|^len\(\w+\) == 0$|^not \w+$/.test(asked?.text ?? '');
}

function isOnlyTold(use: SyntaxNode): boolean {
  const { parent } = use;
  if (isAskedEmpty(use) || parent?.kind === 'return' || parent?.kind === 'object') return true;
  return parent?.kind === 'pair' && use.field === 'value';
}

const GATE = /auth|permission|csrf|protect|guard|admin|rate_?limit|verify|validate|ensure|sanitize|restrict/i;

/** Middleware that by its name keeps requests out, and hands all of them on. */
function isOpenGate(fact: FunctionFact, facts: FileFacts): boolean {
  const next = fact.parameters.at(-1)?.name;
  if (next !== 'next' || fact.parameters.length < 2 || !GATE.test(fact.name ?? '') || fact.throws.length > 0)
    return false;
  for (const node of fact.node.tree.below(fact.body))
    if (BRANCHES.has(node.kind) || (node.kind === 'assign' && !isMadeUpIdentity(node, fact))) return false;
  const calls = callsWithin(fact.body, facts.calls);
  return (
    calls.length > 0 &&
    calls.every((call) => isLogCall(call) || (call.path === 'next' && call.arguments.length === 0))
  );
}

/** `req.user = { id: 1, role: 'admin' }` */
function isMadeUpIdentity(assignment: SyntaxNode, fact: FunctionFact): boolean {
  const target = assignment.child('left')?.text ?? '';
  const value = assignment.child('right');
  return target.startsWith(`${fact.parameters[0]?.name ?? ''}.`) && value !== undefined && isConstant(value);
}

function alwaysSaysYes(fact: FunctionFact, facts: FileFacts): boolean {
  const values = returnedValues(fact);
  const last = fact.statements[fact.statements.length - 1];
  if (values.length === 0 || !values.every((value) => value && isSuccessValue(value))) return false;
  if (last?.kind !== 'return' && values.length < 2) return false;
  let branches = 0;
  for (const node of fact.node.tree.below(fact.body)) {
    if (
      node.kind === 'throw' ||
      node.kind === 'assert' ||
      node.kind === 'augmentedAssign' ||
      node.kind === 'await'
    )
      return false;
    if (node.kind === 'assign' && node.child('left')?.kind !== 'identifier') return false;
    if (BRANCHES.has(node.kind)) branches++;
  }
  return (
    branches > 0 &&
    callsWithin(fact.body, facts.calls).every((call) => isLogCall(call) || isLookup(call.name))
  );
}

/** Calls that only look: they can neither report a problem nor raise one on purpose. */
function isLookup(name: string): boolean {
  return /^(get|has|is|includes|startsWith|endsWith|test|match|some|every|find|filter|map|keys|values|items|len|isinstance|hasattr|startswith|endswith|trim|strip|lower|upper|toLowerCase|split|range|enumerate|isArray|all|any|type|str|int)$/.test(
    name,
  );
}
