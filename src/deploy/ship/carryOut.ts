import * as path from 'node:path';
import { identityOf } from '../../base/claims';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import { buildDigest } from '../buildInputs';
import type { Build } from '../buildInputs';
import { Compose } from '../compose';
import { readComposeConfig } from '../composeConfig';
import type { ComposeService } from '../composeConfig';
import { configurationDigest } from '../configuration';
import { containersByService, imageNamesOf } from '../deployed';
import type { DeploySource, PreparedDeploy } from '../plan';
import type { DeployEnvironment } from '../project';
import { sendFiles } from '../rsync';
import type { ServicePlan } from '../services';
import { ifReadable } from '../stack';
import { bringUp, inOrder } from './bringUp';
import type { Tools } from './bringUp';
import type { Address } from './gap';
import { runCommands, waitHealthy, watchServices } from './health';
import type { ReleasedService, ShipProgress, ShipStep } from './release';
import type { Attempt, ReleaseFolder } from './releaseFolder';
import { keepImages, snapshotFiles } from './snapshot';
import { pointTo } from './undo';

/** All that one deploy works with. */
export interface Shipment {
  environment: DeployEnvironment;
  /** Where the commands of the environment run. */
  workspace: string;
  engine: EngineConnection;
  folder: ReleaseFolder;
  prepared: PreparedDeploy;
  source: DeploySource | undefined;
  attempt: Attempt;
  signal: AbortSignal;
  onProgress: (progress: ShipProgress) => void;
}

/**
 * Does what the plan says, from the snapshot to the last command. Each step is noted before it begins. Gives the milliseconds that a
 * service may not have answered, by its containers. Rejects with what went wrong; the caller puts everything back then.
 */
export async function carryOut(shipment: Shipment): Promise<number> {
  const { prepared, environment, folder, signal, attempt } = shipment;
  const { plan, filters } = prepared;
  await begin(shipment);
  let unseen = 0;
  tell(shipment, 'sync', t('sending the files'));
  await folder.note({ step: 'sync' });
  if (plan.files.added.length + plan.files.changed.length + plan.files.deleted.length > 0)
    await sendFiles(plan.workspace, environmentTarget(shipment), filters, {
      signal,
      onStart: noted(shipment),
    });
  else if (!attempt.hadTarget) await folder.host.makeFolder(folder.target.path);
  const tools = await toolsOf(shipment);
  await images(shipment, tools);
  for (const [service, { action }] of affected(shipment)) {
    tell(shipment, 'up', t('bringing up {0}', service.name));
    await folder.note({ step: 'up', service: service.name });
    unseen = Math.max(unseen, await bringUp(tools, service, action));
  }
  tell(shipment, 'health', t('waiting until it is healthy'));
  await folder.note({ step: 'health' });
  await waitHealthy(environment, shipment.workspace, signal);
  tell(shipment, 'watch', t('watching for {0} s', environment.watchSeconds));
  await folder.note({ step: 'watch' });
  const names = affected(shipment).map(([{ name }]) => name);
  const seconds = environment.watchSeconds;
  await watchServices(shipment.engine, prepared.stack.members, names, { seconds, signal });
  if (environment.post.length > 0) tell(shipment, 'post', t('running the commands after'));
  await folder.note({ step: 'post' });
  await runCommands(environment.post, shipment.workspace, signal);
  return unseen;
}

/** Keeps what there is, so that there is a way back. */
async function begin(shipment: Shipment): Promise<void> {
  const { folder, attempt, engine, prepared, signal } = shipment;
  const { previous, filters, hadTarget, state } = attempt;
  tell(shipment, 'snapshot', t('keeping what is there'));
  await folder.beginAttempt(attempt);
  await folder.addBuilds(await knownBuilds(shipment));
  const { changed } = prepared.plan.files;
  await snapshotFiles(
    folder,
    previous,
    { filters, changed, hadTarget },
    { signal, onStart: noted(shipment) },
  );
  await folder.host.write(folder.stateFile(previous), JSON.stringify(state));
  await keepImages(engine, folder, previous, state);
  await folder.note({ step: 'snapshot' });
}

