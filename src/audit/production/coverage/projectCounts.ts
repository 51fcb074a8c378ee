import { isRecord } from '../discovery/tsconfig';
import { insideWorkspace } from '../layout';
import { addCounts, noCounts, parseGuarded } from './parseCoverage';
import type { RunCounts } from './parseCoverage';

/** What ran of one file: in all, and under each test file. */
export interface FileCounts {
  all: RunCounts;
  byTest: Map<string, RunCounts>;
}

const MAX_RECORDS = 50_000;
const MAX_LINE = 8_000_000;
/** Ranges, lines and steps of one file, and of all together. */
const MAX_OF_FILE = 200_000;
const MAX_OF_ALL = 4_000_000;
/** What is read in one go, in characters: the editor shares this thread. */
const SLICE = 1_000_000;

/** What ran in all sandboxes of a run over many test files. */
export class ProjectCounts {
  readonly files = new Map<string, FileCounts>();
  private readonly scripts = new Map<string, string>();
  private total = 0;

  /** `mayCount` says of a workspace path whether it is one of the project's own files, and `isTest` whether it was asked for. */
  constructor(
    private readonly mayCount: (path: string) => boolean,
    private readonly isTest: (path: string) => boolean,
  ) {}

  /**
   * Adds what one sandbox reports, as data from a hostile writer: what names no file of the project is left out. False when
   * it is no report, or too much of one; what came before that stays. `alone` is the one test file that was in the sandbox,
   * where it was only one: then all of it ran under that, whether or not the runner tells.
   */
  async add(content: Buffer, alone?: string): Promise<boolean> {
    const text = content.toString('utf8');
    let read = 0;
    let records = 0;
    for (let from = 0; from < text.length; records++) {
      const end = text.indexOf('\n', from);
      if (end === -1 || end - from > MAX_LINE || records >= MAX_RECORDS) return false;
      if (!this.addRecord(parseGuarded(text.slice(from, end)), alone)) return false;
      if (end - read > SLICE) {
        read = end;
        await new Promise((resolve) => setImmediate(resolve));
      }
      from = end + 1;
    }
    return true;
  }

  private addRecord(record: unknown, alone: string | undefined): boolean {
    if (!isRecord(record)) return false;
    const { type, id, code, file, by } = record;
    if (type === 'script') {
      if (typeof id !== 'string' || typeof code !== 'string') return false;
      // The first one holds: it can't be changed afterwards.
      if (!this.scripts.has(id)) this.scripts.set(id, code);
      return true;
    }
    const path = typeof file === 'string' ? insideWorkspace(file) : undefined;
    if (path === undefined || !this.mayCount(path)) return true;
    const counts = this.of(path);
    if (!addCounts(record, counts.all)) return false;
    const test = alone ?? (typeof by === 'string' ? insideWorkspace(by) : undefined);
    if (test !== undefined && this.isTest(test)) {
      const own = counts.byTest.get(test) ?? this.none();
      counts.byTest.set(test, own);
      addCounts(record, own);
    }
    return this.hasRoom(counts, record);
  }

  private hasRoom({ all }: FileCounts, record: Record<string, unknown>): boolean {
    const sizes = [record['ranges'], record['lines'], record['arcs']].map((list) =>
      Array.isArray(list) ? list.length : 0,
    );
    this.total += sizes.reduce((sum, size) => sum + size, 0);
    const ofFile = all.lines.size + all.arcs.size + (sizes[0] ?? 0);
    return this.total <= MAX_OF_ALL && ofFile <= MAX_OF_FILE;
  }

  private of(path: string): FileCounts {
    const counts = this.files.get(path) ?? { all: this.none(), byTest: new Map<string, RunCounts>() };
    this.files.set(path, counts);
    return counts;
  }

  private none(): RunCounts {
    return { ...noCounts(), scripts: this.scripts };
  }
}
