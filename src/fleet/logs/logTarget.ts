import type { EngineEvent } from '../../engine/containers';
import type { FleetContainer } from '../containers';

/** What a log follows: a service of a project where there is one, as its containers come and go; else a name. */
export interface LogTarget {
  project: string | undefined;
  service: string | undefined;
  /** The container's name when it was chosen; also what the target is called. */
  name: string;
}

/** What tells whether a container is one of a target's. */
type Identity = Pick<FleetContainer, 'name' | 'project' | 'service' | 'isOneOff'>;

export function targetOf({ name, project, service, isOneOff }: Identity): LogTarget {
  const isService = project !== undefined && service !== undefined && !isOneOff;
  return { name, project: isService ? project : undefined, service: isService ? service : undefined };
}

/** What a page kept was a target once, and may be anything now. */
export function readTarget(value: unknown): LogTarget | undefined {
  const { name, project, service } = (value ?? {}) as Partial<Record<keyof LogTarget, unknown>>;
  const text = (each: unknown): string | undefined => (typeof each === 'string' ? each : undefined);
  return typeof name === 'string' ? { name, project: text(project), service: text(service) } : undefined;
}

/** Two targets are the same when they follow the same. */
export function targetKey({ project, service, name }: LogTarget): string {
  return service === undefined ? `name:${name}` : `service:${project ?? ''}/${service}`;
}

export function isOfTarget(target: LogTarget, container: Identity): boolean {
  return targetKey(target) === targetKey(targetOf(container));
}

/** The identity of the container that an event tells of, read from what the event carries. */
export function identityIn({ attributes }: EngineEvent): Identity {
  const compose = (key: string): string | undefined =>
    attributes[`com.docker.compose.${key}`] ?? attributes[`io.podman.compose.${key}`];
  return {
    name: attributes['name'] ?? '',
    project: compose('project'),
    service: compose('service'),
    isOneOff: compose('oneoff')?.toLowerCase() === 'true',
  };
}
