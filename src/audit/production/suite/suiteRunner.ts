import { describeError, isCancelled, messageOf, throwIfCancelled, UserError } from '../../../base/errors';
import { t } from '../../../base/texts';
import type { SandboxLimits } from '../../../sandbox/sandbox';
import type { Coverable } from '../../coverable';
import type { AuditedFile } from '../../stage';
import type { RunnerChoice } from '../../testSettings';
import { isRunnerConfiguration } from '../dependencies/nodeNeeds';
import { ProjectCounts } from '../coverage/projectCounts';
import { familyOf, ImportGraph } from '../discovery/importGraph';
import { WorkspaceSources } from '../discovery/sources';
import { isTestFile } from '../discovery/testFiles';
import type { TestGroup } from '../plan';
import { unsupportedReason } from '../runners/chooseRunner';
import { groupTests } from '../runners/groupTests';
import { BatchRun } from './batchRun';
import { auditedFile } from './suite';
import type { SuiteListener, SuiteParts, SuiteRequest, SuiteWorkspace } from './suite';
import { batchesOf } from './batches';
import type { Batch } from './batches';
import type { FileProblem } from './fileOutcome';
import { coverageOf } from './projectCoverage';

/** Sandboxes that one run asks for at a time; the engine's capacity may let fewer of them begin. */
const AT_ONCE = 3;
/** Coverage of a whole project is more than the results of its tests. */
const COVERAGE_BYTES = 48_000_000;

/** Runs test files of a workspace in sandboxes, many at once, and tells what comes of each as soon as it is known. */
export class SuiteRunner {
  constructor(private readonly parts: SuiteParts) {}

  /** Rejects with `CancelledError` on abort, with `UserError` when nothing can be run: no engine, no image, no workspace. */
  async run(request: SuiteRequest, listener: SuiteListener, signal: AbortSignal): Promise<void> {
    const { runner } = request;
    if (runner === 'script') {
      throw new UserError(
        t('The runner "script" says nothing of single tests, so it has no results to show here.'),
        t('Choose another runner in the setting seaworthy.audit.runner.'),
      );
    }
    listener.onProgress(t('Reading the workspace'));
    const workspace = await this.read(request, signal);
    const groups = this.groups(request, runner, workspace, listener);
    const chosen = new Map([...request.files].flatMap(([path, tests]) => (tests ? [[path, tests]] : [])));
    const counts = request.measures ? countsOf(workspace, request.files) : undefined;
    await this.runAll(batchesOf(groups, chosen), { request, workspace, counts, listener, signal });
    if (counts) await this.cover(counts, workspace, listener, signal);
  }

  private async read(
    { workspace, files, overlays }: SuiteRequest,
    signal: AbortSignal,
  ): Promise<SuiteWorkspace> {
    const include = [...files.keys()];
    const snapshot = await this.parts.takeSnapshot(workspace, { overlays, include, signal });
    const sources = new WorkspaceSources(snapshot.files);
    const graph = new ImportGraph(sources);
    const families = new Set(include.flatMap((path) => familyOf(path) ?? []));
    for (const family of families) await graph.build(family, signal);
    return { snapshot, sources, graph };
  }

  /** A group for each file that can be run; of the others it is told why not. */
  private groups(
    { files }: SuiteRequest,
    runner: Exclude<RunnerChoice, 'script'>,
    { snapshot, sources, graph }: SuiteWorkspace,
    listener: SuiteListener,
  ): TestGroup[] {
    const refuse = (path: string, problem: FileProblem): never[] => {
      listener.onFile({ path, tests: [], problem });
      return [];
    };
    return [...files.keys()].flatMap((path) => {
      if (!sources.has(path)) {
        const why =
          snapshot.withheld.find((file) => file.path === path)?.why ?? 'it is not part of the workspace';
        return refuse(path, { message: `the file does not go into the sandbox: ${why}` });
      }
      if (!familyOf(path)) return refuse(path, { message: 'no runner knows this kind of file' });
      const { groups, unsupported } = groupTests([{ path, imports: true }], graph, sources, runner);
      return unsupported.length > 0 ? refuse(path, { message: unsupportedReason(unsupported) }) : groups;
    });
  }

  /** Several sandboxes at a time. A file that was not through when its sandbox ended gets one of its own. */
  private async runAll(
    batches: Batch[],
    run: {
      request: SuiteRequest;
      workspace: SuiteWorkspace;
      counts: ProjectCounts | undefined;
      listener: SuiteListener;
      signal: AbortSignal;
    },
  ): Promise<void> {
    const waiting = [...batches];
    const failure = new AbortController();
    const signal = AbortSignal.any([run.signal, failure.signal]);
    const work = async (): Promise<void> => {
      for (let batch = waiting.shift(); batch; batch = waiting.shift()) {
        throwIfCancelled(signal);
        waiting.push(...(await this.runOne(batch, { ...run, signal })));
      }
    };
    let reason: unknown;
    const workers = Array.from({ length: AT_ONCE }, () =>
      work().catch((error: unknown) => {
        reason ??= error;
        failure.abort();
      }),
    );
    await Promise.all(workers);
    throwIfCancelled(run.signal);
    if (reason !== undefined) throw reason as Error;
  }

  /** Returns what is to be tried once more. */
  private async runOne(batch: Batch, run: Parameters<SuiteRunner['runAll']>[1]): Promise<Batch[]> {
    const limits: SandboxLimits = {
      ...this.parts.limits,
      ...(run.counts && { reportBytes: Math.max(this.parts.limits.reportBytes, COVERAGE_BYTES) }),
    };
    const one = new BatchRun({ ...this.parts, limits }, batch, run);
    try {
      return await one.run();
    } catch (error) {
      if (isCancelled(error) || hasNoSandbox(error)) throw error;
      if (!(error instanceof UserError)) this.parts.logger.error(describeError(error));
      const message =
        error instanceof UserError ? error.message : `Seaworthy itself failed: ${messageOf(error)}`;
      one.giveUp({
        message: [message, error instanceof UserError ? error.nextStep : ''].filter(Boolean).join(' '),
      });
      return [];
    }
  }

  private async cover(
    counts: ProjectCounts,
    { sources }: SuiteWorkspace,
    listener: SuiteListener,
    signal: AbortSignal,
  ): Promise<void> {
    listener.onProgress(t('Measuring what the tests reached'));
    const fileOf = (path: string): AuditedFile | undefined => auditedFile(path, sources);
    const coverable = (file: AuditedFile): Promise<Coverable | undefined> =>
      this.parts.coverable(file, signal).catch((error: unknown) => {
        if (isCancelled(error) || !(error instanceof UserError)) throw error;
        listener.onNote(`${file.path} could not be measured: ${error.message}`);
        return undefined;
      });
    await coverageOf(counts, fileOf, coverable, (file) => listener.onCovered(file));
  }
}

/** No other test file would get one either. */
function hasNoSandbox(error: unknown): boolean {
  return error instanceof UserError && error.name === 'SandboxUnavailable';
}

/** Tests themselves, what is below them and what sets up their runner are not what tests are to reach. */
function countsOf({ sources, graph }: SuiteWorkspace, files: SuiteRequest['files']): ProjectCounts {
  const known = new Map<string, boolean>();
  const mayCount = (path: string): boolean => {
    const may =
      known.get(path) ??
      (sources.has(path) &&
        familyOf(path) !== undefined &&
        !isTestFile(graph, path) &&
        !isRunnerConfiguration(path));
    known.set(path, may);
    return may && !files.has(path);
  };
  return new ProjectCounts(mayCount, (path) => files.has(path));
}
