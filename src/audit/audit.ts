import { randomUUID } from 'node:crypto';
import * as path from 'node:path';
import {
  isCancelled,
  messageOf,
  messageWithNextStep,
  describeError,
  throwIfCancelled,
  UserError,
} from '../base/errors';
import type { Logger } from '../base/logger';
import { relativeInside } from '../base/paths';
import { STAGE_NAMES } from './finding';
import type { OtherFinding, StageName } from './finding';
import type { Baseline } from './baseline';
import { judge, withKnownMutants } from './judge';
import type { MutantBudget } from './mutation/proof';
import type { SharedProofs } from './mutation/sharedProofs';
import { openFile } from './openFile';
import type { FileAhead, ReadAhead } from './readAhead';
import { withoutRefuted } from './refuted';
import type { AuditReport, StageResult } from './report';
import type { RuleSettings } from './ruleSettings';
import { LEFT_OUT } from './sentences';
import type { AnalysisInput, AuditedFile, StaticAnalyzer } from './stage';
import { defaultTestSettings } from './testSettings';
import type { TestSettings } from './testSettings';
import { decideVerdict } from './verdict';
import type { WorkspaceView } from './workspace/view';

/** Stage 2 as the audit needs it; see `production/production.ts`. */
export interface ProductionRunner {
  run(
    input: {
      workspace: string;
      file: AuditedFile;
      overlays: ReadonlyMap<string, string>;
      testing: TestSettings;
      mutants?: MutantBudget;
      sharedProofs?: SharedProofs;
      rules?: RuleSettings;
    },
    options: { signal?: AbortSignal; onProgress?: (message: string) => void },
  ): Promise<{ result: StageResult; notes: string[] }>;
}

/** What the rest of a workspace says of a file; see `workspace/workspaceFacts.ts`. */
export interface WorkspaceViewer {
  viewOf(
    root: string,
    file: { path: string; text: string; assertFunctions: readonly string[] },
    options: { signal?: AbortSignal; onProgress?: (message: string) => void; waitsForAll?: boolean },
  ): Promise<{ view: WorkspaceView | undefined; skipped: readonly string[] }>;
}

export interface AuditRequest {
  /** Absolute path. */
  workspace: string;
  /** Absolute, or relative to the workspace. */
  file: string;
  /** Unsaved texts by workspace-relative path; the audited file is taken from here when it is in it. */
  overlays?: ReadonlyMap<string, string>;
  stages?: readonly StageName[];
  /** False refuses to run the workspace's code. */
  trusted: boolean;
  /** How the rules are weighed in this workspace. */
  rules?: RuleSettings;
  /** How its tests are found and run; as `defaultTestSettings` when left out. */
  testing?: TestSettings;
  /** Puts the tests to the proof as well. */
  mutants?: MutantBudget;
  /** Where it is one of many files, the same for all of them: what mutants show of two of them is found out once. */
  sharedProofs?: SharedProofs;
  /** Findings that were there before: they are shown and fail nothing. */
  baseline?: Baseline;
  /** It is one of many files: everything in the workspace is read first, however long that takes. */
  isOneOfMany?: boolean;
  /** What other tools say of the file; shown in stage 3, decides nothing. */
  context?: readonly OtherFinding[];
}

export interface AuditOptions {
  signal?: AbortSignal;
  onProgress?: (message: string) => void;
}

const UNREAD =
  'The workspace is large, and not all of it was read yet: repeated code and shared values may be missing here.';

/** Runs the three stages over one file. */
export class Auditor {
  constructor(
    private readonly parts: {
      analyzer: StaticAnalyzer;
      production: ProductionRunner;
      logger: Logger;
      workspace?: WorkspaceViewer;
      readAhead?: () => ReadAhead;
    },
  ) {}

  /**
   * Judges one file. What can't be judged comes back as a report that says so; rejects only with
   * `CancelledError`, when `signal` aborts.
   */
  async audit(request: AuditRequest, options: AuditOptions = {}): Promise<AuditReport> {
    const started = Date.now();
    const opened = await this.open(request);
    if (opened.file === null) {
      const stages = STAGE_NAMES.map((stage) => notRun(stage, opened.reason, 'fix-file'));
      return finish({ file: opened.path, stages, notes: [], sha256: '', started });
    }
    const { file, sha256 } = opened;
    const notes = file.unsaved ? ['The unsaved text on the screen was audited, not the file on disk.'] : [];
    const wanted = new Set(request.stages ?? STAGE_NAMES);
    const [fixed, production] = await Promise.all([
      this.staticStages(file, wanted, request, options),
      this.productionStage(file, wanted, request, options),
    ]);
    throwIfCancelled(options.signal);
    notes.push(...production.notes, ...fixed.notes);
    return finish({
      file: file.path,
      stages: [withoutRefuted(fixed.theater, production.result.mutation), production.result, fixed.quality],
      notes,
      sha256,
      started,
    });
  }

  /**
   * Reads files that are going to be audited one by one, which is faster together. Rejects with `CancelledError` only:
   * what can't be read is told by its audit.
   */
  async readAhead(
    requests: Iterable<Promise<AuditRequest>>,
    options: { signal?: AbortSignal; onRead?: (done: number) => void } = {},
  ): Promise<void> {
    const ahead = this.parts.readAhead?.();
    if (ahead) await this.guard(() => ahead.read(this.filesOf(requests), options));
  }

  private *filesOf(requests: Iterable<Promise<AuditRequest>>): Generator<Promise<FileAhead | undefined>> {
    for (const request of requests) yield request.then((one) => this.fileOf(one));
  }

