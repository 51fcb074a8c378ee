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
  await forEach(ids, AT_ONCE, async (id) =>
    onDetails(id, await unlessRefused(engine.inspectContainer(id, signal))),
  );
}

/** Does `work` for each id, for so many at once. Rejects with the first that does. */
export async function forEach(
  ids: readonly string[],
  atOnce: number,
  work: (id: string) => Promise<void>,
): Promise<void> {
  const left = [...ids];
  const next = async (): Promise<void> => {
    for (let id = left.pop(); id !== undefined; id = left.pop()) await work(id);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, ids.length) }, next));
}

/** Undefined where the engine refuses, as it does for a container that is gone. */
export async function unlessRefused<T>(question: Promise<T>): Promise<T | undefined> {
  try {
    return await question;
  } catch (error) {
    if (error instanceof EngineError) return undefined;
    throw error;
  }
}
