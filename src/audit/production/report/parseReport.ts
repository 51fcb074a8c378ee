import { isRecord } from '../discovery/tsconfig';
import type {
  CanaryRecord,
  EndRecord,
  FileErrorRecord,
  HarnessRecord,
  LoadedRecord,
  LoadRecord,
  TestRecord,
} from '../harness/records';
import { insideWorkspace, PROJECT_ROOT } from '../layout';
import { Signatures } from './signatures';

/** What a report says, with every path inside the workspace or empty. */
export interface Report {
  load: LoadRecord | undefined;
  /** Test files that the audited file was loaded under; an empty string where that is not known. */
  loadedBy: Set<string>;
  tests: TestRecord[];
  fileErrors: FileErrorRecord[];
  /** Test files that came to their end. */
  finished: Set<string>;
  unavailable: string | undefined;
  /** What the project's configuration says that changes what the run means. */
  configuration: string[];
  end: EndRecord | undefined;
  /** The harness's own tests, in their order. */
  canaries: CanaryRecord[];
  /** Why the report can't be believed, when it can't. */
  damage: string | undefined;
}

const MAX_LINE = 32_768;
const MAX_RECORDS = 50_000;
const MAX_TEXT = 4000;
/** Escape sequences and control characters, which have no place in anything that is shown. */
const CONTROL =
  /\u001b\[[0-9;?]*[ -/]*[@-~]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * Reads a report as data from a hostile writer: a line of another shape damages it, and nothing of it is ever run. With a
 * `key` every line has to be signed in its turn.
 */
export function parseReport(content: Buffer | undefined, key?: string): Report {
  const report: Report = {
    load: undefined,
    loadedBy: new Set(),
    tests: [],
    fileErrors: [],
    finished: new Set(),
    unavailable: undefined,
    configuration: [],
    end: undefined,
    canaries: [],
    damage: undefined,
  };
  const text = content?.toString('utf8') ?? '';
  const signatures = key === undefined ? undefined : new Signatures(key);
  let from = 0;
  for (let records = 0; from < text.length; records++) {
    const end = text.indexOf('\n', from);
    if (end === -1) return { ...report, damage: 'its last line is cut off' };
    if (end - from > MAX_LINE) return { ...report, damage: 'it has a line that is too long' };
    if (records >= MAX_RECORDS) return { ...report, damage: `it has more than ${MAX_RECORDS} entries` };
    if (report.end) return { ...report, damage: 'it goes on after its end' };
    const line = text.slice(from, end);
    const json = signatures ? signatures.check(line) : line;
    if (json === undefined) return { ...report, damage: "it has an entry that is not the test runner's" };
    const record = parseRecord(json);
    if (!record) return { ...report, damage: 'it has an entry of an unknown shape' };
    add(report, record);
    from = end + 1;
  }
  return report;
}

function add(report: Report, record: HarnessRecord): void {
  if (record.type === 'load') report.load ??= record;
  else if (record.type === 'loaded') report.loadedBy.add(record.by);
  else if (record.type === 'test') report.tests.push(record);
  else if (record.type === 'file') report.finished.add(record.file);
  else if (record.type === 'file-error') report.fileErrors.push(record);
  else if (record.type === 'unavailable') report.unavailable = record.message;
  else if (record.type === 'configuration') report.configuration.push(record.message);
  else if (record.type === 'canary') report.canaries.push(record);
  else if (record.type === 'distrust') report.damage ??= record.message;
  else report.end = record;
}

const KINDS = ['todo', 'expected failure'] as const;

/** One record with its own fields alone, each of the right type; undefined for anything else. */
function parseRecord(line: string): HarnessRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value)) return undefined;
  const shared = {
    file: fileOf(value['file']),
    ...optional('message', textOf(value['message'])),
    ...optional('line', numberOf(value['line'], 1)),
  };
  const missing = optional('missing', plainText(value['missing']));
  const message = shared.message ?? '';
  switch (value['type']) {
    case 'load':
      return parseLoad(value, { ...shared, ...missing });
    case 'loaded':
      return { type: 'loaded', file: shared.file, by: fileOf(value['by']) } satisfies LoadedRecord;
    case 'canary':
    case 'test': {
      const status = value['status'];
      const name = textOf(value['name']);
      if (name === undefined || (status !== 'passed' && status !== 'failed' && status !== 'skipped'))
        return undefined;
      if (value['type'] === 'canary') return { type: 'canary', file: shared.file, name, status, message };
      return {
        type: 'test',
        ...shared,
        name,
        status,
        ...(value['derived'] === true ? { derived: true } : {}),
        ...optional('expected', textOf(value['expected'])),
        ...optional('actual', textOf(value['actual'])),
        ...optional('durationMs', numberOf(value['durationMs'], 0)),
        ...optional('kind', status === 'skipped' ? KINDS.find((kind) => kind === value['kind']) : undefined),
        ...optional('tries', numberOf(value['tries'], 2)),
      };
    }
    case 'file':
      return { type: 'file', file: shared.file };
    case 'file-error':
      return { type: 'file-error', ...shared, ...missing, message };
    case 'unavailable':
    case 'distrust':
    case 'configuration':
      return { type: value['type'], message };
    case 'end': {
      const [passed, failed, skipped] = [value['passed'], value['failed'], value['skipped']].map((count) =>
        numberOf(count, 0),
      );
      if (passed === undefined || failed === undefined || skipped === undefined) return undefined;
      return { type: 'end', passed, failed, skipped };
    }
    default:
      return undefined;
  }
}

const LOAD_STATUSES = ['loaded', 'failed', 'exited', 'stuck', 'unsupported'] as const;

function parseLoad(
  value: Record<string, unknown>,
  shared: Omit<LoadRecord, 'type' | 'status'>,
): LoadRecord | undefined {
  const status = LOAD_STATUSES.find((known) => known === value['status']);
  if (!status) return undefined;
  const exitCode = value['exitCode'];
  return {
    type: 'load',
    ...shared,
    status,
    ...optional('name', textOf(value['name'])),
    ...(typeof exitCode === 'number' && Number.isInteger(exitCode) ? { exitCode } : {}),
  };
}

/** Text to be shown: paths in it are the workspace's, not the sandbox's. */
function textOf(value: unknown): string | undefined {
  return plainText(value)?.replaceAll(`${PROJECT_ROOT}/`, '');
}

function plainText(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_TEXT).replace(CONTROL, '') : undefined;
}

function fileOf(value: unknown): string {
  return typeof value === 'string' ? (insideWorkspace(value) ?? '') : '';
}

function numberOf(value: unknown, atLeast: number): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= atLeast ? value : undefined;
}

function optional<K extends string, V>(name: K, value: V | undefined): { [name in K]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [name in K]?: V });
}