/** Builds the images, or takes those of the release. */
async function images(shipment: Shipment, tools: Tools): Promise<void> {
  const { prepared, source, engine, folder, signal } = shipment;
  tell(shipment, 'build', t('looking at the images'));
  await folder.note({ step: 'build' });
  for (const service of prepared.stack.services) {
    const wanted = source?.images.get(service.name);
    if (wanted === undefined) continue;
    for (const name of await namesInUse(shipment, service)) await pointTo(engine, name, wanted, signal);
  }
  for (const [service, { action }] of affected(shipment)) {
    const { compose } = tools;
    if (compose === undefined) continue;
    if (action === 'recreate') await nameForCompose(shipment, service, compose);
    if (action !== 'rebuild') continue;
    const onLine = (line: string): void => quote(shipment, 'build', `building ${service.name}: ${line}`);
    tell(shipment, 'build', t('building {0}', service.name));
    await compose.build(tools.place, service.name, { ...tools.work, onLine });
    await folder.addBuilds(await buildOf(shipment, service));
  }
}

/** An image that another program of Compose built has a name that this one does not look for. */
async function nameForCompose(
  { engine, prepared, source, signal }: Shipment,
  service: ComposeService,
  compose: Compose,
): Promise<void> {
  const id = source?.images.get(service.name) ?? prepared.deployed.services.get(service.name)?.image?.id;
  const names = imageNamesOf(service, prepared.stack.project);
  if (id === undefined || names.length === 1) return;
  const there = await Promise.all(names.map((name) => engine.images.inspect(name, signal)));
  if (there.every((each) => each?.id === id)) return;
  const ending = `${await compose.imageSeparator(signal)}${service.name}`;
  for (const name of names.filter((each) => each.endsWith(ending))) await pointTo(engine, name, id, signal);
}

/** What Compose calls the image of a service; the names it could have where there is none yet. */
async function namesInUse(
  { engine, prepared, signal }: Shipment,
  service: ComposeService,
): Promise<string[]> {
  const names = imageNamesOf(service, prepared.stack.project);
  const there = await Promise.all(names.map((name) => engine.images.inspect(name, signal)));
  const used = names.filter((_name, index) => there[index]);
  return used.length > 0 ? used : names;
}

/** Of a service that was just built. */
async function buildOf(shipment: Shipment, service: ComposeService): Promise<Map<string, Build>> {
  const { engine, prepared, signal } = shipment;
  const all = await Promise.all(
    imageNamesOf(service, prepared.stack.project).map((name) => engine.images.inspect(name, signal)),
  );
  const [newest] = all.filter((each) => each !== undefined).sort((a, b) => b.created - a.created);
  return newest ? digested(shipment, service, newest.id) : new Map();
}

/** Of services whose image fits what lies in the target, which the plan found out by times that are about to change. */
async function knownBuilds(shipment: Shipment): Promise<Map<string, Build>> {
  const { prepared, source } = shipment;
  const all = new Map<string, Build>();
  if (source !== undefined) return all;
  for (const service of prepared.stack.services) {
    const plan = prepared.plan.services.find(({ name }) => name === service.name);
    const image = prepared.deployed.services.get(service.name)?.image;
    if (!image || plan?.action === 'rebuild') continue;
    for (const [name, build] of await digested(shipment, service, image.id)) all.set(name, build);
  }
  return all;
}

async function digested(
  { prepared, environment, signal }: Shipment,
  { name, build }: ComposeService,
  imageId: string,
): Promise<Map<string, Build>> {
  const { folders, plan } = prepared;
  if (!build?.isLocal || environment.target.kind === 'remote') return new Map();
  const digest = await buildDigest(build, plan.files, folders, signal);
  return new Map([[name, { imageId, digest }]]);
}

