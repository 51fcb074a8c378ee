import { isRecord } from '../discovery/tsconfig';

/** What the sandbox says ran of the audited file, checked for shape alone. */
export interface RunCounts {
  /** JavaScript: executed texts by id, the empty one for the file's own. */
  scripts: Map<string, string>;
  runs: { script: string; ranges: [start: number, end: number, count: number][] }[];
  /** Python: lines that ran, and steps from line to line. Negative lines are the way in and out. */
  lines: Set<number>;
  arcs: Set<string>;
  hasLines: boolean;
  hasArcs: boolean;
}

const MAX_RECORDS = 500;
const MAX_RANGES = 100_000;

/** Reads a report of coverage as data from a hostile writer. Undefined when any of it has another shape. */
export function parseCoverage(content: Buffer | undefined): RunCounts | undefined {
  if (!content || content.length === 0) return undefined;
  const counts = noCounts();
  const lines = content.toString('utf8').split('\n');
  if (lines.pop() !== '' || lines.length > MAX_RECORDS) return undefined;
  let ranges = 0;
  for (const line of lines) {
    const record = parseGuarded(line);
    if (!isRecord(record) || !addCounts(record, counts)) return undefined;
    ranges += counts.runs.at(-1)?.ranges.length ?? 0;
    if (ranges > MAX_RANGES || counts.lines.size > MAX_RANGES || counts.arcs.size > MAX_RANGES)
      return undefined;
  }
  return counts;
}

export function noCounts(): RunCounts {
  return {
    scripts: new Map(),
    runs: [],
    lines: new Set(),
    arcs: new Set(),
    hasLines: false,
    hasArcs: false,
  };
}

/** False for a record of another shape. */
export function addCounts(record: Record<string, unknown>, counts: RunCounts): boolean {
  const { type, id, code, script, ranges, lines, arcs } = record;
  if (type === 'script' && typeof id === 'string' && typeof code === 'string') {
    counts.scripts.set(id, code);
    return true;
  }
  if (type === 'coverage' && typeof script === 'string' && isNumbers(ranges, 3)) {
    counts.runs.push({ script, ranges: ranges as [number, number, number][] });
    return true;
  }
  if (type !== 'lines' || !Array.isArray(lines) || !lines.every(Number.isSafeInteger)) return false;
  for (const line of lines as number[]) counts.lines.add(line);
  counts.hasLines = true;
  if (arcs === undefined) return true;
  if (!isNumbers(arcs, 2)) return false;
  for (const arc of arcs) counts.arcs.add(arc.join());
  counts.hasArcs = true;
  return true;
}

function isNumbers(value: unknown, length: number): value is number[][] {
  return (
    Array.isArray(value) &&
    value.every(
      (entry) =>
        Array.isArray(entry) && entry.length === length && entry.every((part) => Number.isSafeInteger(part)),
    )
  );
}

/** `JSON.parse` that answers undefined to what is none. */
export function parseGuarded(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
