import { UserError } from '../../base/errors';
import type { SandboxProgress, SandboxResult } from '../../sandbox/sandbox';
import type { Snapshot, TakeSnapshot } from '../../sandbox/snapshot';
import type { Coverable } from '../coverable';
import type { MutatedSource } from '../mutation/mutants';
import type { MutantBudget } from '../mutation/proof';
import type { SharedProofs } from '../mutation/sharedProofs';
import type { Coverage, StageResult } from '../report';
import type { RuleSettings } from '../ruleSettings';
import type { AuditedFile } from '../stage';
import type { RunnerChoice, TestSettings } from '../testSettings';
import { measureCoverage } from './coverage/measure';
import type { ImagePlatforms } from './dependencies/imagePlatform';
import { familyOf, ImportGraph } from './discovery/importGraph';
import type { Family } from './discovery/importGraph';
import { WorkspaceSources } from './discovery/sources';
import { isTestFile } from './discovery/testFiles';
import { findAllTests, findTestsOf } from './discovery/testsOf';
import { COVERAGE_REPORT } from './layout';
import type { Evidence } from './evidence';
import { chooseImage, dependencyNotes, usedImage } from './imageChoice';
import type { ImageChoice, ImageParts } from './imageChoice';
import { gatherEvidence, mayBePackageOf } from './gatherEvidence';
import type { ProofParts } from './mutation/proveFile';
import { withProof } from './mutation/withProof';
import { planNode } from './nodePlan';
import { stepTimes } from './plan';
import type { Plan, PlanInput } from './plan';
import { planPython } from './pythonPlan';
import { explainMisfits } from './misfitVerdict';
import { createKey } from './report/signatures';
import { notSentFrom } from './notSent';
import { runPlan } from './runPlan';
import { hasOwnModules, languageNotes, unsupportedReason } from './runners/chooseRunner';
import { groupTests, usedRunners } from './runners/groupTests';
import { planScript, SCRIPT_STEP } from './script/planScript';
import { describeScript, findProjectScript } from './script/projectScript';
import { judgeScript } from './script/scriptVerdict';
import { notRun, outputOf, refusal, withheldNotes } from './stageResult';
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
  testing: TestSettings;
  /** Puts tests that pass to the proof, for as long as the budget allows. */
  mutants?: MutantBudget;
  /** Of an audit of many files. */
  sharedProofs?: SharedProofs;
  rules?: RuleSettings;
}

interface RunOptions {
  signal?: AbortSignal;
  onProgress?: SandboxProgress;
}

interface StageOutcome {
  result: StageResult;
  notes: string[];
}

/** A workspace as it was read for one audit. */
interface Workspace {
  snapshot: Snapshot;
  image: ImageChoice;
  sources: WorkspaceSources;
  graph: ImportGraph;
  notes: string[];
}

const NO_SCRIPT =
  'there is no test script to run: no package.json above the file has one, and the settings name none (seaworthy.audit.testScript, --test-script)';

/** Stage 2: loads a file and runs the tests that belong to it, in a sandbox, and judges by the runners' reports. */
export class ProductionStage {
  constructor(private readonly parts: ProductionParts) {}

  /** Rejects with `CancelledError` on abort; whatever else keeps the stage from running is its answer. */
  async run(input: ProductionInput, options: RunOptions = {}): Promise<StageOutcome> {
    const started = Date.now();
    const outcome = await this.judge(input, options).catch((error: unknown) => ({
      result: refusal(error),
      notes: [],
    }));
    return { result: { ...outcome.result, durationMs: Date.now() - started }, notes: outcome.notes };
  }

  private async judge(input: ProductionInput, options: RunOptions): Promise<StageOutcome> {
    const family = familyOf(input.file.path);
    if (/\.d\.[cm]?ts$/.test(input.file.path))
      return { result: notRun('type declarations have nothing to run'), notes: [] };
    if (!family) return { result: notRun('no runner knows this kind of file'), notes: [] };
    const read = await this.read(input, family, options);
    return 'result' in read
      ? read
      : input.testing.runner === 'script'
        ? this.judgeByScript(input, read, options)
        : this.judgeByTests({ ...input.testing, runner: input.testing.runner }, input, read, options);
  }

  /** Reads the workspace, or says why the file can't be run. */
  private async read(
    input: ProductionInput,
    family: Family,
    { signal, onProgress }: RunOptions,
  ): Promise<Workspace | StageOutcome> {
    const { file, workspace } = input;
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
    return { snapshot, image, sources, graph, notes };
  }

