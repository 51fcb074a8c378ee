import { EventEmitter, once } from 'node:events';
import type { ContainerList, ContainersState } from '../../src/fleet/containerList';
import type { FleetContainer } from '../../src/fleet/containers';

/** Follows a list and lets a test wait until it looks a certain way. */
export class ListWatcher {
  private readonly changes = new EventEmitter();
  private state: ContainersState | undefined;
  /** Which rows each change named; undefined for all. */
  readonly named: (ReadonlySet<string> | undefined)[] = [];
  readonly stop: () => void;

  constructor(list: ContainerList) {
    this.stop = list.watch((state, changed) => {
      this.state = state;
      this.named.push(changed);
      this.changes.emit('change');
    });
  }

  async until<T>(look: (state: ContainersState) => T | undefined): Promise<T> {
    for (;;) {
      const found = this.state && look(this.state);
      if (found !== undefined) return found;
      await once(this.changes, 'change');
    }
  }
}

/** The containers of a list that is ready. */
export const rows = (state: ContainersState): readonly FleetContainer[] | undefined =>
  state.kind === 'ready' ? state.containers : undefined;
