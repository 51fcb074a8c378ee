/**
 * Does the same work anew after changes: never twice at once, those that come close together as one, and once more where something
 * has changed since the work began, so that what is older never ends after what is newer.
 */
export class Renewal {
  private timer: NodeJS.Timeout | undefined;
  private isAtWork = false;
  private isStale = false;
  private isStopped = false;

  /** `work` must not reject. `pause`: from a change to the work, in milliseconds. */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly pause: number,
  ) {}

  /** Something has changed. */
  changed(): void {
    this.isStale = true;
    if (this.isAtWork || this.isStopped) return;
    this.timer ??= setTimeout(() => void this.renew(), this.pause);
  }

  /** What is being done ends; nothing is begun any more. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  private async renew(): Promise<void> {
    this.timer = undefined;
    this.isAtWork = true;
    this.isStale = false;
    await this.work();
    this.isAtWork = false;
    if (this.isStale) this.changed();
  }
}
