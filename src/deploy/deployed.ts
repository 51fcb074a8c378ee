import type { EngineConnection } from '../engine/connection';
import type { EngineContainer } from '../engine/containers';
import type { ComposeService } from './composeConfig';
import type { DeployedContainer, DeployedService } from './services';
import type { Stack } from './stack';

/** What the engine has of a project. */
export interface Deployed {
  services: ReadonlyMap<string, DeployedService>;
  /** Containers of the project that belong to none of its services. */
  strangers: readonly string[];
}

/** A Compose project by its name, or containers by theirs, each a service of its own. */
export type Members = string | readonly string[];

const LABEL = 'com.docker.compose';

/** Asks the engine. Rejects as its connection does. */
export async function readDeployed(
  engine: EngineConnection,
  { services, members, project }: Pick<Stack, 'services' | 'members' | 'project'>,
  signal: AbortSignal,
): Promise<Deployed> {
  const containers = await memberContainers(engine, members, signal);
  const found = new Map<string, DeployedService>();
  for (const service of services) {
    const own = containers.filter((container) => serviceOf(container, members) === service.name);
    found.set(service.name, {
      image: await imageOf(engine, service, project, signal),
      containers: own.map(toDeployed),
    });
  }
  const strangers = containers.filter((container) => !found.has(serviceOf(container, members) ?? ''));
  return { services: found, strangers: strangers.map(({ name }) => name) };
}

/** Containers by their service. Rejects as the engine's connection does. */
export async function containersByService(
  engine: EngineConnection,
  members: Members,
  signal: AbortSignal | undefined,
): Promise<Map<string, DeployedContainer[]>> {
  const found = new Map<string, DeployedContainer[]>();
  for (const container of await memberContainers(engine, members, signal)) {
    const service = serviceOf(container, members);
    if (service !== undefined) found.set(service, [...(found.get(service) ?? []), toDeployed(container)]);
  }
  return found;
}

async function memberContainers(
  engine: EngineConnection,
  members: Members,
  signal: AbortSignal | undefined,
): Promise<EngineContainer[]> {
  if (typeof members !== 'string')
    return (await engine.listContainers(signal && { signal })).filter(({ name }) => members.includes(name));
  const labels = [`${LABEL}.project=${members}`];
  const containers = await engine.listContainers({ labels, ...(signal && { signal }) });
  return containers.filter((container) => container.labels[`${LABEL}.oneoff`] !== 'True');
}

function toDeployed({ id, name, state, exitCode, labels, imageId }: EngineContainer): DeployedContainer {
  return { id, name, state, exitCode, imageId, configHash: labels[`${LABEL}.config-hash`] };
}

function serviceOf({ name, labels }: EngineContainer, members: Members): string | undefined {
  return typeof members !== 'string' ? name : labels[`${LABEL}.service`];
}

async function imageOf(
  engine: EngineConnection,
  service: ComposeService,
  project: string,
  signal: AbortSignal,
): Promise<DeployedService['image']> {
  const names = imageNamesOf(service, project);
  const images = await Promise.all(names.map((each) => engine.images.inspect(each, signal)));
  return images
    .filter((each) => each !== undefined)
    .sort((a, b) => b.created - a.created)
    .at(0);
}

/** Older programs name the image of a service `project_service`, newer ones `project-service`; the newest counts. */
export function imageNamesOf({ name, image }: ComposeService, project: string): string[] {
  return image === undefined ? [`${project}_${name}`, `${project}-${name}`] : [image];
}
