import { OWNER_LABEL } from '../engine/containers';
import type { ContainerPort, EngineContainer, Health } from '../engine/containers';

/** A container as the user sees it. */
export interface FleetContainer {
  id: string;
  name: string;
  image: string;
  /** `created`, `running`, `paused`, `restarting`, `removing`, `exited` or `dead`. */
  state: string;
  health: Health;
  exitCode: number | undefined;
  /** Milliseconds since 1970; undefined while it does not run, and until it was looked up. */
  startedAt: number | undefined;
  createdAt: number;
  ports: readonly ContainerPort[];
  /** The Compose project it belongs to. */
  project: string | undefined;
  /** Its service in that project. */
  service: string | undefined;
  /** The folder its project was started from, on the engine's host. */
  folder: string | undefined;
  /** Services of the project that it needs. */
  dependsOn: readonly string[];
  /** Marked as the one that matters most of its project. */
  isPrimary: boolean;
  /** Marked as serving real users. */
  isProduction: boolean;
  /** A one-time command in the project, not a service. */
  isOneOff: boolean;
  /** Made by Seaworthy for one run of an audit. */
  isSandbox: boolean;
}

/** Labels with which a container says what it is to its user. */
const MARKS = { primary: 'dev.seaworthy.primary', environment: 'dev.seaworthy.environment' };

/** The row of a container. */
export function toFleetContainer(
  container: EngineContainer & { startedAt?: number | undefined },
): FleetContainer {
  const { id, name, image, state, health, exitCode, createdAt, ports, labels } = container;
  const compose = (key: string): string | undefined =>
    labels[`com.docker.compose.${key}`] ?? labels[`io.podman.compose.${key}`];
  const isAlive = state === 'running' || state === 'paused';
  return {
    id,
    name,
    image,
    state,
    health,
    exitCode: isAlive ? undefined : exitCode,
    startedAt: isAlive ? container.startedAt : undefined,
    createdAt,
    ports,
    project: compose('project'),
    service: compose('service'),
    folder: compose('project.working_dir'),
    dependsOn: readDependencies(compose('depends_on')),
    isPrimary: labels[MARKS.primary] === 'true',
    isProduction: labels[MARKS.environment] === 'production',
    isOneOff: compose('oneoff')?.toLowerCase() === 'true',
    isSandbox: labels[OWNER_LABEL] !== undefined,
  };
}

/** Compose writes `db:service_healthy:false,cache:service_started:true`. */
function readDependencies(label: string | undefined): string[] {
  if (!label) return [];
  const services = label.split(',', 200).map((entry) => entry.split(':')[0]?.trim() ?? '');
  return services.filter((service) => service !== '');
}

/** How long it has been running, in whole seconds; undefined while it does not. */
export function uptimeSeconds(container: FleetContainer, now: number): number | undefined {
  if (container.startedAt === undefined) return undefined;
  return Math.max(0, Math.floor((now - container.startedAt) / 1000));
}

/** The way Docker writes it: `0.0.0.0:8080->80/tcp`, or `80/tcp` where it is not published. */
export function portText({ port, protocol, published }: ContainerPort): string {
  const inside = `${port}/${protocol}`;
  if (!published) return inside;
  const address = published.address.includes(':') ? `[${published.address}]` : published.address;
  return `${address === '' ? '' : `${address}:`}${published.port}->${inside}`;
}

export function byName(a: FleetContainer, b: FleetContainer): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
