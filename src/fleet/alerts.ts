import type { EngineConnection } from '../engine/connection';
import { exitCodeIn, OWNER_LABEL } from '../engine/containers';
import type { EngineEvent } from '../engine/containers';
import type { ContainerList } from './containerList';
import { identityIn } from './logs/logTarget';

/** Something about a container that a person should know of, or that it is over. */
export interface Alert {
  kind: 'unhealthy' | 'crashed' | 'recovered';
  id: string;
  name: string;
  project: string | undefined;
  service: string | undefined;
  image: string;
  /** Of a crash. */
  exitCode: number | undefined;
  /** Its memory ran out. */
  isOutOfMemory: boolean;
  /** Milliseconds since 1970, by the engine's clock. */
  at: number;
  /** How many such there were since the last one told of, this one included. */
  times: number;
}

/** All in milliseconds. */
export interface AlertLimits {
  /** What happens within this time is told of together. */
  group: number;
  /** The same of the same container is told of again after this time at the earliest. */
  cooldown: number;
}

const LIMITS: AlertLimits = { group: 2000, cooldown: 5 * 60_000 };
/** How many containers are remembered. */
const MAX_KNOWN = 10_000;
/** Signals that programs take for a word and not for the end: HUP, USR1, USR2. */
const WORDS = new Set(['1', '10', '12', 'SIGHUP', 'SIGUSR1', 'SIGUSR2']);
/** What programs end with that are interrupted, killed or asked to end. */
const ENDS_OF_STOPS = new Set([130, 137, 143]);

interface Told {
  /** When it was told of the last time. */
  at: number;
  /** How many were not told of since, because it was too soon. */
  untold: number;
  /** Tells of them when it is no longer too soon. */
  timer?: NodeJS.Timeout;
}

interface Known {
  /** Undefined until something was heard of it. */
  health: 'starting' | 'healthy' | 'unhealthy' | undefined;
  /** Somebody has asked it to end since it started. */
  isStopping: boolean;
  isOutOfMemory: boolean;
  /** Whether it was told that something is wrong, and not yet that it is over. */
  isTold: boolean;
  told: Map<Alert['kind'], Told>;
}

/**
 * Hears from an engine's events which containers crash and whose health check begins to fail. Makes no call. Silent
 * about what `isOwn` says is our doing, and about what somebody stopped.
 */
export class AlertWatch {
  private readonly known = new Map<string, Known>();
  private readonly pending: Alert[] = [];
  private timer: NodeJS.Timeout | undefined;
  /** Podman tells the health at every probe, so that the first word is no news, and hardly ever that one is stopped. */
  private isPodman = false;
  private readonly stopListening: () => void;

  /** `onAlerts` gets what happened at about the same time, one alert for each container and kind. */
  constructor(
    list: ContainerList,
    private readonly isOwn: (id: string) => boolean,
    private readonly onAlerts: (alerts: readonly Alert[]) => void,
    private readonly limits: AlertLimits = LIMITS,
  ) {
    this.stopListening = list.listen({
      isPatient: true,
      connected: (engine) => this.meet(engine),
      lost: () => this.drop(),
      event: (event) => this.hear(event),
    });
  }

  stop(): void {
    this.stopListening();
    this.drop();
  }

  private meet({ facts }: EngineConnection): void {
    this.isPodman = facts.isPodman;
    this.drop();
  }

  /** The ends of containers just before the engine goes are the engine's end. */
  private drop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.pending.length = 0;
    for (const { told } of this.known.values())
      for (const each of told.values()) {
        clearTimeout(each.timer);
        delete each.timer;
      }
  }

  private hear(event: EngineEvent): void {
    const { action, id, attributes } = event;
    if (attributes[OWNER_LABEL] !== undefined || identityIn(event).isOneOff) return;
    const known = this.of(id);
    switch (action) {
      case 'kill':
        known.isStopping ||= !WORDS.has(attributes['signal'] ?? '');
        break;
      case 'stop':
        known.isStopping = true;
        break;
      case 'start':
        Object.assign(known, { isStopping: false, isOutOfMemory: false, health: 'starting' });
        break;
      case 'oom':
        known.isOutOfMemory = true;
        break;
      case 'die':
        this.hearEnd(event, known);
        break;
      case 'destroy':
        this.known.delete(id);
        break;
      case 'health_status: unhealthy':
      case 'health_status: healthy':
        this.hearHealth(event, known, action.endsWith('unhealthy') ? 'unhealthy' : 'healthy');
    }
  }

  private hearEnd(event: EngineEvent, known: Known): void {
    const exitCode = exitCodeIn(event);
    // A program that has done its work ends with 0.
    const isStopped = known.isStopping || (this.isPodman && ENDS_OF_STOPS.has(exitCode ?? 0));
    const isWanted = isStopped || exitCode === 0 || exitCode === undefined;
    if (!isWanted || known.isOutOfMemory) this.tell(event, known, 'crashed', exitCode);
  }

  private hearHealth(event: EngineEvent, known: Known, now: 'healthy' | 'unhealthy'): void {
    const before = known.health;
    known.health = now;
    const isNews = before !== now && !(before === undefined && this.isPodman);
    if (!isNews) return;
    if (now === 'unhealthy') this.tell(event, known, 'unhealthy', undefined);
    else if (known.isTold) this.tell(event, known, 'recovered', undefined);
  }

  private tell(event: EngineEvent, known: Known, kind: Alert['kind'], exitCode: number | undefined): void {
    if (this.isOwn(event.id)) return;
    const now = performance.now();
    const told = known.told.get(kind);
    const left = told ? told.at + this.limits.cooldown - now : 0;
    if (told && left > 0) {
      told.untold++;
      told.timer ??= setTimeout(() => this.tellLate(event, known, kind, exitCode), left);
      return;
    }
    known.isTold = kind !== 'recovered';
    known.told.set(kind, { at: now, untold: 0 });
    const { name, project, service } = identityIn(event);
    this.pending.push({
      ...{ kind, id: event.id, name, project, service, exitCode, at: event.at },
      image: event.attributes['image'] ?? '',
      isOutOfMemory: kind === 'crashed' && known.isOutOfMemory,
      times: (told?.untold ?? 0) + 1,
    });
    this.timer ??= setTimeout(() => {
      const alerts = this.pending.splice(0);
      this.timer = undefined;
      this.onAlerts(alerts);
    }, this.limits.group);
  }

  /** What was held back is told when it still stands: what has been mended since is no news. */
  private tellLate(
    event: EngineEvent,
    known: Known,
    kind: Alert['kind'],
    exitCode: number | undefined,
  ): void {
    const told = known.told.get(kind);
    if (!told || this.known.get(event.id) !== known) return;
    const untold = told.untold;
    const stands = kind === 'unhealthy' ? known.health === 'unhealthy' : kind === 'crashed';
    known.told.delete(kind);
    if (!stands) return;
    known.told.set(kind, { at: -Infinity, untold: untold - 1 });
    this.tell(event, known, kind, exitCode);
  }

  private of(id: string): Known {
    const known = this.known.get(id) ?? {
      ...{ health: undefined, isStopping: false, isOutOfMemory: false, isTold: false },
      told: new Map(),
    };
    this.known.delete(id);
    this.known.set(id, known);
    const [oldest] = this.known.keys();
    if (this.known.size > MAX_KNOWN && oldest !== undefined) this.known.delete(oldest);
    return known;
  }
}
