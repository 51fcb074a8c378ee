import type { Duplicate } from './view';
import { PRINT_SIZE } from './winnow';

/** Shorter ones are coincidence, or not worth a function. */
const MIN_LINES = 5;
/** What stands in so many places is idiom. */
const MAX_PLACES = 20;
const MAX_PRINTS = 1 << 21;
const MAX_REPORTED = 20;

interface Chain {
  file: string;
  from: number;
  to: number;
  otherFrom: number;
  otherTo: number;
}

/** Where in a workspace the same code stands, by the fingerprints of `winnow`. */
export class Duplicates {
  private readonly prints = new Map<string, Uint32Array>();
  private total = 0;
  private table: { keys: Float64Array; files: string[]; offsets: number[] } | undefined;

  set(file: string, prints: Uint32Array | undefined): void {
    const before = this.prints.get(file);
    if (before === undefined && (prints === undefined || prints.length === 0)) return;
    this.total -= (before?.length ?? 0) / PRINT_SIZE;
    this.prints.delete(file);
    this.table = undefined;
    if (!prints || prints.length === 0 || this.total + prints.length / PRINT_SIZE > MAX_PRINTS) return;
    this.prints.set(file, prints);
    this.total += prints.length / PRINT_SIZE;
  }

  /** Code of `file`, which has these fingerprints, that stands elsewhere, or in the file itself once more. */
  of(file: string, own: Uint32Array): Duplicate[] {
    let open: Chain[] = [];
    const done: Chain[] = [];
    for (let print = 0; print * PRINT_SIZE < own.length; print++) {
      const places = this.placesOf(own[print * PRINT_SIZE] ?? 0, file, print);
      const next: Chain[] = [];
      for (const { file: other, print: at } of places) {
        const known = open.find((chain) => chain.file === other && chain.otherTo === at - 1);
        if (known) {
          known.to = print;
          known.otherTo = at;
          next.push(known);
        } else next.push({ file: other, from: print, to: print, otherFrom: at, otherTo: at });
      }
      done.push(...open.filter((chain) => !next.includes(chain)));
      open = next;
    }
    done.push(...open);
    const found = done.flatMap((chain) => this.toDuplicate(chain, own));
    // What repeats itself line after line is a table or a list of steps, not a copy.
    return longest(found.filter((one) => one.other.file !== file || !touch(one, one.other)));
  }

  private toDuplicate({ file, from, to, otherFrom, otherTo }: Chain, own: Uint32Array): Duplicate[] {
    const others = this.prints.get(file);
    if (!others) return [];
    const lines = (prints: Uint32Array, first: number, last: number) => ({
      startLine: prints[first * PRINT_SIZE + 1] ?? 1,
      endLine: prints[last * PRINT_SIZE + 2] ?? 1,
    });
    const here = lines(own, from, to);
    const other = { file, ...lines(others, otherFrom, otherTo) };
    const isLong = [here, other].every(({ startLine, endLine }) => endLine - startLine + 1 >= MIN_LINES);
    return isLong ? [{ ...here, other }] : [];
  }

  /** Where a fingerprint stands besides; in the file itself only what comes before, so that each pair is seen once. */
  private placesOf(hash: number, file: string, print: number): { file: string; print: number }[] {
    const { keys, files, offsets } = (this.table ??= this.buildTable());
    const places: { file: string; print: number }[] = [];
    for (let at = lowerBound(keys, hash * MAX_PRINTS); at < keys.length; at++) {
      const key = keys[at] ?? 0;
      if (Math.floor(key / MAX_PRINTS) !== hash) break;
      const ordinal = key % MAX_PRINTS;
      const index = lastAtOrBefore(offsets, ordinal);
      const found = { file: files[index] ?? '', print: ordinal - (offsets[index] ?? 0) };
      if (found.file === file && found.print >= print) continue;
      places.push(found);
      if (places.length > MAX_PLACES) return [];
    }
    return places;
  }

  private buildTable() {
    const keys = new Float64Array(this.total);
    const files: string[] = [];
    const offsets: number[] = [];
    let ordinal = 0;
    for (const [file, prints] of this.prints) {
      files.push(file);
      offsets.push(ordinal);
      for (let at = 0; at < prints.length; at += PRINT_SIZE, ordinal++)
        keys[ordinal] = (prints[at] ?? 0) * MAX_PRINTS + ordinal;
    }
    return { keys: keys.sort(), files, offsets };
  }
}

type Lines = Pick<Duplicate, 'startLine' | 'endLine'>;

function touch(one: Lines, other: Lines): boolean {
  return one.startLine <= other.endLine && other.startLine <= one.endLine;
}

/** Index of the first key that is not below `value`. */
function lowerBound(keys: Float64Array, value: number): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((keys[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function lastAtOrBefore(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((sorted[middle] ?? 0) <= value) low = middle;
    else high = middle;
  }
  return low;
}

/** The longest first, and of what overlaps only that one. */
function longest(found: Duplicate[]): Duplicate[] {
  const length = ({ startLine, endLine }: Duplicate): number => endLine - startLine;
  const kept: Duplicate[] = [];
  for (const one of [...found].sort((a, b) => length(b) - length(a) || a.startLine - b.startLine)) {
    const overlaps = kept.some((other) => touch(one, other));
    if (!overlaps) kept.push(one);
    if (kept.length === MAX_REPORTED) break;
  }
  return kept.sort((a, b) => a.startLine - b.startLine);
}
