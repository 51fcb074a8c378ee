import { exitCodeIn } from '../engine/containers';
import type { EngineEvent } from '../engine/containers';
import type { FleetContainer } from './containers';

/** Everything that changes a container's row; not the probes and commands that run inside it. */
export const WATCHED_EVENTS = [
  ...['create', 'start', 'restart', 'die', 'stop', 'kill', 'oom', 'destroy'],
  ...['pause', 'unpause', 'rename', 'update', 'health_status'],
  // What Podman calls "die" and "destroy" when it chooses events.
  ...['died', 'remove'],
];

/** The row after an event, as far as the event tells; the same row when it tells nothing new. */
export function applyEvent(row: FleetContainer, event: EngineEvent): FleetContainer {
  switch (event.action) {
    case 'start':
      return {
        ...row,
        state: 'running',
        exitCode: undefined,
        startedAt: event.at || row.startedAt,
        health: row.health === 'none' ? 'none' : 'starting',
      };
    case 'die': {
      return { ...row, state: 'exited', exitCode: exitCodeIn(event), startedAt: undefined, health: 'none' };
    }
    case 'pause':
      return { ...row, state: 'paused' };
    case 'unpause':
      return { ...row, state: 'running' };
    case 'rename':
      return { ...row, name: event.attributes['name'] ?? row.name };
    case 'health_status: healthy':
    case 'health_status: unhealthy': {
      const health = event.action === 'health_status: healthy' ? 'healthy' : 'unhealthy';
      return row.health === health ? row : { ...row, health };
    }
    default:
      return row;
  }
}
