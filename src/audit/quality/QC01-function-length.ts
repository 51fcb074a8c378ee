import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, WRITTEN_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { meaningful, unwrap, unwrapAwait } from '../syntax/values';
import { codeLines } from './codeLines';

const LIMIT = 60;

const longFunction = (count: number): string =>
  Array.from({ length: count }, (_, at) => `  step(${at});`).join('\n');
const longPythonFunction = (count: number): string =>
  Array.from({ length: count }, (_, at) => `    step(${at})`).join('\n');

export const functionLength: Rule = {
  id: 'QC01',
  name: 'function-length',
  stage: 'quality',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: WRITTEN_ROLES,
  explanation: `A function has more than ${LIMIT} lines of code.`,
  bad: [
    { grammar: 'typescript', code: `\n»export function migrate() {\n${longFunction(59)}\n}` },
    { grammar: 'python', code: `\n»def migrate():\n${longPythonFunction(60)}\n` },
  ],
  good: [
    { grammar: 'typescript', code: `\nexport function migrate() {\n  // why\n\n${longFunction(58)}\n}` },
    { grammar: 'javascript', path: 'a.test.js', code: `\ndescribe('all', () => {\n${longFunction(80)}\n});` },
    { grammar: 'javascript', code: `\n(function () {\n${longFunction(80)}\n})();` },
    {
      grammar: 'python',
      code: `\ndef migrate():\n    """Why.\n\n    More."""\n    # a comment\n${longPythonFunction(59)}\n`,
    },
  ],
  *check(facts) {
    const lines = codeLines(facts);
    for (const fact of facts.functions) {
      const { tree } = facts;
      if (tree.lineAt(fact.node.end) - tree.lineAt(fact.node.start) < LIMIT || isSkipped(fact, facts))
        continue;
      const count = lines.between(fact.node);
      if (count <= LIMIT) continue;
      yield {
        range: fact.node,
        message: `${fact.name ?? 'This function'} has ${count} lines of code, more than ${LIMIT}.`,
      };
    }
  },
};

/** Groups of tests, module wrappers, and functions that are one table or one piece of markup. */
function isSkipped(fact: FunctionFact, facts: FileFacts): boolean {
  return isTestGroup(fact) || isModuleWrapper(fact, facts) || isOneLiteral(fact);
}

function isTestGroup(fact: FunctionFact): boolean {
  const call = fact.node.parent?.kind === 'arguments' ? fact.node.parent.parent : undefined;
  return (
    call?.kind === 'call' &&
    /^(describe|suite|context|fdescribe|xdescribe|test\.describe|define)\b/.test(
      call.child('function')?.text ?? '',
    )
  );
}

/** A function that is called where it stands, or handed to a loader that calls it, is a module's scope. */
function isModuleWrapper(fact: FunctionFact, facts: FileFacts): boolean {
  if (fact.place !== 'callback' || fact.enclosing) return false;
  let node: SyntaxNode = fact.node;
  while (node.parent?.kind === 'wrapper' || node.parent?.kind === 'unary') node = node.parent;
  const parent = node.parent;
  if (parent?.kind === 'call' && node.field === 'function') return true;
  if (parent?.kind === 'member' && /^\.(call|apply)$/.test(facts.tree.text.slice(node.end, parent.end)))
    return true;
  const call = parent?.kind === 'arguments' ? parent.parent : undefined;
  return call?.child('function')?.kind === 'wrapper' || call?.child('function')?.kind === 'function';
}

function isOneLiteral(fact: FunctionFact): boolean {
  const { statements } = fact;
  const value = fact.expressionBody
    ? fact.body
    : statements.length === 1 && statements[0]?.kind === 'return'
      ? meaningful(statements[0])[0]
      : undefined;
  if (!value) return false;
  const inner = unwrap(unwrapAwait(value));
  return (
    inner.kind === 'jsx' || inner.kind === 'array' || (inner.kind === 'object' && !holdsFunctions(inner))
  );
}

function holdsFunctions(node: SyntaxNode): boolean {
  for (const inner of node.tree.below(node)) if (inner.kind === 'function') return true;
  return false;
}
