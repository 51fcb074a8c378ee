import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EngineConnection } from '../engine/connection';
import type { EngineEvent } from '../engine/containers';
import type { Engine } from '../engine/engine';
import { toFleetContainer } from './containers';
import type { FleetContainer } from './containers';
import { WATCHED_EVENTS } from './events';
import { KnownContainers } from './knownContainers';
import { describeEach } from './loadContainers';

/** What is known of the containers right now. */
export type ContainersState =
  | { kind: 'looking' }
  | { kind: 'ready'; containers: readonly FleetContainer[] }
  /** `error` is a `NoEngine` or another `UserError`, as a rule, and says what to do. */
  | { kind: 'unavailable'; error: Error };

/** `changed` names the rows that differ; undefined when rows came or went. */
export type ContainersListener = (state: ContainersState, changed?: ReadonlySet<string>) => void;

/** Hears of changes without making a call. */
export interface FleetListener {
  /** It can wait: where only such listen, an engine that is gone is looked for less often. */
  isPatient?: boolean;
  /** Events are heard from now on; what happened before may have been missed. */
  connected?: (engine: EngineConnection) => void;
  /** No engine answers. It is looked for again and again, and `connected` follows. */
  lost?: (error: Error) => void;
  /** `container` is what it is after the event, or was before it went; undefined when it was never listed. */
  event: (event: EngineEvent, container: FleetContainer | undefined) => void;
}

/** Events come in bursts: what they make uncertain is looked up together. In milliseconds. */
const BURST = 40;
/** Some engines forget to tell of a change: the list is looked at again after this time, in milliseconds. */
const RELIST = 60_000;

/** How often an engine is looked for that only patient listeners wait for, in milliseconds. */
const PATIENCE = 5 * 60_000;

/** A connection that ends sooner than this, in milliseconds, is not opened again at once. */
const STABLE = 500;

/** A connection that is being followed. */
interface Link {
  engine: EngineConnection;
  signal: AbortSignal;
  /** Ends the following with this reason. */
  fail: (error: unknown) => void;
}

/**
 * The list of containers, kept current by the engine's events: a row is changed in place, and then looked up. While
 * nobody watches, no call is made: with `listen`, events are heard and applied, no more. While the engine is gone it
 * is looked for again, after `retry.first` milliseconds and then more and more seldom up to `retry.most`.
 */
export class ContainerList {
  private readonly watchers = new Set<ContainersListener>();
  private readonly listeners = new Set<FleetListener>();
  private readonly known = new KnownContainers();
  private readonly uncertain = new Set<string>();
  private state: ContainersState = { kind: 'looking' };
  private following: AbortController | undefined;
  private cycle = new AbortController();
  private link: Link | undefined;
  private lookupDue = false;
  /** Between two looks for an engine that is gone. */
  private isPausing = false;

  constructor(
    private readonly engine: Engine,
    private readonly logger: Logger,
    private readonly retry: { first: number; most: number } = { first: 1000, most: 30_000 },
  ) {}

  /** Calls `watcher` with the state now and at each change, until the function returned is called. */
  watch(watcher: ContainersListener): () => void {
    this.watchers.add(watcher);
    watcher(this.state);
    // What was only listened to may be out of date.
    if (this.watchers.size === 1 && (this.link || this.isPausing)) this.refresh();
    this.startFollowing();
    return () => {
      if (this.watchers.delete(watcher)) this.stopIfUnused();
    };
  }

  /** Tells `listener` of each event, at no cost but the open connection, until the function returned is called. */
  listen(listener: FleetListener): () => void {
    this.listeners.add(listener);
    if (this.link) listener.connected?.(this.link.engine);
    else if (!listener.isPatient && this.isPausing) this.cycle.abort();
    this.startFollowing();
    return () => {
      if (this.listeners.delete(listener)) this.stopIfUnused();
    };
  }

  /** Looks again at once: for the engine when it is gone, at its list when it is there. */
  refresh(): void {
    if (this.link) this.listIn(this.link);
    else this.cycle.abort();
  }

  /** Leaves the engine it follows and looks for one anew. */
  reconnect(): void {
    this.known.clear();
    this.cycle.abort();
  }

  find(id: string): FleetContainer | undefined {
    return this.known.get(id);
  }

  private startFollowing(): void {
    if (this.following) return;
    this.following = new AbortController();
    void this.follow(this.following.signal);
  }

  private stopIfUnused(): void {
    if (this.watchers.size > 0 || this.listeners.size > 0) return;
    this.following?.abort();
    this.following = undefined;
    this.link = undefined;
    this.known.clear();
    this.state = { kind: 'looking' };
  }

