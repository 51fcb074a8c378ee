import * as path from 'node:path';
import type { LocatedValue } from '../base/locatedJson';
import { t } from '../base/texts';
import { ConfigReader, joined } from './configReader';
import type { ConfigProblem, DeployEnvironment, DeployProject, TargetPath } from './project';
import {
  DEFAULT_SHIP_SETTINGS,
  readAuto,
  readConfirmation,
  readShipSettings,
  SHIP_KEYS,
} from './shipSettings';
import type { ShipSettings } from './shipSettings';

export const CONFIG_FILE = 'seaworthy.json';
/** What the seed of this product read; it is read as it is. */
export const SEED_FILE = '.scar-projects.json';

/** The texts of the files in a folder that tell of projects; undefined where there is none. */
export interface ProjectTexts {
  config: string | undefined;
  seed: string | undefined;
}

/** What was understood, and what was not. */
export interface ReadProjects {
  projects: DeployProject[];
  problems: ConfigProblem[];
}

/** A project says these for all of its environments. */
const SHARED_KEYS = [
  'composeFile',
  'composeProject',
  'containers',
  'primaryContainer',
  'exclude',
  'protect',
  'allowSecrets',
  ...SHIP_KEYS,
];
const PROJECT_KEYS = ['workspace', 'environments', ...SHARED_KEYS];
const ENVIRONMENT_KEYS = ['path', 'production', 'engine', 'confirm', 'auto', ...SHARED_KEYS];

type Shared = ShipSettings &
  Pick<
    DeployEnvironment,
    | 'composeFile'
    | 'composeProject'
    | 'containers'
    | 'primaryContainer'
    | 'exclude'
    | 'protect'
    | 'allowSecrets'
  >;

/**
 * Reads `seaworthy.json` and `.scar-projects.json` of `folder`, to which relative paths belong. Of two projects with one
 * name that of `seaworthy.json` counts. Never throws: what can't be understood is left out and told.
 */
export function readProjectTexts({ config, seed }: ProjectTexts, folder: string): ReadProjects {
  const read = [
    ...(config === undefined ? [] : [readConfig(config, folder)]),
    ...(seed === undefined ? [] : [readSeed(seed, folder)]),
  ];
  const projects = new Map<string, DeployProject>();
  for (const project of read.flatMap((each) => each.projects))
    if (!projects.has(project.name)) projects.set(project.name, project);
  return { projects: [...projects.values()], problems: read.flatMap(({ problems }) => problems) };
}

/** Other keys of the file are settings of rules and not looked at here. */
function readConfig(text: string, folder: string): ReadProjects {
  const reader = new ConfigReader(CONFIG_FILE);
  const all = reader.parse(text)?.members.get('projects');
  const projects = reader.members(all, 'projects').flatMap(([name, value]): DeployProject[] => {
    const key = joined('projects', name);
    if (!isNameGood(reader, name, key, value.keyLine)) return [];
    if (!reader.isObjectOf(PROJECT_KEYS, value, key)) return [];
    const shared = readShared(reader, value, key, NOTHING);
    const workspace = reader.text(value, key, 'workspace', wrongLocalPath);
    const environments = readEnvironments(reader, value, key, shared, folder);
    const { composeProject, containers, primaryContainer } = shared;
    const workspacePath = path.resolve(folder, workspace ?? '.');
    return [{ name, workspacePath, environments, composeProject, containers, primaryContainer }];
  });
  return { projects, problems: reader.problems };
}

function readEnvironments(
  reader: ConfigReader,
  project: LocatedValue,
  projectKey: string,
  shared: Shared,
  folder: string,
): DeployEnvironment[] {
  const key = `${projectKey}.environments`;
  return reader
    .members(project.members.get('environments'), key)
    .flatMap(([name, value]): DeployEnvironment[] => {
      const own = joined(key, name);
      if (!isNameGood(reader, name, own, value.keyLine)) return [];
      if (!reader.isObjectOf(ENVIRONMENT_KEYS, value, own)) return [];
      const written = reader.text(value, own, 'path', wrongTarget);
      if (written === undefined) {
        if (!value.members.has('path')) reader.tell(value.keyLine, t('{0}: needs "path"', own));
        return [];
      }
      const isProduction = reader.truth(value, own, 'production') ?? /^(prod|production|live)$/i.test(name);
      return [
        {
          name,
          isProduction,
          target: targetOf(written, folder),
          confirm: readConfirmation(reader, value, own, isProduction),
          auto: readAuto(reader, value, own),
          engine: reader.text(value, own, 'engine'),
          ...readShared(reader, value, own, shared),
        },
      ];
    });
}

