import { StringDecoder } from 'node:string_decoder';
import type { SandboxResult, SandboxStepResult } from '../../../sandbox/sandbox';
import { chooseImage } from '../imageChoice';
import type { ImageChoice } from '../imageChoice';
import { mayBePackageOf } from '../gatherEvidence';
import { COVERAGE_REPORT, PROJECT_FOLDER, testReport } from '../layout';
import { planNode } from '../nodePlan';
import { notSentFrom } from '../notSent';
import { familyOf } from '../discovery/importGraph';
import { stepTimes, testStep } from '../plan';
import type { PlanInput, TestGroup } from '../plan';
import { planPython } from '../pythonPlan';
import { parseReport } from '../report/parseReport';
import { createKey } from '../report/signatures';
import type { TestRun } from '../evidence';
import type { ProjectCounts } from '../coverage/projectCounts';
import { endReason } from '../wording';
import type { Batch } from './batches';
import { outcomeOf } from './fileOutcome';
import type { FileOutcome, FileProblem } from './fileOutcome';
import { auditedFile } from './suite';
import type { SuiteListener, SuiteParts, SuiteRequest, SuiteWorkspace } from './suite';

interface Run {
  request: SuiteRequest;
  workspace: SuiteWorkspace;
  counts: ProjectCounts | undefined;
  listener: SuiteListener;
  signal: AbortSignal;
}

/** What a step that came to no end was. */
const NO_STEP: Omit<SandboxStepResult, 'name'> = {
  exitCode: undefined,
  timedOut: false,
  stdout: '',
  stderr: '',
};

/** Test files in one sandbox. */
export class BatchRun {
  private readonly told = new Set<string>();
  private readonly decoders = new Map<string, StringDecoder>();

  constructor(
    private readonly parts: SuiteParts,
    private readonly batch: Batch,
    private readonly around: Run,
  ) {}

  /** Tells of each file; returns those that are to be run once more, each by itself. */
  async run(): Promise<Batch[]> {
    const { request, workspace, listener, signal, counts } = this.around;
    const first = this.files()[0] ?? '';
    const image = await chooseImage(this.parts, request.workspace, first, signal);
    const plan = this.planOf(first, image);
    const planned = await (familyOf(first) === 'python' ? planPython(plan) : planNode(plan));
    const reports = this.batch.map((_, index) => testReport(index));
    const project = workspace.snapshot.files.map((file) => ({
      ...file,
      path: `${PROJECT_FOLDER}/${file.path}`,
    }));
    listener.onStarted(this.files());
    const ended = await this.parts.sandbox.run(
      {
        image: image.image,
        imageName: image.name,
        files: [...project, ...planned.files],
        steps: planned.steps,
        reports: [...reports, ...(counts ? [COVERAGE_REPORT] : [])],
        limits: this.parts.limits,
      },
      {
        signal,
        onProgress: (message) => listener.onProgress(message),
        onOutput: (step, channel, piece) => this.tellOutput(step, channel, piece),
        onReport: (step, content) => this.judge(plan, step, content),
      },
    );
    await this.count(ended);
    return this.conclude(plan, ended);
  }

  /** For a batch of which nothing more will come. */
  giveUp(problem: FileProblem): void {
    for (const path of this.files()) this.tell({ path, tests: [], problem });
  }

  private files(): string[] {
    return this.batch.flatMap(filesOf);
  }

  private planOf(first: string, image: ImageChoice): PlanInput {
    const { request, workspace, signal, counts } = this.around;
    const { sources, graph } = workspace;
    const file = auditedFile(first, sources) ?? {
      path: first,
      text: '',
      language: 'javascript',
      unsaved: false,
    };
    return {
      workspace: request.workspace,
      file,
      sources,
      graph,
      groups: this.batch,
      loadsFile: false,
      counts: counts ? 'the project' : 'nothing',
      reportsAtOnce: true,
      dependencies: image.dependencies,
      platform: () => this.parts.platforms.of(image.image, signal),
      keys: { load: '', tests: this.batch.map(createKey) },
      harnessDirectory: this.parts.harnessDirectory,
      ...stepTimes(this.parts.limits.timeoutMs),
      signal,
    };
  }