  private async judgeByTests(
    testing: TestSettings & { runner: Exclude<RunnerChoice, 'script'> },
    input: ProductionInput,
    { snapshot, image, sources, graph, notes }: Workspace,
    options: RunOptions,
  ): Promise<StageOutcome> {
    const { file } = input;
    const { signal } = options;
    const find = testing.tests === 'all' ? findAllTests : findTestsOf;
    const search = find(file.path, graph, sources);
    const { groups, unsupported } = groupTests(search.tests, graph, sources, testing.runner);
    notes.push(...search.notes, ...languageNotes(testing.runner, file.path));
    const isTest = isTestFile(graph, file.path);
    if (isTest && groups.length === 0) return { result: notRun(unsupportedReason(unsupported)), notes };
    const plan: PlanInput = {
      ...this.planInput(input, { sources, graph, image }, signal),
      groups,
      loadsFile: !isTest && !groups.some(({ runner }) => hasOwnModules(runner)),
      keys: { load: createKey(), tests: groups.map(createKey) },
    };
    const planned = await (familyOf(file.path) === 'python' ? planPython(plan) : planNode(plan));
    const ended = await runPlan(this.parts, plan, { planned, image, snapshot: snapshot.files }, options);
    const evidence = gatherEvidence(plan, ended, unsupported, snapshot.withheld);
    const concluded = await this.conclude(evidence, planned, ended, isTest, signal);
    notes.push(...dependencyNotes(image), ...ended.notes, ...concluded.notes);
    const result = {
      ...concluded.result,
      ...(groups.length > 0 && { runners: usedRunners(groups) }),
      image: await usedImage(image, this.parts.sandbox, signal),
    };
    const proof = { plan, isTest, ...input };
    return {
      result: await withProof(result, proof, this.proofParts(input, plan, image, snapshot), options),
      notes,
    };
  }

  private async judgeByScript(
    input: ProductionInput,
    { snapshot, image, sources, graph, notes }: Workspace,
    options: RunOptions,
  ): Promise<StageOutcome> {
    const { file, workspace, testing } = input;
    const script = findProjectScript(file.path, testing.script, sources, graph);
    if (!script) return { result: notRun(NO_SCRIPT), notes };
    const plan = this.planInput(input, { sources, graph, image }, options.signal);
    const planned = await planScript(plan, script);
    const ended = await runPlan(this.parts, plan, { planned, image, snapshot: snapshot.files }, options);
    const decided = judgeScript({
      file: file.path,
      script,
      ended,
      timeoutMs: plan.testTimeoutMs,
      mayBePackage: mayBePackageOf(plan),
      notSent: notSentFrom(workspace, snapshot.withheld, sources, graph),
      text: (path) => (path === file.path ? file.text : sources.text(path)),
    });
    const { notes: decidedNotes, ...verdict } = explainMisfits(decided, planned.misfits);
    notes.push(...dependencyNotes(image), ...ended.notes, ...decidedNotes);
    const scriptExit = ended.steps.find(({ name }) => name === SCRIPT_STEP)?.exitCode;
    const result: StageResult = {
      stage: 'production',
      durationMs: 0,
      ...verdict,
      ...(ended.end === 'finished' && scriptExit !== undefined && { scriptExit }),
      runners: [describeScript(script)],
      image: await usedImage(image, this.parts.sandbox, options.signal),
      output: outputOf(ended.steps),
    };
    return { result, notes };
  }

  /** A plan that loads nothing and runs no test. */
  private planInput(
    { workspace, file }: ProductionInput,
    { sources, graph, image }: Pick<Workspace, 'sources' | 'graph' | 'image'>,
    signal: AbortSignal | undefined,
  ): PlanInput {
    return {
      workspace,
      file,
      sources,
      graph,
      groups: [],
      loadsFile: false,
      dependencies: image.dependencies,
      platform: () => this.parts.platforms.of(image.image, signal),
      keys: { load: '', tests: [] },
      harnessDirectory: this.parts.harnessDirectory,
      ...stepTimes(this.parts.limits.timeoutMs),
      signal,
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

  private proofParts(
    { sharedProofs }: ProductionInput,
    { signal }: PlanInput,
    { image }: ImageChoice,
    snapshot: Snapshot,
  ): Omit<ProofParts, 'isOfTests'> {
    return {
      ...(sharedProofs && { shared: sharedProofs }),
      sandbox: this.parts.sandbox,
      image,
      limits: this.parts.limits,
      mutate: (file, switchName) => this.parts.mutate(file, switchName, signal),
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
}
