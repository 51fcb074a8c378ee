import { UserError } from '../../base/errors';
import type { SandboxFile, SandboxProgress, SandboxResult, SandboxStepResult } from '../../sandbox/sandbox';
import type { Snapshot, TakeSnapshot } from '../../sandbox/snapshot';
import type { Coverable } from '../coverable';
import type { MutatedSource } from '../mutation/mutants';
import type { MutantBudget } from '../mutation/proof';
import type { Coverage, NextStep, StageOutput, StageResult } from '../report';
import type { RuleSettings } from '../ruleSettings';
import type { AuditedFile } from '../stage';
import { measureCoverage } from './coverage/measure';
import type { ImagePlatforms } from './dependencies/imagePlatform';
import { familyOf, ImportGraph } from './discovery/importGraph';
import { WorkspaceSources } from './discovery/sources';
import { isTestFile } from './discovery/testFiles';
import { findTestsOf } from './discovery/testsOf';
import { COVERAGE_REPORT, LOAD_MARK, LOAD_REPORT, LOADED_REPORT, PROJECT_FOLDER, testReport } from './layout';
import type { Evidence } from './evidence';
import { chooseImage, dependencyNotes, usedImage } from './imageChoice';
import type { ImageChoice, ImageParts } from './imageChoice';
import { gatherEvidence } from './gatherEvidence';
import type { ProofParts } from './mutation/proveFile';
import { withProof } from './mutation/withProof';
import { planNode } from './nodePlan';
import type { Plan, PlanInput } from './plan';
import { planPython } from './pythonPlan';
import { explainMisfits } from './misfitVerdict';
import { createKey } from './report/signatures';
import { hasOwnModules } from './runners/chooseRunner';
import { groupTests } from './runners/groupTests';
import { decideProduction } from './verdict';

export interface ProductionParts extends ImageParts {
  takeSnapshot: TakeSnapshot;
  platforms: ImagePlatforms;
  /** Where the build puts the programs of `harness/`. */
  harnessDirectory: string;
  /** The file with its mutants built in, behind calls of `switchName`; undefined where that can't be done. */
  mutate(file: AuditedFile, switchName: string, signal?: AbortSignal): Promise<MutatedSource | undefined>;
  /** What of a file can run. */
  coverable(file: AuditedFile, signal?: AbortSignal): Promise<Coverable | undefined>;
}

export interface ProductionInput {
  /** Absolute path. */
  workspace: string;
  file: AuditedFile;
  /** Unsaved texts by workspace-relative path. */
  overlays: ReadonlyMap<string, string>;
  /** Puts tests that pass to the proof, for as long as the budget allows. */
  mutants?: MutantBudget;
  rules?: RuleSettings;
}

/** The longest that loading one file may take. */
const MAX_LOAD_MS = 10_000;
/** Left of the sandbox's time when the tests are stopped, so that what they reported so far can still be read. */
const WIND_UP_MS = 2000;
/** Characters of output kept, from the start of each stream. */
const MAX_OUTPUT = 65_536;

/** Stage 2: loads a file and runs the tests that belong to it, in a sandbox, and judges by the runners' reports. */
export class ProductionStage {
  constructor(private readonly parts: ProductionParts) {}

  /** Rejects with `CancelledError` on abort; whatever else keeps the stage from running is its answer. */
  async run(
    input: ProductionInput,
    options: { signal?: AbortSignal; onProgress?: SandboxProgress } = {},
  ): Promise<{ result: StageResult; notes: string[] }> {
    const started = Date.now();
    const outcome = await this.judge(input, options).catch((error: unknown) => ({
      result: refusal(error),
      notes: [],
    }));
    return { result: { ...outcome.result, durationMs: Date.now() - started }, notes: outcome.notes };
  }

  private async judge(
    input: ProductionInput,
    options: { signal?: AbortSignal; onProgress?: SandboxProgress },
  ): Promise<{ result: StageResult; notes: string[] }> {
    const { file, workspace } = input;
    const { signal, onProgress } = options;
    const family = familyOf(file.path);
    if (/\.d\.[cm]?ts$/.test(file.path))
      return { result: notRun('type declarations have nothing to run'), notes: [] };
    if (!family) return { result: notRun('no runner knows this kind of file'), notes: [] };
    onProgress?.('Looking for tests of this file');
    const choosing = chooseImage(this.parts, workspace, file.path, signal);
    const [snapshot, image] = await Promise.all([this.takeSnapshot(input, signal), choosing]);
    const sources = new WorkspaceSources(snapshot.files);
    const notes = withheldNotes(snapshot);
    if (!sources.has(file.path)) {
      const why =
        snapshot.withheld.find(({ path }) => path === file.path)?.why ?? 'it is not part of the workspace';
      return { result: notRun(`the file does not go into the sandbox: ${why}`), notes };
    }
    const graph = new ImportGraph(sources);
    await graph.build(family, signal);
    const search = findTestsOf(file.path, graph, sources);
    const { groups, unsupported } = groupTests(search.tests, graph, sources);
    notes.push(...search.notes);
    const isTest = isTestFile(graph, file.path);
    if (isTest && groups.length === 0) {
      return {
        result: notRun(`these tests use ${unsupported.join(' and ')}, which Seaworthy does not run yet`),
        notes,
      };
    }
    const plan: PlanInput = {
      workspace,
      file,
      sources,
      graph,
      groups,
      loadsFile: !isTest && !groups.some(({ runner }) => hasOwnModules(runner)),
      dependencies: image.dependencies,
      platform: () => this.parts.platforms.of(image.image, signal),
      keys: { load: createKey(), tests: groups.map(createKey) },
      harnessDirectory: this.parts.harnessDirectory,
      ...stepTimes(this.parts.limits.timeoutMs),
      signal,
    };
    const planned = await (family === 'python' ? planPython(plan) : planNode(plan));
    const ended = await this.runPlan(plan, planned, image, snapshot.files, options);
    const evidence = gatherEvidence(plan, ended, unsupported, snapshot.withheld);
    const concluded = await this.conclude(evidence, planned, ended, isTest, signal);
    notes.push(...dependencyNotes(image), ...ended.notes, ...concluded.notes);
    const proof = { plan, isTest, ...input };
    const result = { ...concluded.result, image: await usedImage(image, this.parts.sandbox, signal) };
    return {
      result: await withProof(result, proof, this.proofParts(plan, image, snapshot), options),
      notes,
    };
  }

