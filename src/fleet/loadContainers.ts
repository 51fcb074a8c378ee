import type { EngineConnection } from '../engine/connection';
import type { ContainerDetails } from '../engine/inspect';
import { EngineError } from '../engine/errors';
import { byName, toFleetContainer } from './containers';
import type { FleetContainer } from './containers';

/** How many descriptions are asked for at once. */
const AT_ONCE = 8;

/** Every container, with the start times that the engine's list leaves out. */
export async function loadContainers(
  engine: EngineConnection,
  signal: AbortSignal,
): Promise<FleetContainer[]> {
  const listed = (await engine.listContainers({ signal })).map(toFleetContainer);
  const running = listed.filter(({ state }) => state === 'running' || state === 'paused');
  const described = new Map<string, FleetContainer>();
  await describeEach(
    engine,
    running.map(({ id }) => id),
    signal,
    (id, details) => {
      if (details) described.set(id, toFleetContainer(details));
    },
  );
  return listed.map((container) => described.get(container.id) ?? container).sort(byName);
}

/** Calls `onDetails` for each, with undefined for a container that is gone. Rejects when the engine is. */
export async function describeEach(
  engine: EngineConnection,
  ids: readonly string[],
  signal: AbortSignal,
  onDetails: (id: string, details: ContainerDetails | undefined) => void,
): Promise<void> {
  const left = [...ids];
  const work = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) {
      onDetails(id, await describeOne(engine, id, signal));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, work));
}

async function describeOne(
  engine: EngineConnection,
  id: string,
  signal: AbortSignal,
): Promise<ContainerDetails | undefined> {
  try {
    return await engine.inspectContainer(id, signal);
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
