import type { SyntaxNode } from './tree';

/** A string that stands alone as a statement, as docstrings do. */
export function isDocstring(statement: SyntaxNode): boolean {
  return statement.kind === 'expressionStatement' && statement.children[0]?.kind === 'string';
}