  private async fileOf(request: AuditRequest): Promise<FileAhead | undefined> {
    const { stages = STAGE_NAMES, workspace } = request;
    if (!stages.includes('theater') && !stages.includes('quality')) return undefined;
    const { file } = await this.open(request);
    return file ? { root: workspace, input: inputOf(file, request) } : undefined;
  }

  private open(request: AuditRequest) {
    const relative = relativeInside(request.workspace, path.resolve(request.workspace, request.file));
    return openFile(request.workspace, request.file, request.overlays?.get(relative ?? ''));
  }

  private async staticStages(
    file: AuditedFile,
    wanted: ReadonlySet<StageName>,
    request: AuditRequest,
    options: AuditOptions,
  ): Promise<{ theater: StageResult; quality: StageResult; notes: string[] }> {
    if (!wanted.has('theater') && !wanted.has('quality')) {
      return { theater: leftOut('theater'), quality: leftOut('quality'), notes: [] };
    }
    const { baseline, context } = request;
    const started = Date.now();
    const around = await this.lookAround(file, request, options);
    const input = { ...inputOf(file, request), ...(around.view ? { workspace: around.view } : {}) };
    const analysis = await this.guard(() => this.parts.analyzer.analyze(input, options.signal));
    const judged = analysis.ok
      ? judge(analysis.value, file.path, baseline)
      : {
          theater: notRun('theater', analysis.reason),
          quality: notRun('quality', analysis.reason),
          notes: [],
        };
    const timed = (result: StageResult): StageResult =>
      wanted.has(result.stage) ? { ...result, durationMs: Date.now() - started } : leftOut(result.stage);
    const quality = timed(judged.quality);
    if (context && context.length > 0) quality.context = [...context];
    return { theater: timed(judged.theater), quality, notes: [...judged.notes, ...around.notes] };
  }

  /** What the rest of the workspace says. Without it, the file is judged alone, and a note says so. */
  private async lookAround(
    file: AuditedFile,
    { workspace, rules, isOneOfMany }: AuditRequest,
    options: AuditOptions,
  ): Promise<{ view?: WorkspaceView; notes: string[] }> {
    const viewer = this.parts.workspace;
    if (!viewer) return { notes: [] };
    const asked = { path: file.path, text: file.text, assertFunctions: rules?.assertFunctions ?? [] };
    const answer = await this.guard(() =>
      viewer.viewOf(workspace, asked, { ...options, waitsForAll: isOneOfMany === true }),
    );
    if (!answer.ok)
      return { notes: [`The file was judged without the rest of the workspace: ${answer.reason}`] };
    const { view, skipped } = answer.value;
    const notes = view?.complete === false ? [UNREAD] : [];
    if (skipped.length > 0)
      notes.push(`Not read, since the parser gave up on it: ${skipped.slice(0, 5).join(', ')}.`);
    return { notes, ...(view ? { view } : {}) };
  }

  private async productionStage(
    file: AuditedFile,
    wanted: ReadonlySet<StageName>,
    request: AuditRequest,
    options: AuditOptions,
  ): Promise<{ result: StageResult; notes: string[] }> {
    if (!wanted.has('production')) return { result: leftOut('production'), notes: [] };
    if (!request.trusted) {
      const reason =
        'the workspace is not trusted, so its code is not run; trust it to run its tests in the sandbox';
      return { result: notRun('production', reason, 'trust-workspace'), notes: [] };
    }
    const started = Date.now();
    const { workspace, overlays = new Map<string, string>(), mutants, sharedProofs, rules } = request;
    const { testing = defaultTestSettings } = request;
    const chosen = {
      ...(mutants ? { mutants } : {}),
      ...(sharedProofs ? { sharedProofs } : {}),
      ...(rules ? { rules } : {}),
    };
    const outcome = await this.guard(() =>
      this.parts.production.run({ workspace, file, overlays, testing, ...chosen }, options),
    );
    if (outcome.ok) {
      const { result, notes } = outcome.value;
      return {
        result: request.baseline ? withKnownMutants(result, file.path, request.baseline) : result,
        notes,
      };
    }
    return {
      result: { ...notRun('production', outcome.reason), durationMs: Date.now() - started },
      notes: [],
    };
  }

  /** A stage that breaks is a stage that did not run; it takes neither the other stages nor the report with it. */
  private async guard<T>(
    work: () => Promise<T>,
  ): Promise<{ ok: true; value: T } | { ok: false; reason: string }> {
    try {
      return { ok: true, value: await work() };
    } catch (error) {
      if (isCancelled(error)) throw error;
      if (error instanceof UserError) return { ok: false, reason: messageWithNextStep(error) };
      this.parts.logger.error(describeError(error));
      return { ok: false, reason: `Seaworthy itself failed: ${messageOf(error)}` };
    }
  }
}

function inputOf(file: AuditedFile, { rules }: AuditRequest): AnalysisInput {
  return { ...file, ...(rules ? { rules } : {}) };
}

function notRun(stage: StageName, reason: string, nextStep?: StageResult['nextStep']): StageResult {
  const result: StageResult = { stage, status: 'not run', reason, findings: [], durationMs: 0, tests: null };
  if (nextStep) result.nextStep = nextStep;
  return result;
}

function leftOut(stage: StageName): StageResult {
  return notRun(stage, LEFT_OUT);
}

function finish(parts: {
  file: string;
  stages: StageResult[];
  notes: string[];
  sha256: string;
  started: number;
}): AuditReport {
  return {
    id: randomUUID(),
    file: parts.file,
    ...decideVerdict(parts.stages),
    stages: parts.stages,
    notes: parts.notes,
    sha256: parts.sha256,
    createdAt: new Date().toISOString(),
    durationMs: Date.now() - parts.started,
  };
}
