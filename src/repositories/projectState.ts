import type { Claim } from '../base/claims';
import type { Loop1Run } from '../loops/loop1/run';
import type { ExportedFiles, Verification } from '../store/indexService';
import type { Store } from '../store/store';
import { AuditReports } from './auditReports';
import { Loop2Runs } from './loop2Runs';
import { loop1Mapping, LoopRuns } from './loopRuns';
import { OperationLog } from './operations';

/** Everything that is kept of one project. */
export class ProjectState {
  readonly audits: AuditReports;
  readonly loop1Runs: LoopRuns<Loop1Run, 'loop1_state'>;
  readonly loop2Runs: Loop2Runs;
  readonly operations: OperationLog;
  private starting: Promise<void> | undefined;

  /** `folder` is where its files lie; it may not exist yet. */
  constructor(
    private readonly store: Store,
    readonly folder: string,
    projectId: string,
    keepDays: () => number,
  ) {
    this.audits = new AuditReports(store, projectId, keepDays);
    this.loop1Runs = new LoopRuns(store, projectId, loop1Mapping);
    this.loop2Runs = new Loop2Runs(store, projectId);
    this.operations = new OperationLog(store, projectId);
  }

  /** To be called when the state is opened to be worked with: runs whose process is gone become `interrupted`. */
  interruptOrphans(): Promise<void> {
    this.starting ??= this.interruptAll();
    return this.starting;
  }

  private async interruptAll(): Promise<void> {
    await Promise.all([this.loop1Runs.interruptOrphans(), this.loop2Runs.interruptOrphans()]);
  }

  /** Writes `seaworthy-state.json` and `seaworthy-state.sqlite` to `folder`, over what is there by these names. */
  exportState(folder: string): Promise<ExportedFiles> {
    return this.store.exportTo(folder);
  }

  /** Removes every audit, run and operation. Can't be undone; ask first. */
  clearHistory(): Promise<void> {
    return this.store.clear();
  }

  /** Reads all files anew and says what is damaged; changes nothing. */
  verify(): Promise<Verification> {
    return this.store.verify();
  }

  /** The right to be the only process that does `name`; undefined while another has it. */
  claim(name: string): Promise<Claim | undefined> {
    return this.store.claim(name);
  }

  /** False before anything was saved. */
  exists(): Promise<boolean> {
    return this.store.exists();
  }

  async close(): Promise<void> {
    // Whether it could be done was told to who called it.
    await this.starting?.catch(() => undefined);
    await this.store.close();
  }
}
