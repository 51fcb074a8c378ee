import { orCancelled } from '../base/cancellation';
import { messageOf } from '../base/errors';
import type { Logger } from '../base/logger';
import type { ContainerSpec, EngineConnection } from '../engine/connection';
import { LABEL } from './owner';
import type { SandboxRole } from './owner';
import { PoolEvents } from './poolEvents';
import { isIdleName, PoolMember } from './poolMember';
import type { Removals } from './poolMember';

/** Idle sandboxes on one engine, those of all windows and programs together, past which none is added. */
const MAX_IDLE_ON_ENGINE = 8;
/** With less than this share of the machine's memory left, nothing is kept waiting. */
const LOW_MEMORY_SHARE = 0.1;
const LONGEST_CHECK_INTERVAL = 30_000;

/** Containers that can stand in for one another. */
export interface MemberKind {
  /** Equal for two kinds only if a container of one serves a run of the other. */
  key: string;
  spec: (role: SandboxRole) => ContainerSpec;
}

export interface PoolOptions {
  /** How many containers wait for the next run of a kind after a run of it has ended; 0 keeps none. */
  keepReady: number;
  /** Milliseconds after which containers that nobody used go. */
  idleMs: number;
  /** The share of memory that is free where the engine runs, from 0 to 1; undefined where that is not known. */
  freeMemoryShare: () => number | undefined;
  removals: Removals;
  logger: Logger;
}

/** A container on its way to its run, or waiting for one. */
interface Slot {
  role: SandboxRole;
  opening: Promise<PoolMember>;
  /** There once it is open. */
  member?: PoolMember;
  claimed: boolean;
  /** Made for a state of things that is over. */
  stale: boolean;
}

interface Shelf {
  kind: MemberKind;
  slots: Set<Slot>;
  /** Milliseconds of the monotonic clock. */
  lastUsed: number;
}

/**
 * Containers of one engine that are started before they are needed: a start takes longer than most runs. Each serves
 * one run and is taken out of the pool before it does.
 */
export class SandboxPool {
  private readonly shelves = new Map<string, Shelf>();
  private readonly live = new Set<PoolMember>();
  private events: Promise<PoolEvents> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closed = false;

  constructor(
    readonly connection: EngineConnection,
    private readonly options: PoolOptions,
  ) {}

  /**
   * A container for one run; the caller ends it. `wasIdle` when it had been waiting: such a one may have been lost
   * without anybody noticing. Rejects as `PoolMember.open` does, and with `CancelledError` as soon as `signal` aborts.
   */
  async claim(kind: MemberKind, signal: AbortSignal): Promise<{ member: PoolMember; wasIdle: boolean }> {
    const shelf = this.shelfOf(kind);
    const idle = this.takeIdle(shelf);
    if (idle) return { member: idle, wasIdle: true };
    const slot = [...shelf.slots].find(({ claimed, stale }) => !claimed && !stale) ?? this.open(shelf, 'run');
    slot.claimed = true;
    try {
      const member = await orCancelled(slot.opening, signal);
      shelf.slots.delete(slot);
      if (slot.role === 'idle') member.markUsed();
      return { member, wasIdle: false };
    } catch (error) {
      slot.claimed = false;
      this.settle(shelf, slot);
      throw error;
    }
  }

  /** A run of this kind is about to come: starts a container for it unless one is there. Never throws. */
  prepare(kind: MemberKind): void {
    if (this.closed) return;
    const shelf = this.shelfOf(kind);
    if (unclaimed(shelf) === 0) this.open(shelf, 'idle');
  }

  /** A run of this kind is over: sees to it that the next one finds a container. Never rejects. */
  async refill(kind: MemberKind): Promise<void> {
    const { keepReady, logger } = this.options;
    const shelf = this.shelfOf(kind);
    if (keepReady === 0 || unclaimed(shelf) >= keepReady || this.isMemoryLow()) return;
    try {
      const all = await this.connection.listContainers({ labels: [LABEL.role] });
      const idle = all.filter(({ name, state }) => state === 'running' && isIdleName(name)).length;
      if (idle >= MAX_IDLE_ON_ENGINE) {
        logger.debug(`${idle} idle sandboxes are on the engine, so none is added`);
        return;
      }
    } catch (error) {
      logger.debug(`No sandbox was made ready: ${messageOf(error)}`);
      return;
    }
    if (!this.closed && unclaimed(shelf) < keepReady) this.open(shelf, 'idle');
  }

  /** Ends what waits; runs go on. What is being opened and is not spoken for ends as soon as it is open. */
  empty(): void {
    for (const shelf of this.shelves.values()) this.clear(shelf);
  }

