import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { UserError } from '../base/errors';
import { t } from '../base/texts';
import type { EngineConnection } from '../engine/connection';
import type { DeployFolders } from './buildInputs';
import type { Members } from './deployed';
import { Compose, composeProjectOf, findComposeFile } from './compose';
import { projectNameFor } from './project';
import type { ComposePlace } from './compose';
import { readComposeConfig, readNamedFiles } from './composeConfig';
import type { ComposeService, NamedFiles } from './composeConfig';
import { readText } from './loadProjects';
import { readListedContainers } from './listedContainers';
import { onlyInTarget, overlay } from './overlay';
import type { DeployEnvironment } from './project';

/** What Compose makes of the workspace's file where it would lie in the target. */
export interface Stack {
  services: readonly ComposeService[];
  named: NamedFiles;
  /** Relative to the workspace, and to the target; undefined where it is of listed containers. */
  composeFile: string | undefined;
  /** The Compose project's name; empty where there is none. */
  project: string;
  members: Members;
  /** The program of this machine; undefined where it is of listed containers. */
  compose: Compose | undefined;
  /** The services as the target has them now; undefined when it has none, or can't be looked at. */
  before(touched: readonly string[]): Promise<readonly ComposeService[] | undefined>;
  /** Whether Compose was asked with the target as the place of the project. */
  isInPlace: boolean;
  /** Compose's hashes of the services; none when they can't be had. */
  hashes(): Promise<ReadonlyMap<string, string>>;
  /** The names of the containers that Compose would leave as they are; none when it can't be asked. */
  leaves(): Promise<ReadonlySet<string>>;
}

/** Rejects with a `UserError` when there is no Compose, no file, or when Compose can't read it. */
export async function readStack(
  environment: DeployEnvironment,
  folders: DeployFolders,
  engine: EngineConnection,
  signal: AbortSignal,
): Promise<Stack> {
  const { workspace, target } = folders;
  const composeFile = await findComposeFile(workspace, environment.composeFile);
  if (composeFile === undefined && environment.containers.length > 0)
    return readListedContainers(environment.containers, engine, signal);
  if (composeFile === undefined)
    throw new UserError(
      t('There is no Compose file in {0}', workspace),
      t(
        'Write one, name it as "composeFile" in seaworthy.json, or list the "containers" that are restarted.',
      ),
    );
  const project =
    environment.composeProject ??
    (target === undefined ? projectNameFor(folders.configured) : await composeProjectOf(target));
  const compose = await Compose.find(engine.address, signal);
  const file = path.join(workspace, composeFile);
  // Asked at the same time, as each answer takes the program a second; of what can't be read there is none.
  const early =
    target === undefined ? undefined : ifReadable(compose.hashes({ file, folder: target, project }, signal));
  const named = readNamedFiles((await readText(workspace, composeFile)) ?? '');
  const where = { file, folder: workspace, project };
  const { place, yaml } = await configured(compose, where, folders, named, signal);
  const isInPlace = place.folder === target;
  const moved = isInPlace ? undefined : { from: place.folder, to: folders.configured };
  const services = readComposeConfig(yaml, moved);
  return {
    ...{ services, named, composeFile, project, compose },
    members: project,
    before: async (touched) => {
      if (target === undefined) return undefined;
      if (!touched.includes(composeFile)) return services;
      const old = { file: path.join(target, composeFile), folder: target, project };
      const text = await ifReadable(compose.config(old, signal));
      return text === undefined ? undefined : readComposeConfig(text);
    },
    isInPlace,
    hashes: async () => (isInPlace ? ((await early) ?? new Map()) : new Map()),
    leaves: async () => (isInPlace ? compose.leaves(place, signal) : new Set()),
  };
}

/** With the target as the place of the project; where that can't be, with the workspace, and the variables of the target. */
async function configured(
  compose: Compose,
  inWorkspace: ComposePlace,
  { workspace, target, isRemote }: DeployFolders,
  named: NamedFiles,
  signal: AbortSignal,
): Promise<{ place: ComposePlace; yaml: string }> {
  if (target !== undefined) {
    const place = { ...inWorkspace, folder: target };
    // Older programs want the folders of builds to be there, which come with the deploy.
    const yaml = await ifReadable(compose.config(place, signal));
    if (yaml !== undefined) return { place, yaml };
  }
  const missing = await onlyInTarget(
    [...named.ofService.values()].flat(),
    workspace,
    isRemote ? undefined : target,
  );
  const folders: string[] = [];
  try {
    const folder = missing.length > 0 ? await overlay(workspace, target, missing) : workspace;
    if (folder !== workspace) folders.push(folder);
    const place = {
      ...inWorkspace,
      folder,
      file: path.join(folder, path.relative(workspace, inWorkspace.file)),
    };
    // Which variables another host has is not known; it will be those of the workspace, more or less.
    if (isRemote) return { place, yaml: await compose.config(place, signal) };
    let variables = path.join(target ?? '', '.env');
    if (target === undefined || (await readText(target, '.env')) === undefined) {
      // The workspace's own are not sent.
      const none = await fs.mkdtemp(path.join(os.tmpdir(), 'seaworthy-no-variables-'));
      folders.push(none);
      variables = path.join(none, 'env');
      await fs.writeFile(variables, '');
    }
    return { place, yaml: await compose.config({ ...place, variables }, signal) };
  } finally {
    for (const folder of folders) await fs.rm(folder, { recursive: true, force: true });
  }
}

/** Undefined where Compose can't read a file: that the target's is broken is no reason not to deploy a better one. */
export async function ifReadable<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
