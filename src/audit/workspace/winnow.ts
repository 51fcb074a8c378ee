import type { SyntaxNode, SyntaxTree } from '../syntax/tree';
import type { Kind } from '../syntax/kinds';
import { isConstant } from '../syntax/values';

/** Names, literals and operators in a row that must be the same; about fifty tokens with their brackets and separators. */
const WINDOW = 30;
/** Fewer different ones are one short line again and again. */
const MIN_DISTINCT = 8;
/** Of so many windows one is kept: the same text keeps the same ones, wherever it stands. */
const KEPT_OF = 16;
/** Numbers for each kept window: its hash, its first line, its last line. */
export const PRINT_SIZE = 3;

const SKIPPED: ReadonlySet<Kind> = new Set<Kind>([
  'comment',
  'import',
  'decorator',
  'type',
  'typeDeclaration',
]);
const TEXTUAL: ReadonlySet<Kind> = new Set<Kind>(['identifier', 'string', 'template', 'number', 'token']);

/**
 * Fingerprints of a file's code, for finding the same code elsewhere (Schleimer, Wilkerson and Aiken, Winnowing, SIGMOD
 * 2003). Imports, comments, types and tables of literals have no part in it. `PRINT_SIZE` numbers for each window kept.
 */
export function winnow(tree: SyntaxTree): Uint32Array {
  const { hashes, starts, ends } = leavesOf(tree);
  const windows = rolled(hashes);
  const kept: number[] = [];
  let last = -1;
  for (let from = 0; from + KEPT_OF <= windows.length; from++) {
    let least = from;
    if (last >= from && from > 0) {
      // The one kept last is still in sight: only the newcomer can be smaller.
      const newcomer = from + KEPT_OF - 1;
      least = (windows[newcomer] ?? 0) <= (windows[last] ?? 0) ? newcomer : last;
    } else {
      for (let at = from; at < from + KEPT_OF; at++)
        if ((windows[at] ?? 0) <= (windows[least] ?? 0)) least = at;
    }
    if (least === last) continue;
    last = least;
    if (new Set(hashes.slice(least, least + WINDOW)).size < MIN_DISTINCT) continue;
    const end = ends[least + WINDOW - 1] ?? 0;
    kept.push(windows[least] ?? 0, tree.lineAt(starts[least] ?? 0), tree.lineAt(Math.max(0, end - 1)));
  }
  return Uint32Array.from(kept);
}

interface Leaves {
  hashes: number[];
  starts: number[];
  ends: number[];
}

function leavesOf(tree: SyntaxTree): Leaves {
  const leaves: Leaves = { hashes: [], starts: [], ends: [] };
  for (let index = 0; index < tree.nodes.length; index++) {
    const node = tree.nodes[index];
    if (!node) break;
    if (SKIPPED.has(node.kind)) {
      index = node.last;
      continue;
    }
    const isTable = (node.kind === 'array' || node.kind === 'object') && isConstant(node);
    const isTextual = TEXTUAL.has(node.kind);
    if (node.hasChildren && !isTable && !isTextual) continue;
    leaves.hashes.push(isTextual ? hashText(tree.text, node) : hashWord(node.kind));
    leaves.starts.push(node.start);
    leaves.ends.push(node.end);
    index = node.last;
  }
  return leaves;
}

function hashText(text: string, { start, end }: SyntaxNode): number {
  let hash = 0x811c9dc5;
  const stop = Math.min(end, start + 200);
  for (let at = start; at < stop; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

function hashWord(word: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < word.length; at++) hash = Math.imul(hash ^ word.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}

const BASE = 0x01000193;

/** Hashes of every window (Karp and Rabin), spread so that the least is no function of the last leaf alone. */
function rolled(hashes: readonly number[]): Uint32Array {
  const count = Math.max(0, hashes.length - WINDOW + 1);
  const windows = new Uint32Array(count);
  let power = 1;
  for (let step = 0; step < WINDOW; step++) power = Math.imul(power, BASE);
  let hash = 0;
  for (let at = 0; at < hashes.length; at++) {
    hash = (Math.imul(hash, BASE) + (hashes[at] ?? 0)) | 0;
    if (at >= WINDOW) hash = (hash - Math.imul(hashes[at - WINDOW] ?? 0, power)) | 0;
    if (at >= WINDOW - 1) windows[at - WINDOW + 1] = spread(hash);
  }
  return windows;
}

function spread(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
