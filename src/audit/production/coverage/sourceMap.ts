import { isRecord } from '../discovery/tsconfig';
import { parseGuarded } from './parseCoverage';

/** Where a place of the source ended up in what was executed. */
export interface Mapping {
  /** The offset in the executed text of the first thing between two offsets of the source; undefined for nothing. */
  executedOffset(start: number, end: number): number | undefined;
}

const MAX_SEGMENTS = 500_000;
const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const VALUES = new Map([...DIGITS].map((digit, value) => [digit, value]));

/**
 * Reads the source map at the end of an executed text, as data from a hostile writer. Undefined when there is none that
 * can be read. A text that begins with the source itself needs none.
 */
export function mappingOf(code: string, source: string): Mapping | undefined {
  if (code.startsWith(source)) return { executedOffset: (start) => start };
  const encoded =
    /\/\/# sourceMappingURL=data:application\/json;(?:charset=utf-8;)?base64,([\w+/=]+)\s*[\s});]*$/.exec(
      code,
    )?.[1];
  const map =
    encoded === undefined ? undefined : parseGuarded(Buffer.from(encoded, 'base64').toString('utf8'));
  const mappings = isRecord(map) ? map['mappings'] : undefined;
  if (typeof mappings !== 'string') return undefined;
  const pairs = decode(mappings, lineStarts(code), lineStarts(source));
  if (!pairs) return undefined;
  pairs.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
  return { executedOffset: (start, end) => firstBetween(pairs, start, end) };
}

type Pair = [source: number, executed: number];

function firstBetween(pairs: readonly Pair[], start: number, end: number): number | undefined {
  let low = 0;
  let high = pairs.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((pairs[middle]?.[0] ?? Infinity) < start) low = middle + 1;
    else high = middle;
  }
  const found = pairs[low];
  return found && found[0] < end ? found[1] : undefined;
}

function decode(
  mappings: string,
  executed: readonly number[],
  source: readonly number[],
): Pair[] | undefined {
  const pairs: Pair[] = [];
  let sourceLine = 0;
  let sourceColumn = 0;
  for (const [line, segments] of mappings.split(';').entries()) {
    let column = 0;
    for (const segment of segments.split(',')) {
      if (segment === '') continue;
      if (pairs.length > MAX_SEGMENTS) return undefined;
      const fields = numbers(segment);
      if (!fields) return undefined;
      column += fields[0] ?? 0;
      if (fields.length < 4) continue;
      sourceLine += fields[2] ?? 0;
      sourceColumn += fields[3] ?? 0;
      const [to, from] = [executed[line], source[sourceLine]];
      if (to !== undefined && from !== undefined) pairs.push([from + sourceColumn, to + column]);
    }
  }
  return pairs;
}

function numbers(segment: string): number[] | undefined {
  const found: number[] = [];
  let value = 0;
  let shift = 0;
  for (const digit of segment) {
    const bits = VALUES.get(digit);
    if (bits === undefined || shift > 25) return undefined;
    value += (bits & 31) << shift;
    shift += 5;
    if (bits & 32) continue;
    found.push(value & 1 ? -(value >> 1) : value >> 1);
    value = 0;
    shift = 0;
  }
  return shift === 0 ? found : undefined;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}
