import type { Branch, Coverable, Place } from '../coverable';
import type { Kind } from './kinds';
import type { SyntaxNode, SyntaxTree } from './tree';

/** More of either is not worth counting. */
const MAX_PLACES = 20_000;

const STATEMENTS: ReadonlySet<Kind> = new Set<Kind>([
  'declaration', 'return', 'throw', 'break', 'continue', 'if', 'for', 'forIn', 'while', 'doWhile', 'switch', 'try',
  'expressionStatement',
]); // prettier-ignore
const PYTHON_STATEMENTS: ReadonlySet<Kind> = new Set<Kind>([
  'pass', 'with', 'assert', 'import', 'elseIf', 'handler', 'case', 'decorator', 'function', 'class',
]); // prettier-ignore
const LOGICAL = ['&&', '||', '??'];

/** The statements and decisions of a file, by the rules that JavaScript's and Python's coverage tools agree on most. */
export function coverable(tree: SyntaxTree, isPython: boolean): Coverable {
  const found: Coverable = { statements: [], branches: [] };
  for (const node of tree.nodes) {
    if (found.statements.length >= MAX_PLACES || found.branches.length >= MAX_PLACES) break;
    if (isStatement(node, isPython)) found.statements.push(placeOf(node));
    const branch = isPython ? pythonBranch(node) : branchOf(node);
    if (branch) found.branches.push(branch);
  }
  return found;
}

function isStatement(node: SyntaxNode, isPython: boolean): boolean {
  if (isPython) {
    if (node.type === 'lambda' || node.type === 'delete_statement') return node.type === 'delete_statement';
    return (STATEMENTS.has(node.kind) || PYTHON_STATEMENTS.has(node.kind)) && !isOnlyText(node);
  }
  if (node.type === 'debugger_statement') return true;
  // The body of an arrow function without braces is what it returns.
  if (node.field === 'body' && node.parent?.type === 'arrow_function') return node.kind !== 'block';
  // The head of a loop is part of its statement.
  if (node.field === 'initializer' || node.field === 'condition') return false;
  if (node.parent?.kind === 'field' && node.field === 'value') return true;
  return STATEMENTS.has(node.kind) && !isOnlyText(node);
}

/** Docstrings and directives. */
function isOnlyText(node: SyntaxNode): boolean {
  const [only, more] = node.children;
  return node.kind === 'expressionStatement' && only?.kind === 'string' && more === undefined;
}

function branchOf(node: SyntaxNode): Branch | undefined {
  const path = (field: string): Place | null => {
    const child = node.child(field);
    return child ? placeOf(child) : null;
  };
  if (node.kind === 'if' || node.kind === 'ternary') {
    return branch(node, [path('consequence'), path('alternative')]);
  }
  if (node.kind === 'switch') {
    const cases = node.child('body')?.children.filter(({ kind }) => kind === 'case') ?? [];
    // A case without a statement falls through to the next.
    const bodies = cases.flatMap((child) => child.children.find(({ field }) => field === 'body') ?? []);
    return bodies.length > 0 ? branch(node, bodies.map(placeOf)) : undefined;
  }
  return isLogical(node) && !(node.parent && isLogical(node.parent))
    ? branch(node, operands(node))
    : undefined;
}

function isLogical(node: SyntaxNode): boolean {
  return node.kind === 'binary' && LOGICAL.some((operator) => node.hasToken(operator));
}

function operands(node: SyntaxNode): Place[] {
  const places: Place[] = [];
  const waiting = [node];
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    if (!isLogical(next)) {
      places.push(placeOf(next));
      continue;
    }
    for (const side of ['right', 'left']) {
      const operand = next.child(side);
      if (operand) waiting.push(operand);
    }
  }
  return places.sort((a, b) => a.start - b.start);
}

/** Python's branches are steps from line to line, so a decision and its body on one line count as none. */
function pythonBranch(node: SyntaxNode): Branch | undefined {
  const isLoop = node.kind === 'for' || node.kind === 'while';
  if (node.kind !== 'if' && node.kind !== 'elseIf' && node.kind !== 'case' && !isLoop) return undefined;
  const condition = node.child('condition');
  if (condition && (condition.kind === 'true' || condition.kind === 'number')) return undefined;
  if (node.kind === 'case' && /^case\s+_\s*:/.test(node.text.slice(0, 100))) return undefined;
  const body = node.child('consequence') ?? node.child('body');
  const first = body?.children.find(({ kind }) => kind !== 'comment') ?? body;
  if (!first || node.tree.lineAt(first.start) === node.tree.lineAt(node.start)) return undefined;
  return branch(node, [placeOf(first), null], node.tree.lineAt(first.start) - 1);
}

function branch(node: SyntaxNode, paths: (Place | null)[], conditionLine?: number): Branch {
  const place = placeOf(node);
  return { ...place, conditionLine: conditionLine ?? place.line, paths };
}

function placeOf(node: SyntaxNode): Place {
  return { line: node.tree.lineAt(node.start), start: node.start, end: node.end };
}
