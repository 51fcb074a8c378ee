import type { ContainerDetails } from '../../engine/inspect';
import type { ContainerList } from '../containerList';
import type { LogPast } from './containerLog';
import type { LogEntry } from './logBuffer';
import { LogFollower } from './logFollower';
import { LogMerger } from './logMerger';
import type { LogTarget } from './logTarget';

/** What to follow on one engine. */
export interface LogSource {
  list: ContainerList;
  targets: readonly LogTarget[];
}

/** Logs of any number of targets on any number of engines as one stream of lines. */
export class LogSession {
  private readonly merger: LogMerger;
  private readonly followers: readonly LogFollower[];

  /** Begins at once. `onEntries` gets lines in the order of their times, `onContainer` each container they come from. */
  constructor(
    sources: readonly LogSource[],
    past: LogPast,
    onEntries: (entries: readonly LogEntry[]) => void,
    onContainer: (details: ContainerDetails) => void = () => undefined,
  ) {
    this.merger = new LogMerger(onEntries);
    this.followers = sources.map(
      ({ list, targets }) => new LogFollower(list, targets, past, this.merger, onContainer),
    );
  }

  /** Blocked, nothing more is read; the engine keeps it. */
  setBlocked(isBlocked: boolean): void {
    this.merger.setBlocked(isBlocked);
  }

  /** What has come so far is given on; nothing comes after that. */
  stop(): void {
    for (const follower of this.followers) follower.stop();
    this.merger.setBlocked(false);
    this.merger.flush();
  }
}
