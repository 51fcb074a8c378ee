import type { FileFacts } from '../syntax/facts';
import type { TextRange } from '../syntax/tree';

/** Counts lines that hold code: not blank, and more than a comment or docstring. */
export interface CodeLines {
  between(range: TextRange): number;
  /** Whether a line, counted from 1, holds code. */
  isCode(line: number): boolean;
}

const counted = new WeakMap<FileFacts, CodeLines>();

/** The counter of a file, made once. */
export function codeLines(facts: FileFacts): CodeLines {
  let lines = counted.get(facts);
  if (!lines) {
    lines = countLines(facts);
    counted.set(facts, lines);
  }
  return lines;
}

function countLines({ tree, comments }: FileFacts): CodeLines {
  const lines = tree.text.split('\n');
  const isCode = lines.map((line) => line.trim() !== '');
  for (const { node, line, endLine, ownLine } of comments) {
    if (!ownLine) continue;
    const isAlone = lines[endLine - 1]?.slice(tree.columnAt(node.end) - 1).trim() === '';
    isCode.fill(false, line - 1, isAlone ? endLine : endLine - 1);
  }
  const before = [0];
  for (const [index, code] of isCode.entries()) before.push((before[index] ?? 0) + (code ? 1 : 0));
  return {
    isCode: (line) => isCode[line - 1] ?? false,
    between: ({ start, end }) =>
      (before[tree.lineAt(Math.max(start, end - 1))] ?? 0) - (before[tree.lineAt(start) - 1] ?? 0),
  };
}
