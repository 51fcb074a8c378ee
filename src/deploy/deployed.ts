import type { EngineConnection } from '../engine/connection';
import type { EngineContainer } from '../engine/containers';
import type { ComposeService } from './composeConfig';
import type { DeployedService } from './services';

/** What the engine has of a project. */
export interface Deployed {
  services: ReadonlyMap<string, DeployedService>;
  /** Containers of the project that belong to none of its services. */
  strangers: readonly string[];
}

const LABEL = 'com.docker.compose';

/** Asks the engine. Rejects as its connection does. */
export async function readDeployed(
  engine: EngineConnection,
  services: readonly ComposeService[],
  project: string,
  signal: AbortSignal,
): Promise<Deployed> {
  const labels = [`${LABEL}.project=${project}`];
  const containers = (await engine.listContainers({ labels, signal })).filter(
    (container) => container.labels[`${LABEL}.oneoff`] !== 'True',
  );
  const found = new Map<string, DeployedService>();
  for (const service of services) {
    const own = containers.filter((container) => serviceOf(container) === service.name);
    found.set(service.name, {
      image: await imageOf(engine, service, project, signal),
      containers: own.map(({ name, state, exitCode, labels: written }) => ({
        name,
        state,
        exitCode,
        configHash: written[`${LABEL}.config-hash`],
        imageId: written[`${LABEL}.image`],
      })),
    });
  }
  const strangers = containers.filter((container) => !found.has(serviceOf(container) ?? ''));
  return { services: found, strangers: strangers.map(({ name }) => name) };
}

function serviceOf({ labels }: EngineContainer): string | undefined {
  return labels[`${LABEL}.service`];
}

/** Older programs name the image of a service `project_service`, newer ones `project-service`; the newest counts. */
async function imageOf(
  engine: EngineConnection,
  { name, image }: ComposeService,
  project: string,
  signal: AbortSignal,
): Promise<DeployedService['image']> {
  const names = image === undefined ? [`${project}_${name}`, `${project}-${name}`] : [image];
  const images = await Promise.all(names.map((each) => engine.images.inspect(each, signal)));
  return images
    .filter((each) => each !== undefined)
    .sort((a, b) => b.created - a.created)
    .at(0);
}
