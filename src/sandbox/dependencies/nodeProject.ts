import * as path from 'node:path';
import { posix } from 'node:path';
import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import type { SandboxFile } from '../sandbox';
import { isInside } from '../workspaceWalk';
import { isRecord, listFolder, parseJsonObject, readProjectFile } from './dependencyProject';
import type { DependencyProject, LockKind } from './dependencyProject';
import { collectManifests, workspaceMembers } from './nodeManifests';
import { hostAndPort, NPM_REGISTRY, readRegistrySettings, YARN_REGISTRY } from './registrySettings';
import type { RegistrySettings } from './registrySettings';
import { safeYarnSettings } from './yarnSettings';

/** What one kind of lockfile says. */
interface LockContent {
  members: string[];
  packages: number;
  format: string;
  /** Addresses that are fetched from, whatever the registry is. */
  addresses: string[];
  files: SandboxFile[];
  notes?: string[];
}

interface Place {
  workspace: string;
  folder: string;
  name: string;
  text: string;
  settings: RegistrySettings;
}

/** What reads a project needs to know of the machine. */
export interface DependencySurroundings {
  env: Readonly<Record<string, string | undefined>>;
  home: string;
}

/** Reads a Node project at `folder` of the workspace. Rejects with `UserError` when it can't be installed in a sandbox. */
export async function readNodeProject(
  workspace: string,
  folder: string,
  lockfile: { name: string; kind: LockKind },
  { env, home }: DependencySurroundings,
): Promise<DependencyProject> {
  const { name } = lockfile;
  const text = await readProjectFile(workspace, posix.join(folder, name));
  if (text === undefined) throw new UserError(t('{0} can not be read', posix.join(folder, name)));
  const settings = readRegistrySettings(
    [await readProjectFile(workspace, posix.join(folder, '.npmrc')), await readProjectFile(home, '.npmrc')],
    env,
  );
  const place = { workspace, folder, name, text, settings };
  const kind = lockfile.kind === 'yarn' && /^__metadata:/m.test(text) ? 'yarn-berry' : lockfile.kind;
  const content = await CONTENT[kind as 'npm'](place);
  const manifests = await collectManifests(workspace, folder, content.members);
  if (!manifests.members.includes(''))
    throw new UserError(t('There is no package.json beside {0}', posix.join(folder, name)));
  const addresses = [settings.registry, ...settings.scopes.values(), ...content.addresses];
  return {
    kind,
    family: 'node',
    workspace,
    folder,
    lockfiles: [posix.join(folder, name)],
    members: manifests.members,
    files: [...manifests.files, ...content.files],
    hosts: [...new Set(addresses.map(hostAndPort).filter((host) => host !== undefined))].sort(),
    registry: settings.registry,
    packages: content.packages,
    format: content.format,
    notes: [...settingsNotes(settings), ...(content.notes ?? [])],
    caFile: settings.caFile,
  };
}

const CONTENT: Record<'npm' | 'pnpm' | 'yarn' | 'yarn-berry', (place: Place) => Promise<LockContent>> = {
  npm: readNpm,
  pnpm: readPnpm,
  yarn: readYarn,
  'yarn-berry': readYarnBerry,
};

async function readNpm({ name, folder, text, settings }: Place): Promise<LockContent> {
  const lock = parseJsonObject(text);
  if (!lock)
    throw new UserError(
      t('{0} is not valid JSON', posix.join(folder, name)),
      t('Write it anew with npm install --package-lock-only.'),
    );
  const packages = isRecord(lock['packages']) ? lock['packages'] : {};
  const entries = Object.entries(packages).filter(([at]) => at !== '');
  const resolved = resolvedOf(lock);
  refuseSources(resolved, posix.join(folder, name));
  const isMember = ([at, entry]: [string, unknown]): boolean =>
    !at.split('/').includes('node_modules') && isInside(at) && isRecord(entry);
  const isFetched = ([at, entry]: [string, unknown]): boolean =>
    at.split('/').includes('node_modules') && isRecord(entry) && entry['link'] !== true;
  return {
    members: entries.filter(isMember).map(([at]) => at),
    packages: entries.length > 0 ? entries.filter(isFetched).length : resolved.length,
    format: String(Number(lock['lockfileVersion']) || 1),
    addresses: resolved.map((address) => replaced(address, NPM_REGISTRY, settings.registry)),
    files: [file(name, text), npmrc(settings)],
  };
}

