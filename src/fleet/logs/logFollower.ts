import { setTimeout as wait } from 'node:timers/promises';
import { isCancelled, messageOf, messageWithNextStep } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import type { EngineEvent } from '../../engine/containers';
import { EngineError, EngineLost } from '../../engine/errors';
import type { ContainerDetails } from '../../engine/inspect';
import type { ContainerList } from '../containerList';
import { byName, toFleetContainer } from '../containers';
import { ContainerLog, isAlive, logTime } from './containerLog';
import type { LogPast } from './containerLog';
import type { LogMerger } from './logMerger';
import { identityIn, isOfTarget, targetKey } from './logTarget';
import type { LogTarget } from './logTarget';

/** Before a log that was cut alone is read again, in milliseconds. */
const RETRY = 1000;

/**
 * Follows the logs of targets on one engine through restarts, new containers of a service, and the engine's own
 * absences, and says each in the log.
 */
export class LogFollower {
  private readonly logs = new Map<string, ContainerLog>();
  private readonly reading = new Set<string>();
  /** Those that are to be read once more after their reading has ended. */
  private readonly again = new Set<string>();
  /** Targets of which a container was seen. */
  private readonly met = new Set<string>();
  private readonly ending = new AbortController();
  private readonly stopListening: () => void;
  private engine: EngineConnection | undefined;
  private isAway = false;

  constructor(
    list: ContainerList,
    private readonly targets: readonly LogTarget[],
    private readonly past: LogPast,
    private readonly merger: LogMerger,
    /** Called with each container before its lines come. */
    private readonly onContainer: (details: ContainerDetails) => void,
  ) {
    this.stopListening = list.listen({
      connected: (engine) => void this.meet(engine),
      lost: (error) => this.leave(error),
      event: (event) => this.hear(event),
    });
  }

  stop(): void {
    this.stopListening();
    this.ending.abort();
  }

  private async meet(engine: EngineConnection): Promise<void> {
    const { signal } = this.ending;
    const isFirst = this.engine === undefined;
    this.engine = engine;
    try {
      const listed = (await engine.listContainers({ signal })).map(toFleetContainer).sort(byName);
      if (this.isAway) this.say(t('The container engine answers again.'));
      else if (!isFirst) this.say(t('The connection to the container engine was cut; the log goes on.'));
      this.isAway = false;
      const wanted = listed.filter((container) =>
        this.targets.some((target) => isOfTarget(target, container)),
      );
      for (const { id, name } of wanted) this.read(id, name, false);
      for (const target of this.targets) {
        const isThere = wanted.some((container) => isOfTarget(target, container));
        if (!isThere && !this.met.has(targetKey(target)))
          this.say(
            t(
              'There is no container of {0} now. Its log follows as soon as there is.',
              oneLine(target.service ?? target.name, 100),
            ),
          );
      }
    } catch (error) {
      // The list notices as well, and calls again.
      if (!isCancelled(error)) this.leave(error);
    }
  }

  private leave(error: unknown): void {
    if (!this.isAway)
      this.say(t('{0} The log goes on as soon as the engine answers.', messageWithNextStep(error)));
    this.isAway = true;
  }

  private hear(event: EngineEvent): void {
    if (event.action !== 'start') return;
    const identity = identityIn(event);
    if (this.targets.some((target) => isOfTarget(target, identity))) this.read(event.id, identity.name, true);
  }

  private read(id: string, name: string, isStart: boolean): void {
    if (this.reading.has(id)) this.again.add(id);
    if (this.reading.has(id) || this.ending.signal.aborted) return;
    const before = [...this.logs.values()].findLast((log) => log.name === name);
    // What a container says that was made while we watch is all news.
    const past = before || isStart ? { tail: undefined, since: undefined } : this.past;
    const log = this.logs.get(id) ?? new ContainerLog(id, name, past, this.merger);
    if (before && before.id !== id && !this.logs.has(id)) log.follows(before);
    this.logs.set(id, log);
    this.reading.add(id);
    void this.readUntilEnd(log).finally(() => {
      this.reading.delete(id);
      if (this.again.delete(id)) this.read(id, name, false);
    });
  }

  private async readUntilEnd(log: ContainerLog): Promise<void> {
    const { signal } = this.ending;
    const { engine } = this;
    if (!engine) return;
    try {
      for (;;) {
        this.again.delete(log.id);
        const details = await engine.inspectContainer(log.id, signal);
        for (const target of this.targets)
          if (isOfTarget(target, toFleetContainer(details))) this.met.add(targetKey(target));
        this.onContainer(details);
        await log.read(engine, details, signal);
        const now = await engine.inspectContainer(log.id, signal);
        if (!isAlive(now)) return log.markEnd(now);
        // Started again while its end was being read, or a stream that the engine has ended for a reason of its own.
        if (now.startedAt === details.startedAt) await wait(RETRY, undefined, { signal });
      }
    } catch (error) {
      if (signal.aborted || isCancelled(error)) return;
      if (error instanceof EngineLost) await this.retryLater(log, engine);
      else if (error instanceof EngineError && error.statusCode === 404) log.mark(t('removed'));
      else log.mark(t("its log can't be read: {0}", oneLine(messageOf(error), 300)));
    }
  }

  /** A lost engine is found again by the list, which then calls; one log that was cut alone is ours to take up. */
  private async retryLater(log: ContainerLog, engine: EngineConnection): Promise<void> {
    await wait(RETRY, undefined, { signal: this.ending.signal }).catch(() => undefined);
    if (this.ending.signal.aborted || this.isAway || this.engine !== engine) return;
    if (await engine.answers()) {
      log.mark(t('interrupted; reading on'));
      this.again.add(log.id);
    }
  }

  private say(text: string): void {
    this.merger.add({ time: logTime(Date.now()), source: '', channel: 'mark', text: oneLine(text, 500) });
  }
}
