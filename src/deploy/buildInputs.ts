import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { hasCode, throwIfCancelled, UserError } from '../base/errors';
import { relativeInside } from '../base/paths';
import type { ComposeService, ServiceBuild } from './composeConfig';
import { DockerIgnore } from './dockerIgnore';
import { readText } from './loadProjects';
import type { FileChanges } from './rsync';

/** What a deploy does to the inputs of one build. */
export interface BuildInputs {
  /** Paths, relative to the target, of inputs that are added, changed or deleted. */
  touched: readonly string[];
  /** The input that was written last, of those in the target; undefined where the target can't be looked at. */
  newest: { file: string; writtenAt: number } | undefined;
}

/** Where a deploy reads and writes. Absolute folders. */
export interface DeployFolders {
  workspace: string;
  /** The folder of the target, in which paths of the Compose configuration lie. */
  configured: string;
  /** Where it is on this machine and exists. */
  target: string | undefined;
  isRemote: boolean;
}

const MAX_ENTRIES = 200_000;

/** By service, what the deploy does to the inputs of its build. Rejects with a `UserError` for a context past all bounds. */
export async function buildInputsOf(
  services: readonly ComposeService[],
  changes: FileChanges,
  folders: DeployFolders,
  signal: AbortSignal | undefined,
): Promise<Map<string, BuildInputs>> {
  const inputs = new Map<string, BuildInputs>();
  for (const { name, build } of services)
    if (build?.isLocal) inputs.set(name, await inputsOf(build, changes, folders, signal));
  return inputs;
}

async function inputsOf(
  build: ServiceBuild,
  changes: FileChanges,
  folders: DeployFolders,
  signal: AbortSignal | undefined,
): Promise<BuildInputs> {
  const inTarget = (file: string): string | undefined =>
    file === folders.configured ? '' : relativeInside(folders.configured, file);
  const context = inTarget(build.context);
  const dockerfile = inTarget(path.resolve(build.context, build.dockerfile));
  const isInput = await inputTest(build, context, dockerfile, folders);
  const all = [...changes.added, ...changes.changed, ...changes.deleted];
  const touched = all.filter(
    (file) => file === dockerfile || (context !== undefined && isInput(below(context, file))),
  );
  if (folders.target === undefined) return { touched, newest: undefined };
  const kept = new Set([...changes.excluded, ...changes.protected]);
  const isKept = (name: string): boolean => context !== undefined && kept.has(joined(context, name));
  const newest = await newestIn(build.context, isInput, isKept, signal);
  return { touched, newest: newest && { ...newest, file: joined(context ?? '', newest.file) } };
}

/** Tells, by the path relative to the context, what is sent to the engine as the deploy will leave it. */
async function inputTest(
  { context, dockerfile: dockerfileName }: ServiceBuild,
  relative: string | undefined,
  dockerfile: string | undefined,
  { workspace }: DeployFolders,
): Promise<(file: string | undefined) => boolean> {
  const read = async (folder: string | undefined, name: string): Promise<string | undefined> =>
    folder === undefined ? undefined : readText(folder, name);
  const general = await read(
    relative === undefined ? context : path.join(workspace, relative),
    '.dockerignore',
  );
  const own = dockerfile === undefined ? undefined : await read(workspace, `${dockerfile}.dockerignore`);
  if (general === undefined) return (file) => file !== undefined;
  // Only newer builders read the one beside the Dockerfile, and then it alone: what both keep out is kept out for sure.
  const rules = [general, ...(own === undefined ? [] : [own])].map((text) => new DockerIgnore(text));
  return (file) =>
    file !== undefined &&
    (file === '.dockerignore' || file === dockerfileName || !rules.every((rule) => rule.ignores(file)));
}

/** The file that was written last. Its own time says nothing: a copy can have that of its source. */
async function newestIn(
  root: string,
  isInput: (file: string) => boolean,
  isKept: (name: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<BuildInputs['newest']> {
  let newest: BuildInputs['newest'];
  let entries = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(path.join(root, folder))) {
      throwIfCancelled(signal);
      if (++entries > MAX_ENTRIES)
        throw new UserError(
          `The build context ${root} holds more than ${MAX_ENTRIES} files`,
          'Name what the build does not need in .dockerignore.',
        );
      const name = joined(folder, entry.name);
      if (isKept(entry.isDirectory() ? `${name}/` : name)) continue;
      if (entry.isDirectory()) folders.push(name);
      else if (isInput(name)) {
        const writtenAt = (await fs.lstat(path.join(root, name))).ctimeMs;
        if (newest === undefined || writtenAt > newest.writtenAt) newest = { file: name, writtenAt };
      }
    }
  }
  return newest;
}

async function entriesOf(folder: string) {
  try {
    return await fs.readdir(folder, { withFileTypes: true });
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return [];
    throw error;
  }
}

/** `file` relative to `folder`, both relative to one place; undefined when it is not in there. */
function below(folder: string, file: string): string | undefined {
  if (folder === '') return file;
  return file.startsWith(`${folder}/`) ? file.slice(folder.length + 1) : undefined;
}

function joined(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}
