import * as path from 'node:path';
import { ImagePlatforms } from '../../src/audit/production/dependencies/imagePlatform';
import type { Reached } from '../../src/audit/production/coverage/measure';
import type { FileOutcome } from '../../src/audit/production/suite/fileOutcome';
import type { CoveredFile } from '../../src/audit/production/suite/projectCoverage';
import type { SuiteRequest } from '../../src/audit/production/suite/suite';
import { SuiteRunner } from '../../src/audit/production/suite/suiteRunner';
import { analyzeSource } from '../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../src/audit/syntax/parser';
import { silentLogger } from '../../src/base/logger';
import { DEFAULT_LIMITS } from '../../src/sandbox/sandbox';
import type { Sandbox, SandboxLimits } from '../../src/sandbox/sandbox';
import { takeSnapshot } from '../../src/sandbox/workspaceSnapshot';

const root = path.resolve(__dirname, '../..');
let parser: Promise<SourceParser> | undefined;

/** All that a run over test files told. */
export interface SuiteRun {
  files: Map<string, FileOutcome>;
  /** In the order in which they were told. */
  order: string[];
  covered: Map<string, CoveredFile>;
  output: string;
  notes: string[];
}

/** Runs test files of a workspace with the harness of the build. */
export async function runSuite(
  sandbox: Sandbox,
  workspace: string,
  files: SuiteRequest['files'],
  options: {
    measures?: boolean;
    limits?: Partial<SandboxLimits>;
    signal?: AbortSignal;
    onFile?: (outcome: FileOutcome) => void;
    onOutput?: (text: string) => void;
  } = {},
): Promise<SuiteRun> {
  const runner = new SuiteRunner({
    sandbox,
    takeSnapshot,
    images: { node: 'node:24-slim', python: 'python:3.11-slim' },
    limits: { ...DEFAULT_LIMITS, ...options.limits },
    platforms: new ImagePlatforms(sandbox),
    harnessDirectory: path.join(root, 'dist', 'harness'),
    logger: silentLogger,
    coverable: async (file) => {
      parser ??= SourceParser.load(path.join(root, 'dist'));
      return (await analyzeSource(await parser, { ...file, measures: true })).coverable;
    },
  });
  const run: SuiteRun = { files: new Map(), order: [], covered: new Map(), output: '', notes: [] };
  await runner.run(
    { workspace, files, overlays: new Map(), runner: 'auto', measures: options.measures ?? false },
    {
      onProgress: () => undefined,
      onStarted: () => undefined,
      onOutput: (text) => {
        run.output += text;
        options.onOutput?.(text);
      },
      onFile: (outcome) => {
        run.files.set(outcome.path, outcome);
        run.order.push(outcome.path);
        options.onFile?.(outcome);
      },
      onCovered: (file) => run.covered.set(file.path, file),
      onNote: (note) => run.notes.push(note),
    },
    options.signal ?? new AbortController().signal,
  );
  return run;
}

/** Name, status, 1-based line and, where they are told, the actual and the expected value of each test of a file. */
export function testLines(run: SuiteRun, path: string): string[] {
  return (run.files.get(path)?.tests ?? []).map(({ name, status, expected, actual, line }) =>
    [name, status, line, ...(expected === undefined ? [] : [actual, expected])].join(' | '),
  );
}

/** The 1-based lines of statements that ran, and that did not, and the counts of each branch's paths. */
export function reachedLines(reached: Reached | undefined): {
  ran: number[];
  missed: number[];
  branches: number[][];
} {
  const { statements = [], branches = [] } = reached ?? {};
  const lines = (isWanted: (count: number) => boolean): number[] =>
    statements.filter(({ count }) => isWanted(count)).map(({ place }) => place.line);
  return {
    ran: lines((count) => count > 0),
    missed: lines((count) => count === 0),
    branches: (branches ?? []).map(({ paths }) => paths.map(({ count }) => count)),
  };
}
