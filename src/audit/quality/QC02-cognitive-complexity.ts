import type { FunctionFact } from '../syntax/facts';
import type { Kind } from '../syntax/kinds';
import { LOOP_KINDS } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';

const LIMIT = 15;
const NESTING: ReadonlySet<Kind> = new Set<Kind>([
  ...LOOP_KINDS,
  'if',
  'switch',
  'handler',
  'ternary',
  'function',
]);

const nestedLoops = `
»export function place(grid) {
  for (const row of grid) {
    for (const cell of row) {
      if (cell.left && cell.right) visit(cell);
      else if (cell.up || cell.down) {
        if (cell.free) visit(cell);
        else if (cell.held && cell.old) drop(cell);
        else keep(cell);
      }
    }
  }
}`;
const nestedPython = `
»def place(grid):
    for row in grid:
        for cell in row:
            if cell.left and cell.right:
                visit(cell)
            elif cell.up or cell.down:
                if cell.free:
                    visit(cell)
                elif cell.held and cell.old:
                    drop(cell)
                else:
                    keep(cell)
`;

export const cognitiveComplexity: Rule = {
  id: 'QC02',
  name: 'cognitive-complexity',
  stage: 'quality',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: `The control flow of a function is harder to follow than ${LIMIT} points.`,
  bad: [
    { grammar: 'javascript', code: nestedLoops },
    { grammar: 'python', code: nestedPython },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export function nameOf(kind: number): string {
  switch (kind) {
    case 1: return 'a'; case 2: return 'b'; case 3: return 'c'; case 4: return 'd'; case 5: return 'e'; case 6: return 'f';
    case 7: return 'g'; case 8: return 'h'; case 9: return 'i'; case 10: return 'j'; case 11: return 'k'; case 12: return 'l';
    case 13: return 'm'; case 14: return 'n'; case 15: return 'o'; case 16: return 'p'; case 17: return 'q'; default: return 'r';
  }
}`,
    },
    {
      grammar: 'python',
      code: `\ndef first(rows):\n    for row in rows:\n        if row.open:\n            return row\n    return None\n`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      if (isCountedElsewhere(fact)) continue;
      const complexity = complexityOf(fact);
      if (complexity <= LIMIT) continue;
      yield {
        range: fact.node,
        message: `${fact.name ?? 'This function'} has a cognitive complexity of ${complexity}, more than ${LIMIT}.`,
      };
    }
  },
};

/** A callback adds to the function it is written in. */
function isCountedElsewhere(fact: FunctionFact): boolean {
  return fact.place === 'callback' && fact.enclosing !== undefined;
}

function complexityOf(fact: FunctionFact): number {
  let total = 0;
  const open: SyntaxNode[] = [];
  for (const node of fact.node.tree.below(fact.body)) {
    while (open.length > 0 && node.index > (open[open.length - 1]?.last ?? 0)) open.pop();
    const continuesChain = node.kind === 'if' && node.parent?.kind === 'else';
    if (continuesChain) continue;
    total += pointsOf(node, open.length);
    if (NESTING.has(node.kind)) open.push(node);
  }
  return total;
}

function pointsOf(node: SyntaxNode, nesting: number): number {
  if (node.kind === 'else' || node.kind === 'elseIf') return 1;
  if ((node.kind === 'break' || node.kind === 'continue') && node.child('label')) return 1;
  if (node.kind === 'binary') return startsLogicalSequence(node) ? 1 : 0;
  return NESTING.has(node.kind) && node.kind !== 'function' ? 1 + nesting : 0;
}

/** `a && b && c` costs one, `a && b || c` two. */
function startsLogicalSequence(node: SyntaxNode): boolean {
  const operator = node.child('operator')?.text;
  if (operator === undefined || !/^(&&|\|\||\?\?|and|or)$/.test(operator)) return false;
  return node.parent?.kind !== 'binary' || node.parent.child('operator')?.text !== operator;
}
