import { replaceWith } from '../syntax/fixes';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, WRITTEN_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, meaningful, unwrap } from '../syntax/values';

export const constantCondition: Rule = {
  id: 'TH13',
  name: 'constant-condition',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: WRITTEN_ROLES.filter((role) => role !== 'test' && role !== 'testHelper'),
  explanation: 'A literal in a condition decides it, so that the check beside it has no say.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export function open(user: User) {
»  if (user.isAdmin || true) return vault(user);
»  if (check(user) && false) deny(user);
»  const more = user.next !== null && false;
  return null;
}`,
    },
    {
      grammar: 'python',
      code: `
def open_vault(user):
»    if user.ok or True:
        return vault(user)

def may_open(user):
»    if True:
        return True
    return user.is_admin

def belongs(user, tenant):
»    return bool(user) or user.tenant == tenant or True
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
while (true) { if (step()) break; }
export function run() { if (true) { start(); } finish(); }
const deep = options.deep || true;
export const finish = (value) => { return done(value) || true; };
if (user.isAdmin || user.isOwner) open(user);`,
    },
    {
      grammar: 'python',
      code: `
while True:
    if step():
        break
deep = options.deep or True
if user.admin and not False: pass
`,
    },
  ],
  *check(facts) {
    for (const node of facts.tree.nodes) {
      if (node.kind === 'if' && cutsOff(node)) {
        yield {
          range: node.child('condition') ?? node,
          message: 'This condition is always true, so that what follows the return is never reached.',
        };
      }
      if (node.kind !== 'binary' || !(isCondition(node) || isAnswer(node))) continue;
      const [left, right] = [node.child('left'), node.child('right')].map((side) => side && unwrap(side));
      const operator = node.child('operator')?.text;
      const deciding =
        operator === '||' || operator === 'or'
          ? 'true'
          : operator === '&&' || operator === 'and'
            ? 'false'
            : undefined;
      if (!deciding || !left || !right || (left.kind !== deciding && right.kind !== deciding)) continue;
      const literal = (left.kind === deciding ? left : right).text;
      yield {
        range: node,
        message: `"${operator ?? ''} ${literal}" decides this condition whatever the rest of it says.`,
        fix: replaceWith(
          `Remove "${operator ?? ''} ${literal}"`,
          node,
          (left.kind === deciding ? right : left).text,
        ),
      };
    }
  },
};

/** `if (true) return ...` before the code that would really decide. */
function cutsOff(node: SyntaxNode): boolean {
  const condition = node.child('condition');
  if (!condition || unwrap(condition).kind !== 'true') return false;
  const consequence = node.child('consequence');
  const last = consequence?.kind === 'block' ? meaningful(consequence).at(-1) : consequence;
  const siblings = node.parent ? meaningful(node.parent) : [];
  return last?.kind === 'return' && siblings.indexOf(node) < siblings.length - 1;
}

/** `return isAdmin(user) || true`; after a plain name the literal is what is taken where nothing is given. */
function isAnswer(node: SyntaxNode): boolean {
  const left = node.child('left');
  const first = left && unwrap(left);
  // A call may be made for what it does: `return done(value) || true`.
  if (!first || !/^(binary|unary)$/.test(first.kind)) return false;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'return' || parent.kind === 'declarator' || parent.kind === 'assign') return true;
    if (parent.kind !== 'binary' && parent.kind !== 'wrapper') return false;
  }
  return false;
}

/** The expression, or the logical chain it is part of, is what an `if` or a ternary asks. */
function isCondition(node: SyntaxNode): boolean {
  let from = node;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'if' || parent.kind === 'elseIf') return parent.child('condition') === from;
    if (parent.kind === 'ternary') return (parent.child('condition') ?? meaningful(parent)[1]) === from;
    if (parent.kind !== 'binary' && parent.kind !== 'wrapper' && parent.kind !== 'unary') return false;
    from = parent;
  }
  return false;
}