/** Where every package comes from, in the tree of any version of npm's lockfile. */
function resolvedOf(lock: Record<string, unknown>): string[] {
  const found: string[] = [];
  const visit = (table: unknown, depth: number): void => {
    if (!isRecord(table) || depth > 100) return;
    for (const entry of Object.values(table)) {
      if (!isRecord(entry)) continue;
      const { resolved, version, link } = entry;
      if (typeof resolved === 'string' && link !== true) found.push(resolved);
      else if (typeof version === 'string' && /^(?:git|github|file|https?)[+:]/.test(version))
        found.push(version);
      visit(entry['dependencies'], depth + 1);
    }
  };
  visit(lock['packages'], 0);
  // Version 2 carries both trees; the older one then tells nothing new.
  if (!isRecord(lock['packages'])) visit(lock['dependencies'], 0);
  return found;
}

async function readPnpm({ workspace, folder, name, text, settings }: Place): Promise<LockContent> {
  const format = /^lockfileVersion:\s*'?([\d.]+)/m.exec(text)?.[1] ?? '';
  if (!(Number(format) >= 6)) {
    throw new UserError(
      t(
        '{0} has version {1} of its format, older than what is read',
        posix.join(folder, name),
        format || t('unknown'),
      ),
      t('Write it anew with pnpm 8 or later.'),
    );
  }
  const tarballs = [...text.matchAll(/\btarball:\s*'?([^\s',}]+)/g)].map(([, address = '']) => address);
  const gits = [...text.matchAll(/\b(?:repo|type):\s*'?(git[^\s',}]*|https?:[^\s',}]+\.git)/g)];
  refuseSources([...tarballs, ...gits.map(([, address = '']) => `git+${address}`)], posix.join(folder, name));
  const importers = section(text, 'importers').filter((member) => member !== '.');
  const extra: SandboxFile[] = [];
  const workspaceFile = await readProjectFile(workspace, posix.join(folder, 'pnpm-workspace.yaml'));
  if (workspaceFile !== undefined) extra.push(file('pnpm-workspace.yaml', workspaceFile));
  for (const [, patch = ''] of text.matchAll(/^\s+path:\s*'?([^\s']+\.patch)'?\s*$/gm)) {
    const content = isInside(patch) ? await readProjectFile(workspace, posix.join(folder, patch)) : undefined;
    if (content !== undefined) extra.push(file(patch, content));
  }
  return {
    members: importers,
    packages: section(text, 'packages').length,
    format: String(Math.floor(Number(format))),
    addresses: tarballs,
    files: [file(name, text), npmrc(settings), ...extra],
    notes: /^pnpmfileChecksum:/m.test(text) ? ['.pnpmfile.cjs is not run'] : [],
  };
}