  /** Ends all of it, also what a run has, and resolves when the engine has removed it. */
  async close(): Promise<void> {
    const retired = this.retire();
    await this.opened();
    for (const member of this.live) void member.end();
    await retired;
  }

  /** Takes no more runs and ends what waits. Resolves when the last run is over and its container removed. */
  async retire(): Promise<void> {
    this.closed = true;
    this.empty();
    await this.opened();
    while (this.live.size > 0) await Promise.all([...this.live].map((member) => member.gone));
    this.rest();
  }

  private async opened(): Promise<void> {
    const slots = [...this.shelves.values()].flatMap((shelf) => [...shelf.slots]);
    await Promise.allSettled(slots.map(({ opening }) => opening));
  }

  private shelfOf(kind: MemberKind): Shelf {
    const shelf = this.shelves.get(kind.key) ?? { kind, slots: new Set(), lastUsed: 0 };
    shelf.lastUsed = performance.now();
    this.shelves.set(kind.key, shelf);
    return shelf;
  }

  private takeIdle(shelf: Shelf): PoolMember | undefined {
    for (const slot of shelf.slots) {
      const { member, claimed } = slot;
      if (!member || claimed) continue;
      shelf.slots.delete(slot);
      if (!member.stream.isOpen) {
        void member.end();
        continue;
      }
      member.markUsed();
      return member;
    }
    return undefined;
  }

  private open(shelf: Shelf, role: SandboxRole): Slot {
    const slot: Slot = { role, opening: this.start(shelf.kind, role), claimed: false, stale: false };
    shelf.slots.add(slot);
    slot.opening.then(
      (member) => {
        slot.member = member;
        if (!slot.claimed) this.settle(shelf, slot);
      },
      (error: unknown) => {
        shelf.slots.delete(slot);
        this.options.logger.debug(`A sandbox could not be started: ${messageOf(error)}`);
      },
    );
    return slot;
  }

  private async start(kind: MemberKind, role: SandboxRole): Promise<PoolMember> {
    const { removals, logger, idleMs } = this.options;
    if (!this.timer) {
      this.timer = setInterval(() => this.check(), Math.min(LONGEST_CHECK_INTERVAL, idleMs / 4));
      this.timer.unref();
    }
    const events = await (this.events ??= this.follow());
    const options = { role, spec: kind.spec(role), removals, logger };
    const member = await PoolMember.open(this.connection, events, options);
    this.live.add(member);
    void member.gone.then(() => this.live.delete(member));
    return member;
  }

  private follow(): Promise<PoolEvents> {
    const events = PoolEvents.open(
      this.connection,
      {
        onImageChange: () => this.empty(),
        onDisturbance: (id) => this.drop((member) => member.id === id),
        onLost: () => {
          this.events = undefined;
          this.empty();
        },
      },
      this.options.logger,
    );
    events.catch(() => (this.events = undefined));
    return events;
  }

  /** An open container that no run has: waits, or goes when nothing is to wait. */
  private settle(shelf: Shelf, slot: Slot): void {
    const { member } = slot;
    if (!member) return;
    const stays = slot.role === 'idle' && !slot.stale && !this.closed && member.stream.isOpen;
    if (!stays) {
      shelf.slots.delete(slot);
      void member.end();
      return;
    }
    void member.stream.ended.then(() => this.drop((each) => each === member));
  }

  private drop(isMeant: (member: PoolMember) => boolean): void {
    for (const shelf of this.shelves.values()) {
      for (const slot of shelf.slots) {
        if (slot.claimed || !slot.member || !isMeant(slot.member)) continue;
        shelf.slots.delete(slot);
        void slot.member.end();
      }
    }
  }

  private clear(shelf: Shelf): void {
    for (const slot of shelf.slots) {
      if (slot.claimed) continue;
      slot.stale = true;
      this.settle(shelf, slot);
    }
  }

  private check(): void {
    if (this.isMemoryLow()) this.empty();
    const now = performance.now();
    for (const [key, shelf] of this.shelves) {
      if (now - shelf.lastUsed < this.options.idleMs) continue;
      this.clear(shelf);
      if (shelf.slots.size === 0) this.shelves.delete(key);
    }
    if (this.shelves.size === 0 && this.live.size === 0) this.rest();
  }

  /** Nothing is left to be followed. The next use begins anew. */
  private rest(): void {
    clearInterval(this.timer);
    this.timer = undefined;
    this.events?.then(
      (events) => events.close(),
      () => undefined,
    );
    this.events = undefined;
  }

  private isMemoryLow(): boolean {
    return (this.options.freeMemoryShare() ?? 1) < LOW_MEMORY_SHARE;
  }
}

function unclaimed(shelf: Shelf): number {
  return [...shelf.slots].filter(({ claimed, stale }) => !claimed && !stale).length;
}