async function toolsOf(shipment: Shipment): Promise<Tools> {
  const { engine, folder, prepared, environment, signal } = shipment;
  const { host, target } = folder;
  const { composeFile, project, members } = prepared.stack;
  const isElsewhere = host.isRemote && prepared.stack.compose !== undefined;
  const compose = isElsewhere ? await Compose.find(engine.address, signal, host.run) : prepared.stack.compose;
  const place = { file: path.posix.join(target.path, composeFile ?? ''), folder: target.path, project };
  const onLine = (line: string): void => quote(shipment, 'up', line);
  return {
    ...{ engine, compose, place, members, oneAtATime: environment.oneAtATime },
    work: { signal, onLine, onStart: noted(shipment) },
  };
}

/** In the order in which they come up. */
function affected({ prepared }: Shipment): [ComposeService, ServicePlan][] {
  return inOrder(prepared.stack.services).flatMap((service): [ComposeService, ServicePlan][] => {
    const plan = prepared.plan.services.find(({ name }) => name === service.name);
    return plan && plan.action !== 'untouched' ? [[service, plan]] : [];
  });
}

/** Where the services that are touched answer now. */
export async function addressesOf(shipment: Shipment): Promise<Address[]> {
  const { engine, environment, prepared, signal } = shipment;
  const { target, health } = environment;
  const far = target.kind === 'remote' ? target.host.replace(/^.*@/, '') : undefined;
  const found = affected(shipment).length > 0 && health?.url ? [{ url: health.url }] : [];
  const addresses: Address[] = found;
  for (const [{ name, fixedPorts }] of affected(shipment)) {
    if (fixedPorts.length === 0) continue;
    for (const { id, state } of prepared.deployed.services.get(name)?.containers ?? []) {
      if (state !== 'running') continue;
      for (const { protocol, published } of (await engine.inspectContainer(id, signal)).ports)
        if (protocol === 'tcp' && published && fixedPorts.includes(String(published.port)))
          addresses.push({ host: far ?? localAddress(published.address), port: published.port });
    }
  }
  return addresses;
}

function localAddress(bound: string): string {
  if (bound === '' || bound === '0.0.0.0') return '127.0.0.1';
  return bound === '::' ? '::1' : bound;
}

/** What is planned for each service, and the image it runs now. */
export async function releasedServices({ engine, prepared, signal }: Shipment): Promise<ReleasedService[]> {
  const now = await containersByService(engine, prepared.stack.members, signal);
  return prepared.plan.services.map((plan) => {
    const running = (now.get(plan.name) ?? []).find(({ state }) => state === 'running');
    return { ...plan, imageId: running?.imageId ?? '' };
  });
}

/** By which the next plan knows that the containers fit the file. */
export async function keepConfigurations({ engine, folder, prepared, signal }: Shipment): Promise<void> {
  const { isInPlace, services, compose, composeFile, project } = prepared.stack;
  const { target, host } = folder;
  if (host.isRemote || compose === undefined || composeFile === undefined) return;
  const place = { file: path.posix.join(target.path, composeFile), folder: target.path, project };
  const yaml = isInPlace ? undefined : await ifReadable(compose.config(place, signal));
  const said = yaml === undefined ? services : readComposeConfig(yaml);
  const now = await containersByService(engine, project, signal);
  const pairs = said.flatMap((service) =>
    (now.get(service.name) ?? []).flatMap(({ configHash }): [string, string][] =>
      configHash === undefined ? [] : [[configHash, configurationDigest(service)]],
    ),
  );
  await folder.addConfigurations(new Map(pairs));
}

/** The plan follows links; what is sent has to arrive where it looked. */
function environmentTarget({ environment, prepared }: Shipment): DeployEnvironment['target'] {
  const { target } = environment;
  return target.kind === 'remote' ? target : { kind: 'local', path: prepared.folders.configured };
}

function noted({ folder }: Shipment): (pid: number) => void {
  return (pid) => void folder.note({ program: identityOf(pid) }).catch(() => undefined);
}

function tell({ onProgress }: Shipment, step: ShipStep, message: string): void {
  onProgress({ step, message });
}

/** Says what a program printed. */
function quote({ onProgress }: Shipment, step: ShipStep, message: string): void {
  onProgress({ step, message, isOutput: true });
}
