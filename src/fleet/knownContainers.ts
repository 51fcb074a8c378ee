import { isDeepStrictEqual } from 'node:util';
import type { EngineEvent } from '../engine/containers';
import { byName } from './containers';
import type { FleetContainer } from './containers';
import { applyEvent } from './events';

/** The containers of an engine as far as its list, its events and its descriptions have told of them. */
export class KnownContainers {
  private readonly rows = new Map<string, FleetContainer>();
  /** Removed since `begin`: an answer under way may still tell of them. */
  private readonly gone = new Set<string>();

  /** To be called before a connection's first answer. What is known stays until the list is there. */
  begin(): void {
    this.gone.clear();
  }

  clear(): void {
    this.rows.clear();
  }

  get(id: string): FleetContainer | undefined {
    return this.rows.get(id);
  }

  sorted(): FleetContainer[] {
    return [...this.rows.values()].sort(byName);
  }

  /** Those that run, and whose start only a description tells. */
  withoutStart(): string[] {
    return [...this.rows.values()]
      .filter(
        ({ state, startedAt }) => (state === 'running' || state === 'paused') && startedAt === undefined,
      )
      .map(({ id }) => id);
  }

  /** Takes the engine's list. Gives the ids of what differs; undefined when containers came, went or were renamed. */
  replace(listed: readonly FleetContainer[]): Set<string> | undefined {
    const known = new Map(this.rows);
    this.rows.clear();
    for (const row of listed) {
      if (this.gone.has(row.id)) continue;
      const before = known.get(row.id);
      const isSame = before?.state === row.state && before.health === row.health;
      this.rows.set(row.id, isSame ? { ...row, startedAt: before.startedAt } : row);
    }
    return differing(known, this.rows);
  }

  /** Applies what an event tells; the same object before and after when that is nothing. */
  apply(event: EngineEvent): { before: FleetContainer | undefined; after: FleetContainer | undefined } {
    const before = this.rows.get(event.id);
    const after = before && applyEvent(before, event);
    if (event.action === 'destroy') {
      this.rows.delete(event.id);
      this.gone.add(event.id);
    } else if (after && after !== before) this.rows.set(event.id, after);
    return { before, after };
  }

  /** Takes a description. `moved`: it is new, or has another name, which is what rows are ordered by. */
  describe(row: FleetContainer): 'same' | 'changed' | 'moved' {
    if (this.gone.has(row.id)) return 'same';
    const before = this.rows.get(row.id);
    this.rows.set(row.id, row);
    if (before?.name !== row.name) return 'moved';
    return isDeepStrictEqual(before, row) ? 'same' : 'changed';
  }
}

function differing(
  before: ReadonlyMap<string, FleetContainer>,
  now: ReadonlyMap<string, FleetContainer>,
): Set<string> | undefined {
  if (before.size !== now.size) return undefined;
  const changed = new Set<string>();
  for (const [id, row] of now) {
    const known = before.get(id);
    if (known?.name !== row.name) return undefined;
    if (!isDeepStrictEqual(known, row)) changed.add(id);
  }
  return changed;
}
