import { pause } from '../../base/cancellation';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import { isDatabaseImage } from '../../fleet/databases';
import { waitUntilReady } from '../../fleet/waitUntilReady';
import type { Compose, ComposePlace, WorkOptions } from '../compose';
import type { ComposeService } from '../composeConfig';
import { containersByService } from '../deployed';
import type { Members } from '../deployed';
import type { DeployedContainer, ServicePlan } from '../services';
import { explain, ShipFailure } from './failure';

/** What it takes to change containers. */
export interface Tools {
  engine: EngineConnection;
  /** Undefined where the containers are not Compose's: they are never made anew. */
  compose: Compose | undefined;
  place: ComposePlace;
  members: Members;
  /** Services that must never run twice. */
  oneAtATime: readonly string[];
  work: WorkOptions & { signal: AbortSignal };
}

/** A container without a health check is ready when it ran for a second; the watch that follows goes on looking. */
const LIMITS = { poll: 100, stable: 1000, margin: 10_000 };
/** What a proxy gets to notice a new container before the old one ends, and requests to end. Milliseconds. */
const SETTLE_MS = 2000;

/**
 * Makes the containers of a service what the files now say, and waits until they are ready. Gives the milliseconds that it may not
 * have answered. Rejects with a `ShipFailure`.
 */
export async function bringUp(
  tools: Tools,
  service: ComposeService,
  action: ServicePlan['action'],
): Promise<number> {
  const begun = performance.now();
  const old = await containersOf(tools, service.name);
  const running = old.filter(({ state }) => state === 'running');
  if (action === 'restart' && running.length > 0) {
    for (const { id } of running) await tools.engine.operate(id, 'restart', tools.work.signal);
    await waitReady(tools, service, running.length > 0);
  } else if (tools.compose === undefined) {
    for (const { id } of old) await tools.engine.operate(id, 'start', tools.work.signal);
    await waitReady(tools, service, running.length > 0);
  } else if (action !== 'restart' && running.length > 0 && (await canRunBeside(tools, service, running))) {
    await replaceBeside(tools, tools.compose, service, running);
    return 0;
  } else {
    await tools.compose.up(tools.place, service.name, tools.work);
    await waitReady(tools, service, running.length > 0);
  }
  return running.length > 0 ? Math.round(performance.now() - begun) : 0;
}

/** Of one service, in any state. */
export async function containersOf(
  { engine, members, work }: Tools,
  service: string,
): Promise<DeployedContainer[]> {
  return (await containersByService(engine, members, work.signal)).get(service) ?? [];
}

/**
 * Whether a second container of a service can run while the first does: nothing that only one can have, nothing that two would
 * write to, and something that others can reach, or there would be nothing to gain.
 */
async function canRunBeside(
  { engine, oneAtATime, work }: Tools,
  service: ComposeService,
  running: readonly DeployedContainer[],
): Promise<boolean> {
  const { name, image, fixedPorts, containerName, volumes, binds, follows, definition } = service;
  const isShared = volumes.length > 0 || binds.some(({ isReadOnly }) => !isReadOnly);
  const isSingle = fixedPorts.length > 0 || containerName !== undefined || follows.length > 0;
  const isHostNetwork = typeof definition['network_mode'] === 'string';
  if (isShared || isSingle || isHostNetwork || oneAtATime.includes(name)) return false;
  if (image !== undefined && isDatabaseImage(image)) return false;
  const [first] = running;
  const details = first && (await engine.inspectContainer(first.id, work.signal));
  if (details === undefined || details.mounts.length > binds.length) return false;
  return details.healthCheck !== undefined || details.ports.length > 0;
}

/** The new ones first; the old ones end when the new ones are ready, so that requests always find one. */
async function replaceBeside(
  tools: Tools,
  compose: Compose,
  service: ComposeService,
  old: readonly DeployedContainer[],
): Promise<void> {
  const { engine, place, work } = tools;
  const isOld = ({ id }: { id: string }): boolean => old.some((each) => each.id === id);
  try {
    await compose.up(place, service.name, { ...work, scale: old.length * 2 });
    const made = (await containersOf(tools, service.name)).filter((each) => !isOld(each));
    if (made.length === 0) throw new ShipFailure(t('{0} got no new container', service.name));
    for (const { id } of made) await ready(tools, service, id, true);
    await pause(SETTLE_MS, work.signal);
  } catch (error) {
    for (const each of await containersOf(tools, service.name).catch(() => []))
      if (!isOld(each)) await engine.removeContainer(each.id);
    throw error;
  }
  for (const { id } of old) {
    await engine.operate(id, 'stop', work.signal);
    await engine.removeContainer(id);
  }
}

/** Of all containers of a service. `ranBefore`: one that ends by itself, even well, is a failure. */
async function waitReady(tools: Tools, service: ComposeService, ranBefore: boolean): Promise<void> {
  const containers = await containersOf(tools, service.name);
  if (containers.length === 0) throw new ShipFailure(t('{0} got no container', service.name));
  for (const { id } of containers) await ready(tools, service, id, ranBefore);
}

async function ready(tools: Tools, service: ComposeService, id: string, ranBefore: boolean): Promise<void> {
  const { engine, work } = tools;
  const { ready: isReady, why, details } = await waitUntilReady(engine, id, LIMITS, work.signal);
  const isDone =
    details.state === 'exited' && details.exitCode === 0 && /^(no)?$/.test(details.restartPolicy);
  if (isReady || (isDone && !ranBefore && service.fixedPorts.length === 0)) return;
  throw new ShipFailure(
    t('{0} did not come up: {1}', service.name, why),
    await explain(engine, details, work.signal),
  );
}

/** Each after what it needs; of a circle, which Compose refuses, the first goes first. */
export function inOrder(services: readonly ComposeService[]): ComposeService[] {
  const left = [...services];
  const ordered: ComposeService[] = [];
  while (left.length > 0) {
    const waiting = new Set(left.map(({ name }) => name));
    const free = left.findIndex(({ name, dependsOn, follows }) =>
      [...dependsOn, ...follows].every((needed) => needed === name || !waiting.has(needed)),
    );
    ordered.push(...left.splice(Math.max(free, 0), 1));
  }
  return ordered;
}