  private tellOutput(step: string, channel: string, piece: Buffer): void {
    const group = this.batch.find((_, index) => testStep(index) === step);
    const key = `${channel}\0${step}`;
    const decoder = this.decoders.get(key) ?? new StringDecoder('utf8');
    this.decoders.set(key, decoder);
    const text = decoder.write(piece);
    if (text !== '') this.around.listener.onOutput(text, group ? filesOf(group) : []);
  }

  /** A step that was stopped may have left files of which nothing is known: they are looked at when all has ended. */
  private judge(plan: PlanInput, step: SandboxStepResult, content: Buffer | undefined): void {
    const index = this.batch.findIndex((_, at) => testStep(at) === step.name);
    const group = this.batch[index];
    if (!group || step.timedOut || step.exitCode === undefined) return;
    const run = this.testRun(plan, index, step, content);
    for (const path of filesOf(group)) this.tell(this.outcome(path, plan, run));
  }

  private testRun(
    plan: PlanInput,
    index: number,
    step: SandboxStepResult,
    content: Buffer | undefined,
  ): TestRun {
    const group = this.batch[index] as TestGroup;
    const key = plan.keys.tests[index] ?? '';
    const report = parseReport(content, key);
    const { runner, folder } = group;
    return { runner, folder, files: filesOf(group), importing: new Set(), step, report, key };
  }

  private outcome(path: string, plan: PlanInput, run: TestRun): FileOutcome {
    const { request, workspace } = this.around;
    const { sources, graph, snapshot } = workspace;
    return outcomeOf(path, run, request.files.get(path), {
      testTimeoutMs: plan.testTimeoutMs,
      mayBePackage: mayBePackageOf({ ...plan, file: { ...plan.file, path } }),
      notSent: notSentFrom(request.workspace, snapshot.withheld, sources, graph),
    });
  }

  private async count({ reports }: SandboxResult): Promise<void> {
    const { counts, listener } = this.around;
    if (!counts) return;
    const content = reports.get(COVERAGE_REPORT);
    const files = this.files();
    const alone = files.length === 1 ? files[0] : undefined;
    if (content === undefined || !(await counts.add(content, alone)))
      listener.onNote(`What ${files.join(', ')} reached could not be measured in full.`);
  }

  private conclude(plan: PlanInput, ended: SandboxResult): Batch[] {
    const again: Batch[] = [];
    const isAlone = this.files().length === 1;
    for (const [index, group] of this.batch.entries()) {
      const step = ended.steps.find(({ name }) => name === testStep(index));
      const content = ended.reports.get(testReport(index));
      const isThrough = step && !step.timedOut && step.exitCode !== undefined;
      if (isThrough) this.judge(plan, step, content);
      const left = filesOf(group).filter((path) => !this.told.has(path));
      if (left.length === 0) continue;
      const run = this.testRun(plan, index, step ?? { name: testStep(index), ...NO_STEP }, content);
      for (const path of left) {
        if (isAlone) this.tell(this.cutShort(path, plan, run, ended));
        else again.push([{ ...group, tests: group.tests.filter((test) => test.path === path) }]);
      }
    }
    return again;
  }

  /** What failed has failed; nothing else of a file that was stopped is known. */
  private cutShort(path: string, plan: PlanInput, run: TestRun, ended: SandboxResult): FileOutcome {
    const { tests } = this.outcome(path, plan, run);
    const failed = tests.filter(({ status }) => status === 'failed');
    const message = run.step.timedOut
      ? `the tests did not finish within ${plan.testTimeoutMs / 1000} s`
      : endReason(ended);
    return { path, tests: failed, problem: { message, nextStep: 'raise-limit' } };
  }

  private tell(outcome: FileOutcome): void {
    if (this.told.has(outcome.path)) return;
    this.told.add(outcome.path);
    this.around.listener.onFile(outcome);
  }
}

function filesOf({ tests }: TestGroup): string[] {
  return tests.map(({ path }) => path);
}
