import type { FleetContainer } from '../../../src/fleet/containers';

/** A running container with what a test says of it. */
export function someContainer(name: string, change: Partial<FleetContainer> = {}): FleetContainer {
  return {
    id: name.padEnd(64, '0'),
    name,
    image: 'app:1',
    state: 'running',
    health: 'none',
    exitCode: undefined,
    startedAt: 1_000_000,
    createdAt: 0,
    ports: [],
    project: 'shop',
    service: name,
    folder: undefined,
    dependsOn: [],
    isPrimary: false,
    isProduction: false,
    isOneOff: false,
    isSandbox: false,
    ...change,
  };
}