  private isAwaited(): boolean {
    return this.watchers.size > 0 || [...this.listeners].some(({ isPatient }) => !isPatient);
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let delay = this.retry.first;
    while (!signal.aborted) {
      this.cycle = new AbortController();
      const either = AbortSignal.any([signal, this.cycle.signal]);
      let readyAt = Infinity;
      try {
        await this.followOnce(await this.engine.connect(either), either, () => {
          readyAt = performance.now();
        });
      } catch (error) {
        if (!either.aborted && readyAt === Infinity) this.lose(error, signal);
        else this.logger.debug(`The container list lost the engine: ${messageOf(error)}`);
      }
      if (readyAt < Infinity) delay = this.retry.first;
      // One that has just been lost is asked at once: it is gone, or has only dropped a connection.
      if (!(performance.now() - readyAt > STABLE)) {
        this.isPausing = true;
        await wait(delay, undefined, { signal: either }).catch(() => undefined);
        this.isPausing = false;
        delay = Math.min(delay * 2, this.isAwaited() ? this.retry.most : PATIENCE);
      }
    }
  }

  private lose(error: unknown, signal: AbortSignal): void {
    this.logger.debug(`The container list found no engine: ${messageOf(error)}`);
    if (signal.aborted) return;
    this.known.clear();
    const reason = error instanceof Error ? error : new Error(messageOf(error));
    this.publish({ kind: 'unavailable', error: reason });
    for (const listener of this.listeners) listener.lost?.(reason);
  }

  /** Subscribes before it lists, so that no change falls in between. Ends with the event stream. */
  private async followOnce(
    engine: EngineConnection,
    signal: AbortSignal,
    onReady: () => void,
  ): Promise<void> {
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    let failure: unknown;
    const link: Link = {
      engine,
      signal: either,
      fail: (error) => {
        failure ??= error;
        ended.abort();
      },
    };
    const relist = setInterval(() => this.listIn(link), RELIST);
    try {
      this.known.begin();
      const events = await engine.events({ type: ['container'], event: WATCHED_EVENTS }, either);
      if (this.watchers.size > 0) await this.list(link);
      this.link = link;
      onReady();
      for (const listener of this.listeners) listener.connected?.(engine);
      for await (const event of events) this.hear(event, link);
    } catch (error) {
      throw failure instanceof Error ? failure : error;
    } finally {
      clearInterval(relist);
      if (this.link === link) this.link = undefined;
      ended.abort();
    }
  }

  private listIn(link: Link): void {
    if (this.watchers.size === 0 || link.signal.aborted) return;
    this.list(link).catch((error: unknown) => link.fail(error));
  }

  private async list({ engine, signal, fail }: Link): Promise<void> {
    const listed = await engine.listContainers({ signal });
    if (signal.aborted) return;
    const isFirst = this.state.kind !== 'ready';
    const changed = this.known.replace(listed.map(toFleetContainer));
    this.publishRows(isFirst ? undefined : changed);
    // Not awaited: the list is there, and the start times follow.
    this.lookUp(this.known.withoutStart(), { engine, signal, fail });
  }

  private hear(event: EngineEvent, link: Link): void {
    this.logger.debug(`Container ${event.action}: ${event.attributes['name'] ?? event.id}`);
    const { before, after } = this.known.apply(event);
    for (const listener of this.listeners) listener.event(event, after ?? before);
    if (this.watchers.size === 0) return;
    if (event.action === 'destroy') {
      if (before) this.publishRows();
      return;
    }
    // A name is what rows are ordered by.
    const isMoved = after?.name !== before?.name;
    if (after && after !== before) this.publishRows(isMoved ? undefined : new Set([event.id]));
    // Its health is told whole by the event; all else has sides that are not.
    if (after && event.action.startsWith('health_status')) return;
    this.uncertain.add(event.id);
    if (!this.lookupDue) void this.lookUpSoon(link);
  }

  private async lookUpSoon(link: Link): Promise<void> {
    this.lookupDue = true;
    await wait(BURST, undefined, { signal: link.signal }).catch(() => undefined);
    this.lookupDue = false;
    const ids = [...this.uncertain];
    this.uncertain.clear();
    this.lookUp(ids, link);
  }

  private lookUp(ids: readonly string[], { engine, signal, fail }: Link): void {
    if (ids.length === 0 || signal.aborted) return;
    const changed = new Set<string>();
    let rowsCame = false;
    describeEach(engine, ids, signal, (id, details) => {
      if (!details || signal.aborted) return;
      const change = this.known.describe(toFleetContainer(details));
      if (change === 'moved') rowsCame = true;
      if (change === 'changed') changed.add(id);
    }).then(() => {
      if (!signal.aborted) this.publishRows(rowsCame ? undefined : changed);
    }, fail);
  }

  private publishRows(changed?: ReadonlySet<string>): void {
    if (changed?.size === 0) return;
    this.publish({ kind: 'ready', containers: this.known.sorted() }, changed);
  }

  private publish(state: ContainersState, changed?: ReadonlySet<string>): void {
    this.state = state;
    for (const watcher of this.watchers) watcher(state, changed);
  }
}
