import { setTimeout as wait } from 'node:timers/promises';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { EngineConnection } from '../engine/connection';
import { OWNER_LABEL } from '../engine/containers';
import type { EngineContainer } from '../engine/containers';
import type { Engine } from '../engine/engine';

/** A container as the user sees it. */
export interface FleetContainer {
  id: string;
  name: string;
  image: string;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  state: string;
  /** The engine's own words, like "Up 3 minutes (healthy)". */
  status: string;
  /** The Compose project it belongs to. */
  project: string | undefined;
  /** Made by Seaworthy for one run of an audit. */
  isSandbox: boolean;
}

/** What is known of the containers right now. */
export type ContainersState =
  | { kind: 'looking' }
  | { kind: 'ready'; containers: readonly FleetContainer[] }
  /** `error` is a `NoEngine` or another `UserError`, as a rule, and says what to do. */
  | { kind: 'unavailable'; error: Error };

export type ContainersListener = (state: ContainersState) => void;

/** Everything that changes a container's row; not the probes and commands that run inside it. */
const EVENTS = ['create', 'start', 'die', 'destroy', 'pause', 'unpause', 'rename', 'health_status'];
/** Events come in bursts: one look at the list answers all of a burst. In milliseconds. */
const BURST = 100;

/**
 * The list of containers, kept current by the engine's events as long as somebody watches. While the engine is gone
 * it is looked for again, after `retry.first` milliseconds and then more and more seldom up to `retry.most`.
 */
export class ContainerList {
  private readonly listeners = new Set<ContainersListener>();
  private state: ContainersState = { kind: 'looking' };
  private watching: AbortController | undefined;
  private cycle = new AbortController();

  constructor(
    private readonly engine: Engine,
    private readonly logger: Logger,
    private readonly retry: { first: number; most: number } = { first: 1000, most: 30_000 },
  ) {}

  /** Calls `listener` with the state now and at each change, until the function returned is called. */
  watch(listener: ContainersListener): () => void {
    this.listeners.add(listener);
    listener(this.state);
    if (!this.watching) {
      this.watching = new AbortController();
      void this.follow(this.watching.signal);
    }
    return () => {
      if (!this.listeners.delete(listener) || this.listeners.size > 0) return;
      this.watching?.abort();
      this.watching = undefined;
      this.state = { kind: 'looking' };
    };
  }

  /** Looks again at once: for the engine when it is gone, at its list when it is there. */
  refresh(): void {
    this.cycle.abort();
  }

  private async follow(signal: AbortSignal): Promise<void> {
    let delay = this.retry.first;
    while (!signal.aborted) {
      this.cycle = new AbortController();
      const either = AbortSignal.any([signal, this.cycle.signal]);
      try {
        await this.followOnce(await this.engine.connect(either), either, () => (delay = this.retry.first));
      } catch (error) {
        if (!either.aborted) this.lose(error, signal);
      }
      await wait(delay, undefined, { signal: either }).catch(() => undefined);
      delay = Math.min(delay * 2, this.retry.most);
    }
  }

  private lose(error: unknown, signal: AbortSignal): void {
    this.logger.debug(`The container list lost the engine: ${messageOf(error)}`);
    this.publish(
      { kind: 'unavailable', error: error instanceof Error ? error : new Error(messageOf(error)) },
      signal,
    );
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
    let due = false;
    const listSoon = async (): Promise<void> => {
      due = true;
      try {
        await wait(BURST, undefined, { signal: either });
        due = false;
        await this.list(engine, either);
      } catch (error) {
        failure ??= error;
        ended.abort();
      }
    };
    try {
      const events = await engine.events({ type: ['container'], event: EVENTS }, either);
      await this.list(engine, either);
      onReady();
      for await (const event of events) {
        this.logger.debug(`Container ${event.action}: ${event.attributes['name'] ?? event.id}`);
        if (!due) void listSoon();
      }
    } catch (error) {
      throw failure instanceof Error ? failure : error;
    } finally {
      ended.abort();
    }
  }

  private async list(engine: EngineConnection, signal: AbortSignal): Promise<void> {
    const containers = (await engine.listContainers({ signal })).map(toFleetContainer).sort(byName);
    this.publish({ kind: 'ready', containers }, signal);
  }

  private publish(state: ContainersState, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.state = state;
    for (const listener of this.listeners) listener(state);
  }
}

/** The row of a container. */
export function toFleetContainer({
  id,
  name,
  image,
  state,
  status,
  labels,
}: EngineContainer): FleetContainer {
  return {
    id,
    name,
    image,
    state,
    status,
    project: labels['com.docker.compose.project'] ?? labels['io.podman.compose.project'],
    isSandbox: labels[OWNER_LABEL] !== undefined,
  };
}

function byName(a: FleetContainer, b: FleetContainer): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
