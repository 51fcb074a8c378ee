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
import { failsStage, STAGE_NAMES } from './finding';
import type { Finding, StageName } from './finding';
import { openFile } from './openFile';
import type { AuditReport, StageResult } from './report';
import type { RuleSettings } from './ruleSettings';
import type { AuditedFile, StaticAnalysis, StaticAnalyzer } from './stage';
import { decideVerdict } from './verdict';

/** Stage 2 as the audit needs it; see `production/production.ts`. */
export interface ProductionRunner {
  run(
    input: { workspace: string; file: AuditedFile; overlays: ReadonlyMap<string, string> },
    options: { signal?: AbortSignal; onProgress?: (message: string) => void },
  ): Promise<{ result: StageResult; notes: string[] }>;
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
}

export interface AuditOptions {
  signal?: AbortSignal;
  onProgress?: (message: string) => void;
}

/** Runs the three stages over one file. */
export class Auditor {
  constructor(
    private readonly parts: { analyzer: StaticAnalyzer; production: ProductionRunner; logger: Logger },
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
    notes.push(...production.notes);
    return finish({
      file: file.path,
      stages: [fixed.theater, production.result, fixed.quality],
      notes,
      sha256,
      started,
    });
  }

  private open(request: AuditRequest) {
    const relative = relativeInside(request.workspace, path.resolve(request.workspace, request.file));
    return openFile(request.workspace, request.file, request.overlays?.get(relative ?? ''));
  }

  private async staticStages(
    file: AuditedFile,
    wanted: ReadonlySet<StageName>,
    { rules }: AuditRequest,
    options: AuditOptions,
  ): Promise<{ theater: StageResult; quality: StageResult }> {
    if (!wanted.has('theater') && !wanted.has('quality')) {
      return { theater: leftOut('theater'), quality: leftOut('quality') };
    }
    const started = Date.now();
    const analysis = await this.guard(() =>
      this.parts.analyzer.analyze(rules ? { ...file, rules } : file, options.signal),
    );
    const result = (stage: 'theater' | 'quality'): StageResult => {
      if (!wanted.has(stage)) return leftOut(stage);
      const base = analysis.ok ? judge(stage, analysis.value) : notRun(stage, analysis.reason);
      return { ...base, durationMs: Date.now() - started };
    };
    return { theater: result('theater'), quality: result('quality') };
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
    const overlays = request.overlays ?? new Map<string, string>();
    const outcome = await this.guard(() =>
      this.parts.production.run({ workspace: request.workspace, file, overlays }, options),
    );
    if (outcome.ok) return outcome.value;
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

function judge(stage: 'theater' | 'quality', analysis: StaticAnalysis): StageResult {
  const findings = [...analysis[stage]].sort((a, b) => a.startLine - b.startLine);
  const suppressed = analysis.suppressed?.filter(({ finding }) => finding.stage === stage) ?? [];
  const base = {
    stage,
    findings,
    durationMs: 0,
    tests: null,
    ...(suppressed.length > 0 ? { suppressed } : {}),
  };
  const failing = findings.filter(failsStage).length;
  if (failing > 0) return { ...base, status: 'fail', reason: describeFindings(failing, findings) };
  if (analysis.unjudged !== undefined) return { ...base, status: 'not run', reason: analysis.unjudged };
  const unread = analysis.syntaxErrors[0];
  if (unread) {
    const reason = `line ${unread.startLine} could not be parsed, so the file was not judged as a whole`;
    return { ...base, status: 'not run', reason, nextStep: 'fix-file' };
  }
  return { ...base, status: 'pass', reason: '' };
}

function describeFindings(failing: number, findings: readonly Finding[]): string {
  const first = findings.find(failsStage);
  const where = first ? `${first.ruleId} at line ${first.startLine}` : '';
  return failing === 1 ? `1 finding (${where})` : `${failing} findings (first ${where})`;
}

function notRun(stage: StageName, reason: string, nextStep?: StageResult['nextStep']): StageResult {
  const result: StageResult = { stage, status: 'not run', reason, findings: [], durationMs: 0, tests: null };
  if (nextStep) result.nextStep = nextStep;
  return result;
}

function leftOut(stage: StageName): StageResult {
  return notRun(stage, 'left out on request');
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
