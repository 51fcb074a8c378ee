import type { Kind } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, WRITTEN_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';

const LIMIT = 10;

/** A `switch` is one: a long table is not hard to follow. */
const DECISIONS: ReadonlySet<Kind> = new Set<Kind>([
  'if', 'elseIf', 'for', 'forIn', 'while', 'doWhile', 'switch', 'handler', 'ternary',
]); // prettier-ignore

const branches = (count: number, line: (at: number) => string): string =>
  Array.from({ length: count }, (_, at) => line(at)).join('\n');

export const cyclomaticComplexity: Rule = {
  id: 'QC03',
  name: 'cyclomatic-complexity',
  stage: 'quality',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: WRITTEN_ROLES,
  explanation: `A function has more than ${LIMIT} independent paths.`,
  yieldsTo: ['QC02'],
  bad: [
    {
      grammar: 'typescript',
      code: `\n»export function pick(kind: string) {\n${branches(10, (at) => `  if (kind === 'k${at}') return ${at};`)}\n  return -1;\n}`,
    },
    {
      grammar: 'python',
      code: `\n»def pick(kind):\n${branches(10, (at) => `    if kind == "k${at}":\n        return ${at}`)}\n    return -1\n`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `\nexport function pick(kind: string) {\n${branches(9, (at) => `  if (kind === 'k${at}') return ${at};`)}\n  return -1;\n}`,
    },
    { grammar: 'python', code: `\ndef pick(kind):\n    return TABLE.get(kind, -1)\n` },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      let paths = 1;
      for (const node of facts.tree.below(fact.body, (inner) => inner.kind === 'function'))
        if (isDecision(node)) paths++;
      if (paths <= LIMIT) continue;
      yield {
        range: fact.node,
        message: `${fact.name ?? 'This function'} has ${paths} independent paths, more than ${LIMIT}.`,
      };
    }
  },
};

function isDecision(node: SyntaxNode): boolean {
  if (node.kind === 'binary') return /^(&&|\|\||\?\?|and|or)$/.test(node.child('operator')?.text ?? '');
  return DECISIONS.has(node.kind);
}
