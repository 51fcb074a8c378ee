import type { HandlerFact } from './facts';
import type { ObservedFix } from './rule';
import type { SyntaxNode, TextRange } from './tree';

/** Puts a text in front of a node. */
export function insertBefore(title: string, node: SyntaxNode, text: string): ObservedFix {
  return { title, edits: [{ range: { start: node.start, end: node.start }, text }] };
}

export function insertAfter(title: string, node: SyntaxNode, text: string): ObservedFix {
  return { title, edits: [{ range: { start: node.end, end: node.end }, text }] };
}

export function replaceWith(title: string, range: TextRange, text: string): ObservedFix {
  return { title, edits: [{ range: { start: range.start, end: range.end }, text }] };
}

/** Takes a statement away, with its line where nothing else stands on it; none where it is all that a block holds. */
export function removeStatement(title: string, statement: SyntaxNode): ObservedFix | undefined {
  const { text } = statement.tree;
  const siblings = statement.parent?.children.filter(({ kind }) => kind !== 'comment') ?? [];
  if (siblings.length < 2) return undefined;
  const lineStart = text.lastIndexOf('\n', statement.start - 1) + 1;
  const newline = text.indexOf('\n', statement.end);
  const lineEnd = newline === -1 ? text.length : newline + 1;
  const before = text.slice(lineStart, statement.start);
  const after = text.slice(statement.end, lineEnd);
  const isAlone = before.trim() === '' && /^\s*;?\s*$/.test(after);
  return replaceWith(title, isAlone ? { start: lineStart, end: lineEnd } : statement, '');
}

/** Ends a handler by throwing again what it caught. */
export function rethrow(handler: HandlerFact): ObservedFix | undefined {
  const title = 'Throw the error again';
  const { body, node } = handler;
  if (node.type !== 'catch_clause') return rethrowInPython(handler, title);
  const parameter = node.child('parameter');
  if (parameter && parameter.kind !== 'identifier') return undefined;
  const name = parameter?.text ?? 'error';
  const declares = parameter ? [] : [{ range: { start: body.start, end: body.start }, text: `(${name}) ` }];
  const last = body.children.at(-1);
  const at = last ? last.end : body.start + 1;
  const gap = body.text.includes('\n') && last ? `\n${indentOf(last)}` : ' ';
  const tail = last ? '' : ' ';
  return {
    title,
    edits: [...declares, { range: { start: at, end: at }, text: `${gap}throw ${name};${tail}` }],
  };
}

function rethrowInPython({ body, statements }: HandlerFact, title: string): ObservedFix | undefined {
  const hollow = body.children.find(({ kind, text }) => kind === 'pass' || text === '...');
  if (statements.length === 0) return hollow && replaceWith(title, hollow, 'raise');
  const last = statements.at(-1);
  return last && insertAfter(title, last, `\n${indentOf(last)}raise`);
}

function indentOf(node: SyntaxNode): string {
  return ' '.repeat(node.tree.columnAt(node.start) - 1);
}
