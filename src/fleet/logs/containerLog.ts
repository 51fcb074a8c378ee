import { setImmediate as nextTurn } from 'node:timers/promises';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import type { ContainerDetails } from '../../engine/inspect';
import { LogReader } from '../logLines';
import { endWords } from '../words';
import { engineTime, LogCursor } from './logCursor';
import type { LogEntry } from './logBuffer';
import type { LogMerger } from './logMerger';

/** How much of the past is read at the start. */
export interface LogPast {
  /** Lines of each container; undefined for all. */
  tail: number | undefined;
  /** Milliseconds since 1970. */
  since: number | undefined;
}

/** Work of one turn of the event loop, in milliseconds: a flood must leave room for others. */
const TURN = 4;

/** The log of one container, read as often as it takes: nothing is told twice, and nothing in between is missed. */
export class ContainerLog {
  private readonly cursor = new LogCursor();
  private past: LogPast;
  /** As of the last time it was read. */
  private startedAt: number | undefined;
  private wasAlive = false;
  private lastMark = '';

  constructor(
    readonly id: string,
    readonly name: string,
    past: LogPast,
    private readonly merger: LogMerger,
  ) {
    this.past = past;
  }

  /**
   * Reads what there is and then what comes, until the container ends. Rejects with what the connection rejects with.
   */
  async read(engine: EngineConnection, details: ContainerDetails, signal: AbortSignal): Promise<void> {
    const { startedAt } = details;
    if (this.startedAt !== undefined && startedAt !== undefined && startedAt !== this.startedAt)
      this.mark(t('restarted'), startedAt);
    this.startedAt = startedAt;
    const release = this.merger.hold();
    try {
      await this.take(engine, details, { follow: false, tail: this.past.tail }, signal);
    } finally {
      release();
    }
    this.past = { tail: undefined, since: this.past.since };
    if (!isAlive(details)) return;
    this.wasAlive = true;
    await this.take(engine, details, { follow: true, tail: undefined }, signal);
  }

  private async take(
    engine: EngineConnection,
    { hasTerminal }: ContainerDetails,
    { follow, tail }: { follow: boolean; tail: number | undefined },
    signal: AbortSignal,
  ): Promise<void> {
    this.cursor.rewind();
    const since = this.cursor.since ?? this.begin();
    const options = { follow, ...(tail !== undefined && { tail }), ...(since !== undefined && { since }) };
    const stream = await engine.logs(this.id, options, signal);
    const reader = new LogReader(hasTerminal, ({ time, channel, text }) => {
      if (this.cursor.isNew(time)) this.merger.add(this.entry(time || this.cursor.last, channel, text));
    });
    try {
      let turn = performance.now();
      for await (const chunk of stream) {
        reader.push(chunk as Buffer);
        await this.merger.room();
        if (signal.aborted) break;
        if (performance.now() - turn < TURN) continue;
        await nextTurn();
        turn = performance.now();
      }
      reader.end();
      // The end of a connection that was cut looks like any other end.
      if (!stream.complete) throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
    } catch (error) {
      throw engine.failure(error, signal);
    } finally {
      stream.destroy();
    }
  }

  private begin(): string | undefined {
    return this.past.since === undefined ? undefined : engineTime(new Date(this.past.since).toISOString());
  }

  private entry(time: string, channel: LogEntry['channel'], text: string): LogEntry {
    return { time, source: this.name, channel, text };
  }

  /** To be called when it has ended. */
  markEnd({ state, exitCode, finishedAt }: ContainerDetails): void {
    if (this.wasAlive) this.mark(endWords({ state, exitCode }), finishedAt);
    this.wasAlive = false;
  }

  /** Says that it goes on where the log of another container of the same service ended, before its own first line. */
  follows(former: ContainerLog): void {
    const end = former.lastMark > former.cursor.last ? former.lastMark : former.cursor.last;
    this.add(t('a new container: {0}', this.id.slice(0, 12)), end || logTime(Date.now()));
  }

  /** A word of ours where the log stands now, or at this time (milliseconds since 1970) where that is later. */
  mark(text: string, at = 0): void {
    const time = logTime(at);
    const place = time > this.cursor.last ? time : this.cursor.last;
    this.add(text, at === 0 && this.cursor.last === '' ? logTime(Date.now()) : place);
  }

  private add(text: string, time: string): void {
    if (time > this.lastMark) this.lastMark = time;
    this.merger.add(this.entry(time, 'mark', text));
  }
}

export function isAlive({ state }: Pick<ContainerDetails, 'state'>): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting';
}

/** Milliseconds since 1970 as the engine writes times, so that they sort with them. */
export function logTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace('Z', '000000Z');
}
