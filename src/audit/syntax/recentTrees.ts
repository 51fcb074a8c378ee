// The types alone: at run time the parser decides which build of the package is loaded.
import type { Point, Tree } from 'web-tree-sitter';
import type { Grammar } from '../language';

/** A tree in the parser's memory with the text it is of. */
interface RecentTree {
  grammar: Grammar;
  text: string;
  tree: Tree;
}

/** Files that are edited at a time. */
const MAX_TREES = 4;
/** Larger files are read anew: what is kept of them would weigh more than the time it saves. */
const MAX_TEXT = 300_000;

/** The last trees of the files that were parsed last. Whoever takes one has to delete it. */
export class RecentTrees {
  private readonly trees = new Map<string, RecentTree>();

  take(path: string, grammar: Grammar): RecentTree | undefined {
    const found = this.trees.get(path);
    this.trees.delete(path);
    if (found && found.grammar !== grammar) {
      found.tree.delete();
      return undefined;
    }
    return found;
  }

  keep(path: string, recent: RecentTree): void {
    if (recent.text.length > MAX_TEXT) return recent.tree.delete();
    this.trees.set(path, recent);
    for (const [oldest, { tree }] of this.trees) {
      if (this.trees.size <= MAX_TREES) break;
      this.trees.delete(oldest);
      tree.delete();
    }
  }
}

/** A stretch of text that was replaced, as the parser wants to know it. */
interface TextEdit {
  startIndex: number;
  oldEndIndex: number;
  newEndIndex: number;
  startPosition: Point;
  oldEndPosition: Point;
  newEndPosition: Point;
}

/** The one stretch in which two texts differ. */
export function editBetween(before: string, after: string): TextEdit {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (
    tail < shorter - start &&
    before.charCodeAt(before.length - 1 - tail) === after.charCodeAt(after.length - 1 - tail)
  )
    tail++;
  const oldEnd = before.length - tail;
  const newEnd = after.length - tail;
  return {
    startIndex: start,
    oldEndIndex: oldEnd,
    newEndIndex: newEnd,
    startPosition: pointAt(before, start),
    oldEndPosition: pointAt(before, oldEnd),
    newEndPosition: pointAt(after, newEnd),
  };
}

function pointAt(text: string, index: number): Point {
  let row = 0;
  let lineStart = 0;
  for (let at = text.indexOf('\n'); at !== -1 && at < index; at = text.indexOf('\n', at + 1)) {
    row++;
    lineStart = at + 1;
  }
  return { row, column: index - lineStart };
}
