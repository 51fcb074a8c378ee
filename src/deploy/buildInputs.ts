import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { hasCode, throwIfCancelled, UserError } from '../base/errors';
import { matchesGlob } from '../base/glob';
import { relativeInside } from '../base/paths';
import { t } from '../base/texts';
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
  /** The image that there is was built from these very inputs. */
  isBuilt: boolean;
}

/** What an image was built from. */
export interface Build {
  imageId: string;
  /** SHA-256 of paths, permissions and contents of all inputs, and of what is said of the build. */
  digest: string;
}

/** By service, its last build that is known, and the image it has now. */
export interface Builds {
  known: ReadonlyMap<string, Build>;
  images: ReadonlyMap<string, string>;
  /** By service, patterns of files outside of its context that count as inputs. */
  more: ReadonlyMap<string, readonly string[]>;
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
  builds: Builds,
  signal: AbortSignal | undefined,
): Promise<Map<string, BuildInputs>> {
  const inputs = new Map<string, BuildInputs>();
  for (const { name, build } of services) {
    if (!build?.isLocal) continue;
    const known = builds.known.get(name);
    const image = builds.images.get(name);
    const last = known && known.imageId === image ? known.digest : undefined;
    const more = builds.more.get(name) ?? [];
    inputs.set(name, await inputsOf(build, changes, folders, { last, more }, signal));
  }
  return inputs;
}

async function inputsOf(
  build: ServiceBuild,
  changes: FileChanges,
  folders: DeployFolders,
  { last, more }: { last: string | undefined; more: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<BuildInputs> {
  const { context, dockerfile } = placesOf(build, folders);
  const isInput = await inputTest(build, context, dockerfile, folders);
  const all = [...changes.added, ...changes.changed, ...changes.deleted];
  const touched = all.filter(
    (file) =>
      file === dockerfile ||
      (context !== undefined && isInput(below(context, file))) ||
      more.some((pattern) => matchesGlob(pattern, file)),
  );
  if (folders.target === undefined) return { touched, newest: undefined, isBuilt: false };
  const files = await inputFiles(build, isInput, keptIn(context, changes), signal);
  const newest = files.reduce<InputFile | undefined>(
    (last, file) => (last === undefined || file.writtenAt > last.writtenAt ? file : last),
    undefined,
  );
  return {
    touched,
    newest: newest && { writtenAt: newest.writtenAt, file: joined(context ?? '', newest.name) },
    isBuilt: last !== undefined && touched.length === 0 && last === (await digestOf(build, files)),
  };
}

/** Of the inputs as they lie in the target, which has to be on this machine. */
export async function buildDigest(
  build: ServiceBuild,
  changes: FileChanges,
  folders: DeployFolders,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { context, dockerfile } = placesOf(build, folders);
  const isInput = await inputTest(build, context, dockerfile, folders);
  return digestOf(build, await inputFiles(build, isInput, keptIn(context, changes), signal));
}

/** Relative to the target; undefined for what is not in it. */
function placesOf(
  { context, dockerfile }: ServiceBuild,
  { configured }: DeployFolders,
): { context: string | undefined; dockerfile: string | undefined } {
  const inTarget = (file: string): string | undefined =>
    file === configured ? '' : relativeInside(configured, file);
  return { context: inTarget(context), dockerfile: inTarget(path.resolve(context, dockerfile)) };
}

function keptIn(context: string | undefined, changes: FileChanges): (name: string) => boolean {
  const kept = new Set([...changes.excluded, ...changes.protected]);
  return (name) => context !== undefined && kept.has(joined(context, name));
}

async function digestOf(
  { definition, context, dockerfile }: ServiceBuild,
  files: InputFile[],
): Promise<string> {
  const digest = createHash('sha256');
  digest.update(JSON.stringify(definition));
  const file = path.resolve(context, dockerfile);
  digest.update(await fs.readFile(file).catch(() => Buffer.alloc(0)));
  for (const { name, mode } of [...files].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const place = path.join(context, name);
    const content =
      (mode & S_IFMT) === S_IFLNK ? Buffer.from(await fs.readlink(place)) : await fs.readFile(place);
    digest.update(`\0${name}\0${mode}\0${content.length}\0`).update(content);
  }
  return digest.digest('hex');
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

interface InputFile {
  /** Relative to the context. */
  name: string;
  mode: number;
  /** Its own time says nothing, as a copy can have that of its source; this is the time of its last change of any kind. */
  writtenAt: number;
}

const { S_IFMT, S_IFLNK } = constants;

async function inputFiles(
  { context: root }: ServiceBuild,
  isInput: (file: string) => boolean,
  isKept: (name: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<InputFile[]> {
  const files: InputFile[] = [];
  let entries = 0;
  const folders = [''];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of await entriesOf(path.join(root, folder))) {
      throwIfCancelled(signal);
      if (++entries > MAX_ENTRIES)
        throw new UserError(
          t('The build context {0} holds more than {1} files', root, MAX_ENTRIES),
          t('Name what the build does not need in .dockerignore.'),
        );
      const name = joined(folder, entry.name);
      if (isKept(entry.isDirectory() ? `${name}/` : name)) continue;
      if (entry.isDirectory()) folders.push(name);
      else if (isInput(name) && (entry.isFile() || entry.isSymbolicLink())) {
        const { mode, ctimeMs: writtenAt } = await fs.lstat(path.join(root, name));
        files.push({ name, mode, writtenAt });
      }
    }
  }
  return files;
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