async function readYarn({ workspace, folder, name, text, settings }: Place): Promise<LockContent> {
  const manifest = parseJsonObject(await readProjectFile(workspace, posix.join(folder, 'package.json')));
  const installConfig = manifest?.['installConfig'];
  if (isRecord(installConfig) && installConfig['pnp'] === true) throw plugAndPlay(folder);
  const resolved = [...text.matchAll(/^ {2}resolved "([^"#]+)/gm)].map(([, address = '']) => address);
  refuseSources(resolved, posix.join(folder, name));
  // Unlike npm, this yarn asks the very host that is written there.
  const rewrite = (address: string): string =>
    replaced(replaced(address, YARN_REGISTRY, settings.registry), NPM_REGISTRY, settings.registry);
  const rewritten = text.replace(
    /^( {2}resolved ")([^"]+)/gm,
    (_line, head: string, address: string) => head + rewrite(address),
  );
  return {
    members: await workspaceMembers(workspace, folder, manifest?.['workspaces']),
    packages: [...text.matchAll(/^ {2}version /gm)].length,
    format: '1',
    addresses: resolved.map(rewrite),
    files: [file(name, rewritten), npmrc(settings)],
  };
}

async function readYarnBerry({ workspace, folder, name, text, settings }: Place): Promise<LockContent> {
  const own = await readProjectFile(workspace, posix.join(folder, '.yarnrc.yml'));
  const yarn = safeYarnSettings(own ?? '', settings);
  if (yarn.linker !== 'node-modules') throw plugAndPlay(folder);
  const resolutions = [...text.matchAll(/^ {2}resolution: "?([^"\n]+)"?$/gm)].map(([, value = '']) => value);
  const sources = resolutions
    .map((value) => /^(?:@[^@]+|[^@]+)@(.*)$/.exec(value)?.[1] ?? '')
    .filter((source) => /^(?:git|https?:|ssh:|file:|[\w-]+@)/.test(source) || source.includes('#commit='));
  refuseSources(
    sources.map((source) => (source.includes('#commit=') ? `git+${source}` : source)),
    posix.join(folder, name),
  );
  const members = resolutions.flatMap((value) => /@workspace:(.+)$/.exec(value)?.[1] ?? []);
  const archives = [...text.matchAll(/__archiveUrl=([^"&\s]+)/g)].map(([, url = '']) => decode(url));
  const patches = path.join(workspace, folder, '.yarn', 'patches');
  const files: SandboxFile[] = [];
  for (const entry of await listFolder(patches)) {
    const place = posix.join('.yarn/patches', entry.name);
    const content = await readProjectFile(workspace, posix.join(folder, place));
    if (content !== undefined && entry.name.endsWith('.patch')) files.push(file(place, content));
  }
  return {
    members: members.filter((member) => member !== '.'),
    packages: resolutions.length - members.length,
    format: /^ {2}version:\s*(\d+)/m.exec(text)?.[1] ?? '',
    addresses: [yarn.registry, ...yarn.addresses, ...archives],
    files: [file(name, text), file('.yarnrc.yml', yarn.text), ...files],
    notes: yarn.leftOut.length > 0 ? [`Of .yarnrc.yml is left out: ${yarn.leftOut.join(', ')}`] : [],
  };
}

function plugAndPlay(folder: string): UserError {
  return new UserError(
    t(
      "{0} uses Yarn's Plug'n'Play, which has no node_modules to make an image of",
      folder || t('The project'),
    ),
    t('Set "nodeLinker: node-modules" in .yarnrc.yml, run yarn install, and try again.'),
  );
}

/** What comes from a repository or from a file of the workspace can't be fetched by an installation that runs no code. */
function refuseSources(addresses: readonly string[], lockfile: string): void {
  const repository = addresses.find((address) => /^(?:git|github|ssh)[+:@]/.test(address));
  if (repository !== undefined) {
    throw new UserError(
      t(
        '{0} takes {1} from a Git repository, which is not fetched for a sandbox',
        lockfile,
        repository.replace(/^git\+/, '').slice(0, 200),
      ),
      t(
        'Depend on a published version, or install the dependencies in the workspace: they are sent along where they fit.',
      ),
    );
  }
  const local = addresses.find((address) => address.startsWith('file:') && /\.t(?:ar\.)?gz$/.test(address));
  if (local !== undefined) {
    throw new UserError(
      t(
        '{0} takes {1} from a file, and no files of the workspace go into an installation',
        lockfile,
        local.slice(0, 200),
      ),
      t('Install the dependencies in the workspace: they are sent along where they fit.'),
    );
  }
}

/** Keys of a top-level table in a YAML file that a program wrote. */
function section(text: string, name: string): string[] {
  const start = new RegExp(`^${name}:\\s*$`, 'm').exec(text);
  if (!start) return [];
  const keys: string[] = [];
  for (const line of text.slice(start.index + start[0].length + 1).split('\n')) {
    if (/^\S/.test(line)) break;
    const key = /^ {2}(?:'([^']+)'|([^\s'][^\n]*?)):(?:\s|$)/.exec(line);
    if (key) keys.push(key[1] ?? key[2] ?? '');
  }
  return keys;
}

function replaced(address: string, registry: string, by: string): string {
  return address.startsWith(registry) ? by + address.slice(registry.length) : address;
}

function npmrc(settings: RegistrySettings): SandboxFile {
  const scopes = [...settings.scopes].map(([scope, registry]) => `${scope}:registry=${registry}`);
  return file('.npmrc', [`registry=${settings.registry}`, ...scopes, ...settings.kept, ''].join('\n'));
}

function settingsNotes({ registry, scopes, leftOut }: RegistrySettings): string[] {
  const notes = [...scopes].map(([scope, address]) => `${scope} comes from ${address}`);
  if (registry !== NPM_REGISTRY) notes.unshift(`The registry is ${registry}`);
  if (leftOut.length > 0) notes.push(`Credentials and the like in .npmrc stay behind: ${leftOut.join(', ')}`);
  return notes;
}

function file(name: string, text: string): SandboxFile {
  return { path: name, content: Buffer.from(text) };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
