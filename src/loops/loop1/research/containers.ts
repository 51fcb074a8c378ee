import { relativeInside } from '../../../base/paths';
import { count } from '../../../base/text';
import type { EngineConnection } from '../../../engine/connection';
import type { ContainerDetails } from '../../../engine/inspect';
import { toFleetContainer } from '../../../fleet/containers';
import { describeEach } from '../../../fleet/loadContainers';
import type { ContainerFact } from '../facts/sourceFacts';
import type { ResearchSource } from './source';

const MAX_CONTAINERS = 100;

/** The containers that were started from this workspace: restarts, ends for want of memory, unhealthy spells. */
export function containersSource(
  connect: (signal: AbortSignal) => Promise<EngineConnection>,
): ResearchSource {
  return {
    id: 'containers',
    title: 'Containers',
    needsNetwork: false,
    timeoutMs: 8_000,
    async gather({ root }, signal) {
      const engine = await connect(signal);
      const listed = await engine.listContainers({ signal });
      const own = listed
        .map(toFleetContainer)
        .filter(({ folder, isSandbox }) => !isSandbox && folder !== undefined && isWithin(root, folder))
        .slice(0, MAX_CONTAINERS);
      const facts: ContainerFact[] = [];
      await describeEach(
        engine,
        own.map(({ id }) => id),
        signal,
        (_id, details) => {
          if (details) facts.push(factOf(details));
        },
      );
      facts.sort((a, b) => (a.name < b.name ? -1 : 1));
      return {
        parts: { containers: facts },
        notes: [`${count(facts.length, 'container')} of this workspace.`],
        artifacts: facts.map(({ name, state, health, restarts }) => ({
          ...{ kind: 'container', title: name, relevance: restarts > 0 || health === 'unhealthy' ? 1 : 0.5 },
          description: `${state}, health: ${health}, restarts: ${restarts}`,
        })),
      };
    },
  };
}

function isWithin(root: string, folder: string): boolean {
  return folder === root || relativeInside(root, folder) !== undefined;
}

function factOf(details: ContainerDetails): ContainerFact {
  const { name, service, state, health, exitCode } = toFleetContainer(details);
  const { restartCount: restarts, isOutOfMemory, healthCheck } = details;
  return {
    name,
    service,
    state,
    health,
    restarts,
    exitCode,
    isOutOfMemory,
    hasHealthCheck: healthCheck !== undefined,
  };
}