const NOTHING: Shared = {
  composeFile: undefined,
  composeProject: undefined,
  containers: [],
  primaryContainer: undefined,
  exclude: [],
  protect: [],
  allowSecrets: [],
  ...DEFAULT_SHIP_SETTINGS,
};

function readShared(reader: ConfigReader, value: LocatedValue, key: string, above: Shared): Shared {
  const patterns = (name: 'exclude' | 'protect' | 'allowSecrets'): readonly string[] =>
    reader.texts(value, key, name, wrongPattern) ?? above[name];
  return {
    composeFile: reader.text(value, key, 'composeFile', wrongInnerPath) ?? above.composeFile,
    composeProject: reader.text(value, key, 'composeProject', wrongComposeProject) ?? above.composeProject,
    containers: reader.texts(value, key, 'containers') ?? above.containers,
    primaryContainer: reader.text(value, key, 'primaryContainer') ?? above.primaryContainer,
    exclude: patterns('exclude'),
    protect: patterns('protect'),
    allowSecrets: patterns('allowSecrets'),
    ...readShipSettings(reader, value, key, above),
  };
}

/** By project name, `workspace`, `production`, `compose_project`, `containers`, `primary_container`; the rest is ignored. */
function readSeed(text: string, folder: string): ReadProjects {
  const reader = new ConfigReader(SEED_FILE);
  const root = reader.parse(text);
  const projects = reader
    .members(root?.members.get('projects') ?? root, 'projects')
    .flatMap(([name, value]): DeployProject[] => {
      const key = joined('', name);
      if (!isNameGood(reader, name, key, value.keyLine)) return [];
      if (reader.members(value, key).length === 0) return [];
      const workspace = reader.text(value, key, 'workspace', wrongLocalPath);
      const production = reader.text(value, key, 'production', wrongTarget);
      const containers = {
        composeProject: reader.text(value, key, 'compose_project', wrongComposeProject),
        containers: reader.texts(value, key, 'containers') ?? [],
        primaryContainer: reader.text(value, key, 'primary_container'),
      };
      const environment = (written: string): DeployEnvironment => ({
        ...NOTHING,
        ...containers,
        name: 'production',
        isProduction: true,
        target: targetOf(written, folder),
        engine: undefined,
        confirm: 'yes',
        auto: undefined,
      });
      return [
        {
          name,
          workspacePath: path.resolve(folder, workspace ?? '.'),
          environments: production === undefined ? [] : [environment(production)],
          ...containers,
        },
      ];
    });
  return { projects, problems: reader.problems };
}

function isNameGood(reader: ConfigReader, name: string, key: string, line: number): boolean {
  if (/^[^-/\p{Cc}][^/\p{Cc}]{0,99}$/u.test(name) && name.trim() === name) return true;
  reader.tell(
    line,
    t('{0}: a name has 1 to 100 characters, no slash, and no dash or space at its ends', key),
  );
  return false;
}

const REMOTE = /^((?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[[0-9A-Fa-f:.]+\])):(.*)$/;

function targetOf(written: string, folder: string): TargetPath {
  const [, host, remote] = isDrive(written) ? [] : (REMOTE.exec(written) ?? []);
  if (host !== undefined && remote !== undefined)
    return { kind: 'remote', host, path: path.posix.normalize(remote) };
  return { kind: 'local', path: path.resolve(folder, written) };
}

function wrongTarget(written: string): string | undefined {
  if (isDrive(written)) return undefined;
  const [, , remote] = REMOTE.exec(written) ?? [];
  if (remote === undefined)
    return /^[^/]*:/.test(written) ? t('is no path, and no user@host:/path either') : wrongLocalPath(written);
  return remote.startsWith('/') && path.posix.normalize(remote) !== '/'
    ? undefined
    : t('after the host there has to be an absolute path that is not /');
}

function wrongLocalPath(written: string): string | undefined {
  if (/^~/.test(written)) return t('"~" is not known here; write the whole path');
  return path.resolve('/some/folder', written) === path.resolve('/')
    ? t('must not be the root of all files')
    : undefined;
}

function wrongInnerPath(written: string): string | undefined {
  const normal = path.posix.normalize(written.replaceAll('\\', '/'));
  return path.posix.isAbsolute(normal) || path.win32.isAbsolute(written) || /^\.\.(\/|$)/.test(normal)
    ? t('must be inside the workspace')
    : undefined;
}

function wrongPattern(written: string): string | undefined {
  return written.trim() === '/' ? t('would be everything') : undefined;
}

function wrongComposeProject(written: string): string | undefined {
  return /^[a-z0-9][a-z0-9_-]*$/.test(written)
    ? undefined
    : t('Compose wants lower-case letters, digits, "-" and "_", and a letter or a digit first');
}

function isDrive(written: string): boolean {
  return process.platform === 'win32' && /^[A-Za-z]:[\\/]/.test(written);
}