  private async conclude(
    evidence: Evidence,
    { misfits }: Plan,
    ended: SandboxResult,
    isTest: boolean,
    signal: AbortSignal | undefined,
  ): Promise<{ result: StageResult; notes: string[] }> {
    const { notes, ...decided } = explainMisfits(decideProduction(evidence), misfits);
    const measured = await this.measure(evidence.file, decided.tests && !isTest ? ended : undefined, signal);
    const output = outputOf(ended.steps);
    return {
      result: { stage: 'production', durationMs: 0, ...decided, ...measured.result, output },
      notes: [...notes, ...measured.notes],
    };
  }

  private proofParts({ file, signal }: PlanInput, { image }: ImageChoice, snapshot: Snapshot): ProofParts {
    return {
      sandbox: this.parts.sandbox,
      image,
      limits: this.parts.limits,
      mutate: (switchName) => this.parts.mutate(file, switchName, signal),
      snapshot: snapshot.files,
    };
  }

  private async measure(
    file: AuditedFile,
    ended: SandboxResult | undefined,
    signal: AbortSignal | undefined,
  ): Promise<{ result: { coverage?: Coverage }; notes: string[] }> {
    if (!ended) return { result: {}, notes: [] };
    const places = await this.parts.coverable(file, signal).catch((error: unknown) => {
      if (error instanceof UserError) return undefined;
      throw error;
    });
    const coverage = places && measureCoverage(ended.reports.get(COVERAGE_REPORT), file.text, places);
    return coverage
      ? { result: { coverage }, notes: [] }
      : { result: {}, notes: ['How much of this file its tests reach could not be measured.'] };
  }

  private takeSnapshot(
    { workspace, file, overlays }: ProductionInput,
    signal: AbortSignal | undefined,
  ): Promise<Snapshot> {
    const texts = file.unsaved ? new Map(overlays).set(file.path, file.text) : overlays;
    return this.parts.takeSnapshot(workspace, {
      overlays: texts,
      include: [file.path],
      ...(signal && { signal }),
    });
  }

  private runPlan(
    input: PlanInput,
    { files, steps }: Plan,
    { image, name }: ImageChoice,
    snapshot: readonly SandboxFile[],
    options: { signal?: AbortSignal; onProgress?: SandboxProgress },
  ): Promise<SandboxResult> {
    const project = snapshot.map((file) => ({ ...file, path: `${PROJECT_FOLDER}/${file.path}` }));
    return this.parts.sandbox.run(
      {
        image,
        imageName: name,
        files: [...project, ...files],
        steps,
        reports: [
          LOAD_REPORT,
          LOAD_MARK,
          LOADED_REPORT,
          ...input.groups.map((_, index) => testReport(index)),
          COVERAGE_REPORT,
        ],
        limits: this.parts.limits,
      },
      options,
    );
  }
}

/** How long the steps may take in a sandbox that has `timeoutMs` for all. */
function stepTimes(timeoutMs: number): Pick<PlanInput, 'loadTimeoutMs' | 'testTimeoutMs'> {
  return {
    loadTimeoutMs: Math.min(MAX_LOAD_MS, Math.round(timeoutMs / 2)),
    testTimeoutMs: Math.max(Math.round(timeoutMs / 2), timeoutMs - WIND_UP_MS),
  };
}

/** What the code printed, each stream from its start. */
function outputOf(steps: readonly SandboxStepResult[]): StageOutput {
  const whole = (stream: 'stdout' | 'stderr'): string => steps.map((step) => step[stream]).join('');
  const [stdout, stderr] = [whole('stdout'), whole('stderr')];
  return {
    stdout: stdout.slice(0, MAX_OUTPUT),
    stderr: stderr.slice(0, MAX_OUTPUT),
    truncated: stdout.length > MAX_OUTPUT || stderr.length > MAX_OUTPUT,
  };
}

function withheldNotes({ withheld }: Snapshot): string[] {
  if (withheld.length === 0) return [];
  const shown = withheld.slice(0, 5).map(({ path, why }) => `${path} (${why})`);
  const rest = withheld.length > shown.length ? ` and ${withheld.length - shown.length} more` : '';
  return [`Not sent to the sandbox: ${shown.join(', ')}${rest}.`];
}

/** A stage that could not run; anything that is not an expected failure goes on as the defect it is. */
function refusal(error: unknown): StageResult {
  if (!(error instanceof UserError)) throw error;
  const reason = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  const unavailable: Record<string, NextStep> = { 'no-engine': 'start-engine', 'no-image': 'start-engine' };
  const nextStep =
    error.name === 'SandboxUnavailable' && 'reason' in error ? unavailable[String(error.reason)] : undefined;
  return notRun(error.nextStep ? `${reason.replace(/\.$/, '')}. ${error.nextStep}` : reason, nextStep);
}

function notRun(reason: string, nextStep?: NextStep): StageResult {
  return {
    stage: 'production',
    status: 'not run',
    reason,
    findings: [],
    durationMs: 0,
    tests: null,
    ...(nextStep === undefined ? {} : { nextStep }),
  };
}
