import { identityOf, isAlive } from '../../base/claims';
import { pause } from '../../base/cancellation';
import { isCancelled } from '../../base/errors';
import { count, oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { EngineConnection } from '../../engine/connection';
import { Compose } from '../compose';
import { readComposeConfig } from '../composeConfig';
import type { ComposeService } from '../composeConfig';
import { containersByService } from '../deployed';
import { differingFiles, restoreFiles } from '../rsync';
import { shortId } from '../services';
import { bringUp, containersOf, inOrder } from './bringUp';
import type { Tools } from './bringUp';
import { ShipFailure } from './failure';
import type { ShipProgress } from './release';
import type { Attempt, JournalLine, ReleaseFolder, ServiceState } from './releaseFolder';
import { differingContents } from './snapshot';

export interface UndoOptions {
  signal: AbortSignal;
  oneAtATime: readonly string[];
  onProgress: (progress: ShipProgress) => void;
}

const ENGINE_MS = 90_000;
const TRIES = 3;

/**
 * Puts an environment back to what it was before an attempt, and makes sure that it is. Gives lines about what is not as before
 * through no doing of the attempt. Rejects with a `UserError` that says what is not back.
 */
export async function undo(
  attempt: Attempt,
  folder: ReleaseFolder,
  engine: EngineConnection,
  options: UndoOptions,
): Promise<string[]> {
  const journal = await folder.journal();
  await endPrograms(journal, options.signal);
  // Before this step nothing is touched.
  if (!journal.some(({ step }) => step === 'snapshot')) return [];
  await engineBack(engine, options.signal);
  for (let tries = 1; ; tries += 1) {
    const wrong = await tryUndo(attempt, folder, engine, journal, options).catch((error: unknown) => {
      if (tries >= TRIES || isCancelled(error)) throw error;
      return undefined;
    });
    if (wrong?.length === 0) return writtenSince(attempt, folder);
    if (wrong && tries >= TRIES)
      throw new ShipFailure(t('The state of before is not back: {0}', wrong.join('; ')));
    await pause(1000, options.signal);
  }
}

async function tryUndo(
  attempt: Attempt,
  folder: ReleaseFolder,
  engine: EngineConnection,
  journal: readonly JournalLine[],
  { signal, oneAtATime, onProgress }: UndoOptions,
): Promise<string[]> {
  const tell = (message: string): void => onProgress({ step: 'undo', message });
  const quote = (message: string): void => onProgress({ step: 'undo', message, isOutput: true });
  const { target, host } = folder;
  const { composeFile, composeProject, members, services } = attempt.state;
  tell(t('putting the files back'));
  const files = folder.filesOf(attempt.previous);
  if (await host.isFolder(target.path))
    await restoreFiles(host.run, files, target.path, attempt.filters, { signal });
  tell(t('putting the images back'));
  for (const { images } of services)
    for (const { name, id } of images) await pointTo(engine, name, id, signal);
  const isListed = typeof members !== 'string';
  const runner = host.isRemote ? host.run : undefined;
  const compose = isListed ? undefined : await Compose.find(engine.address, signal, runner);
  const place = { file: `${target.path}/${composeFile}`, folder: target.path, project: composeProject };
  const tools: Tools = { engine, compose, place, members, oneAtATime, work: { signal, onLine: quote } };
  const known =
    composeFile === null || !compose ? [] : readComposeConfig(await compose.config(place, signal));
  const begun = new Set(journal.flatMap(({ step, service }) => (step === 'up' && service ? [service] : [])));
  const isRestarted = (name: string): boolean =>
    begun.has(name) &&
    attempt.release.services.some((each) => each.name === name && each.action === 'restart');
  for (const name of await servicesToRestore(engine, attempt, known, signal)) {
    tell(t('putting {0} back', oneLine(name, 100)));
    const service = known.find((each) => each.name === name);
    const state = services.find((each) => each.name === name);
    await restoreService(tools, name, service, state, isRestarted(name));
  }
  for (const { images } of services)
    for (const { name, id } of images)
      if (id === null) await engine.images.remove(name);
      else await pointTo(engine, name, id, signal);
  tell(t('making sure'));
  return stillWrong(attempt, folder, engine, signal);
}

async function servicesToRestore(
  engine: EngineConnection,
  { state }: Attempt,
  known: readonly ComposeService[],
  signal: AbortSignal,
): Promise<string[]> {
  const now = await containersByService(engine, state.members, signal);
  const names = [...inOrder(known), ...state.services].map(({ name }) => name);
  return [...new Set([...names, ...now.keys()])];
}

async function restoreService(
  tools: Tools,
  name: string,
  service: ComposeService | undefined,
  state: ServiceState | undefined,
  isRestarted: boolean,
): Promise<void> {
  const { engine, work } = tools;
  const now = await containersOf(tools, name);
  const wanted = (state?.containers ?? []).filter(({ state: was }) => was === 'running');
  const strays = now.filter(({ id }) => !(state?.containers ?? []).some((each) => each.id === id));
  const isIntact = wanted.every(({ id }) => now.some((each) => each.id === id && each.state === 'running'));
  if (isIntact) {
    for (const { id } of strays) await engine.removeContainer(id);
    // What is mounted into it was changed, and changed back.
    if (isRestarted) for (const { id } of wanted) await engine.operate(id, 'restart', work.signal);
  } else if (service) {
    // Under whichever name this program of Compose looks for it.
    for (const image of state?.images ?? [])
      await pointTo(engine, image.name, wanted[0]?.imageId ?? null, work.signal);
    await bringUp(tools, service, 'recreate');
  } else {
    for (const { id } of wanted) await engine.operate(id, 'start', work.signal);
  }
}

/** What is not as it was, a clause each. */
async function stillWrong(
  { previous, filters, state, hadTarget }: Attempt,
  folder: ReleaseFolder,
  engine: EngineConnection,
  signal: AbortSignal,
): Promise<string[]> {
  const { host, target } = folder;
  const isThere = await host.isFolder(target.path);
  const files = isThere
    ? await differingFiles(host.run, folder.filesOf(previous), target.path, filters, { signal })
    : [];
  const wrong =
    files.length > 0 ? [`${count(files.length, 'file')}, such as ${oneLine(files[0] ?? '', 100)}`] : [];
  if (hadTarget && !isThere) wrong.push('the folder of the target is gone');
  const now = await containersByService(engine, state.members, signal);
  for (const { name, containers } of state.services) {
    const imagesOf = (all: typeof containers): string[] =>
      all.flatMap(({ state: is, imageId }) => (is === 'running' ? [imageId] : [])).sort();
    const [before, after] = [imagesOf(containers), imagesOf(now.get(name) ?? [])];
    if (before.join() === after.join()) continue;
    const run = (ids: string[]): string => (ids.length === 0 ? 'nothing' : ids.map(shortId).join(', '));
    wrong.push(`${oneLine(name, 100)} ran ${run(before)} and now runs ${run(after)}`);
  }
  for (const [name, containers] of now)
    if (containers.length > 0 && !state.services.some((each) => each.name === name))
      wrong.push(`${oneLine(name, 100)} still has a container`);
  return wrong;
}

/** Files that something else wrote into while all of this went on: no copy has their old content. */
async function writtenSince({ previous, hadTarget }: Attempt, folder: ReleaseFolder): Promise<string[]> {
  if (!hadTarget) return [];
  const files = await differingContents(folder, previous);
  return files.map((file) => `${oneLine(file, 200)} was written into by something else in the meantime`);
}

/** Programs of the attempt that outlive the process that began them would go on changing what is put back. */
async function endPrograms(journal: readonly JournalLine[], signal: AbortSignal): Promise<void> {
  const { host } = identityOf(process.pid);
  for (const { program } of journal) {
    if (!program || program.host !== host || !isAlive(program)) continue;
    try {
      process.kill(program.pid, 'SIGKILL');
    } catch {
      continue;
    }
    // One that nobody waits for stays in the table of processes, but does nothing any more.
    for (let tries = 0; tries < 40 && isAlive(program); tries += 1) await pause(50, signal);
  }
}

async function engineBack(engine: EngineConnection, signal: AbortSignal): Promise<void> {
  const until = performance.now() + ENGINE_MS;
  while (!(await engine.answers())) {
    if (performance.now() > until)
      throw new ShipFailure(t('The engine does not answer: nothing could be put back yet'));
    await pause(500, signal);
  }
}

/** Makes a name mean an image, unless it does, or can mean one only. */
export async function pointTo(
  engine: EngineConnection,
  name: string,
  id: string | null,
  signal: AbortSignal,
): Promise<void> {
  if (id === null || name.includes('@') || (await engine.images.inspect(name, signal))?.id === id) return;
  const [, repository = name, tag = 'latest'] = /^(.+?)(?::([^:/]+))?$/.exec(name) ?? [];
  await engine.images.tag(id, { repository, tag });
}
