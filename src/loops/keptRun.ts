import { UserError } from '../base/errors';
import { t } from '../base/texts';
import type { RunStatus } from './runStatus';

/** What runs of both loops have. */
interface AnyRun {
  id: string;
  status: RunStatus;
  /** Why it ended or waits; empty while it goes on. */
  reason: string;
  /** ISO UTC with milliseconds. */
  updatedAt: string;
}

/** Where runs are kept. A save resolves when it would survive a loss of power. */
export interface RunKeeper<Run extends AnyRun, Also = never> {
  /** All of it is saved or none: the run, and what belongs to it. */
  save(run: Run, also?: readonly Also[]): Promise<void>;
  /** Newest first; so many at most. */
  list(limit?: number): Promise<Run[]>;
  /** Undefined while another process has the run. */
  claim(id: string): Promise<{ release(): Promise<void> } | undefined>;
  /** Calls `listener` when something was saved, by another process too. Returns what ends it. */
  onDidChange?(listener: () => void): () => void;
}

/** Another process has claimed the run. */
export class RunIsBusy extends UserError {
  constructor() {
    super(t('Another window or command is at work on this run'), t('Wait for it, or pause it there.'));
    this.name = 'RunIsBusy';
  }
}

/** What is to be other than it is now; undefined for nothing. */
export type RunChange<Run> = (now: Run) => Partial<Run> | undefined;

/**
 * The newest run of a workspace. Whoever changes it has claimed it first and read what others have left, so that no window and no
 * command undoes what another has done.
 */
export class KeptRun<Run extends AnyRun, Also = never> {
  private run: Run | undefined;
  private claim: { release(): Promise<void> } | undefined;
  private queued: Promise<unknown> = Promise.resolve();
  private readonly listeners = new Set<(run: Run) => void>();
  private stopWatching: (() => void) | undefined;
  private isLookQueued = false;
  private told: Run | undefined;

  constructor(
    private readonly keeper: RunKeeper<Run, Also>,
    private readonly now: () => Date,
    /** What follows from the rest of a run. */
    private readonly derived: (run: Run, now: Date) => Partial<Run>,
  ) {}

  /** Calls `listener` after each saved change. Returns what ends it. */
  onDidChange(listener: (run: Run) => void): () => void {
    this.listeners.add(listener);
    this.stopWatching ??= this.keeper.onDidChange?.(() => this.lookLater());
    return () => this.listeners.delete(listener);
  }

  /** Undefined before the first. */
  latest(): Promise<Run | undefined> {
    return this.queue(() => this.read());
  }

  /**
   * Takes a run for this process until `release`, and saves it as running. `choose` makes it of the newest one, and is asked again
   * with what stands once it is claimed. Rejects with `UserError` where another process has it.
   */
  take(choose: (last: Run | undefined) => Run): Promise<void> {
    return this.queue(async () => {
      const last = await this.read();
      const wanted = choose(last);
      const claim = await this.claimed(wanted.id);
      try {
        const now = await this.read();
        const run = last?.id === wanted.id ? choose(now) : wanted;
        if (run.id !== wanted.id || now?.id !== last?.id)
          throw new UserError(t('The run has just been ended elsewhere'), t('Look at it again, then start.'));
        await this.save(() => ({ ...run, status: 'running', reason: '' }), run, []);
        this.claim = claim;
      } catch (error) {
        await claim.release();
        throw error;
      }
    });
  }

  /** Ends what `take` began, after all changes so far, and gives what stands then. */
  release(): Promise<Run | undefined> {
    return this.queue(async () => {
      const { claim } = this;
      this.claim = undefined;
      await claim?.release();
      return this.run;
    });
  }

  /**
   * Changes the run and saves it, with what belongs to it, one change after the other, each of what the one before has left. Rejects with `UserError` where
   * there is no run, and while another process has it.
   */
  change(made: RunChange<Run>, also: readonly Also[] = []): Promise<void> {
    return this.queue(async () => {
      const run = await this.read();
      if (!run) throw new UserError(t('There is no run in this workspace yet'), t('Start one.'));
      if (this.claim) return this.save(made, run, also);
      const claim = await this.claimed(run.id);
      try {
        await this.save(made, (await this.read()) ?? run, also);
      } finally {
        await claim.release();
      }
    });
  }

  dispose(): void {
    this.listeners.clear();
    this.stopWatching?.();
  }

  /** Whoever asked for something hears that it failed; what comes next is tried all the same. */
  private queue<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.queued.then(work);
    this.queued = mine.catch(() => undefined);
    return mine;
  }

  private async read(): Promise<Run | undefined> {
    if (!this.claim) this.run = await this.newest();
    return this.run;
  }

  private async newest(): Promise<Run | undefined> {
    // The newest row may make no sense; an older one may.
    return (await this.keeper.list(1))[0] ?? (await this.keeper.list())[0];
  }

  private async claimed(id: string): Promise<{ release(): Promise<void> }> {
    const claim = await this.keeper.claim(id);
    if (claim) return claim;
    throw new RunIsBusy();
  }

  private async save(made: RunChange<Run>, now: Run, also: readonly Also[]): Promise<void> {
    // Later than all before it, so that others can tell that something has changed.
    const at = Math.max(this.now().getTime(), Date.parse(now.updatedAt) + 1);
    const changes = made(now);
    if (!changes) return;
    const changed = { ...now, ...changes, updatedAt: new Date(at).toISOString() };
    const next: Run = { ...changed, ...this.derived(changed, this.now()) };
    await this.keeper.save(next, also);
    this.tell(next);
  }

  private tell(run: Run): void {
    this.run = this.told = run;
    for (const listener of this.listeners) listener(run);
  }

  /** Many saves in a row are one reason to look. */
  private lookLater(): void {
    if (this.isLookQueued) return;
    this.isLookQueued = true;
    // What can't be read now is read with the next change.
    this.queue(() => this.look()).catch(() => undefined);
  }

  private async look(): Promise<void> {
    this.isLookQueued = false;
    if (this.claim) return;
    const { told } = this;
    const now = await this.newest();
    if (now && (now.id !== told?.id || now.updatedAt !== told.updatedAt)) this.tell(now);
  }
}
