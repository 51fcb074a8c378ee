import type { ProjectFacts } from '../facts/projectFacts';
import type { ContainerFact } from '../facts/sourceFacts';
import { serviceSeen, services } from './look';
import type { Observation, ProbeExample } from './probe';

/** Containers of the project with the service they were made from, as far as a Compose file of the workspace has it. */
export function* containersSeen(
  facts: ProjectFacts,
  say: (container: ContainerFact) => string | undefined,
): Generator<Observation> {
  for (const container of facts.parts.containers ?? []) {
    const shows = say(container);
    if (shows === undefined) continue;
    const placed = [...services(facts)].find(({ service }) => service.name === container.service);
    if (placed) yield serviceSeen(placed, `${container.name}: ${shows}`);
  }
}

/** A service whose container is in some state. */
export function containerExample(state: Partial<ContainerFact>): ProbeExample {
  const fact: ContainerFact = {
    ...{ name: 'shop-web-1', service: 'web', state: 'running', health: 'healthy', restarts: 0 },
    ...{ exitCode: undefined, isOutOfMemory: false, hasHealthCheck: true },
    ...state,
  };
  return {
    files: { 'compose.yaml': 'services:\n»  web:\n    image: shop:1\n' },
    facts: { containers: [fact] },
  };
}
