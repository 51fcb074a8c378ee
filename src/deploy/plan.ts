import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { hasCode, UserError } from '../base/errors';
import { matchesGlob } from '../base/glob';
import { relativeInside } from '../base/paths';
import type { EngineConnection } from '../engine/connection';
import { buildInputsOf } from './buildInputs';
import type { DeployFolders } from './buildInputs';
import { Compose, composeProjectOf, findComposeFile } from './compose';
import { readComposeConfig, readNamedFiles } from './composeConfig';
import type { ComposeService } from './composeConfig';
import { readDeployed } from './deployed';
import { dataPaths, filtersOf } from './filters';
import { interruptionOf, warningsOf } from './foresight';
import { readText } from './loadProjects';
import { formatTarget } from './project';
import type { DeployEnvironment, DeployProject } from './project';
import { planFiles } from './rsync';
import type { FileChanges } from './rsync';
import { scanSecrets } from './secretScan';
import type { FoundSecret } from './secretScan';
import { planServices } from './services';
import type { ServicePlan } from './services';

/** What a deploy would do, before anything is touched. */
export interface DeployPlan {
  project: string;
  environment: string;
  isProduction: boolean;
  workspace: string;
  /** A path, or `user@host:/path`. */
  target: string;
  files: FileChanges;
  services: readonly ServicePlan[];
  /** Sentences; none when nothing that runs is interrupted. */
  interruption: readonly string[];
  /** Sentences about what a user should know before. */
  warnings: readonly string[];
  /** Any of them stops the deploy. */
  secrets: readonly FoundSecret[];
}

export interface PlanOptions {
  signal: AbortSignal;
  /** Told what is being done, in a few words. */
  onStep?: (step: string) => void;
}

/**
 * Looks at the workspace, the target and the engine; changes none of them. Rejects with a `UserError` in words for what keeps a
 * plan from being made, and with what the engine's connection rejects with.
 */
export async function planDeploy(
  project: DeployProject,
  environment: DeployEnvironment,
  engine: EngineConnection,
  { signal, onStep = () => undefined }: PlanOptions,
): Promise<DeployPlan> {
  const workspace = await existingFolder(project.workspacePath);
  const target = await localTarget(environment, workspace);
  onStep('reading the Compose file');
  const stack = await readStack(environment, { workspace, target }, engine, signal);
  onStep('comparing the files');
  const data = await dataPaths(stack.services, stack.folders);
  const files = await compareFiles(environment, workspace, data, signal);
  const touched = [...files.added, ...files.changed, ...files.deleted];
  onStep('looking at the services');
  const before = await stack.before(touched);
  const deployed = await readDeployed(engine, stack.services, stack.project, signal);
  const services = planServices({
    ...stack,
    before,
    hashes: await stack.hashes(),
    deployed: deployed.services,
    inputs: await buildInputsOf(stack.services, files, stack.folders, signal),
    touched,
    folder: stack.folders.configured,
  });
  onStep('looking for secrets');
  const isAllowed = (file: string): boolean =>
    environment.allowSecrets.some((pattern) => matchesGlob(pattern, file));
  const foreseen = { services: stack.services, before, plans: services, deployed };
  return {
    project: project.name,
    environment: environment.name,
    isProduction: environment.isProduction,
    workspace,
    target: formatTarget(environment.target),
    files,
    services,
    interruption: interruptionOf(foreseen),
    warnings: warningsOf(foreseen),
    secrets: await scanSecrets(workspace, [...files.added, ...files.changed], isAllowed, signal),
  };
}

/** What Compose makes of the workspace's file where it would lie in the target. */
interface Stack {
  services: readonly ComposeService[];
  named: ReturnType<typeof readNamedFiles>;
  composeFile: string;
  project: string;
  folders: DeployFolders;
  /** The services as the target has them now. */
  before(touched: readonly string[]): Promise<readonly ComposeService[] | undefined>;
  hashes(): Promise<ReadonlyMap<string, string>>;
}

async function readStack(
  environment: DeployEnvironment,
  { workspace, target }: { workspace: string; target: string | undefined },
  engine: EngineConnection,
  signal: AbortSignal,
): Promise<Stack> {
  // What another host has can't be given to Compose here: paths are those of the workspace then.
  const configured = target ?? workspace;
  const folders = { workspace, configured, target };
  const composeFile = await findComposeFile(workspace, environment.composeFile);
  const nameFolder = target ?? environment.target.path;
  const project = environment.composeProject ?? (await composeProjectOf(nameFolder));
  if (composeFile === undefined)
    throw new UserError(
      `There is no Compose file in ${workspace}`,
      'Write one, or name it as "composeFile" in seaworthy.json.',
    );
  const compose = await Compose.find(engine.address, signal);
  const place = { file: path.join(workspace, composeFile), folder: configured, project };
  const services = readComposeConfig(await compose.config(place, signal));
  const named = readNamedFiles((await readText(workspace, composeFile)) ?? '');
  const before = async (touched: readonly string[]): Promise<readonly ComposeService[] | undefined> => {
    if (target === undefined) return undefined;
    if (!touched.includes(composeFile)) return services;
    const file = path.join(target, composeFile);
    if ((await readText(target, composeFile)) === undefined) return undefined;
    // A file that Compose could not read before is no reason not to deploy a better one.
    const yaml = await compose.config({ ...place, file }, signal).catch((error: unknown) => {
      if (error instanceof UserError) return undefined;
      throw error;
    });
    return yaml === undefined ? undefined : readComposeConfig(yaml);
  };
  const hashes = async (): Promise<ReadonlyMap<string, string>> =>
    target === undefined ? new Map() : compose.hashes(place, signal);
  return { services, named, composeFile, project, folders, before, hashes };
}

async function compareFiles(
  environment: DeployEnvironment,
  workspace: string,
  data: readonly string[],
  signal: AbortSignal,
): Promise<FileChanges> {
  const filters = filtersOf(environment, data);
  const { target } = environment;
  if (target.kind === 'remote' || (await isFolder(target.path)))
    return planFiles(workspace, target, filters, signal);
  // rsync does not compare with a folder in a folder that is missing.
  const empty = await fs.mkdtemp(path.join(os.tmpdir(), 'seaworthy-empty-'));
  try {
    return await planFiles(workspace, { kind: 'local', path: empty }, filters, signal);
  } finally {
    await fs.rm(empty, { recursive: true, force: true });
  }
}

/** The real path of the target where it is on this machine, itself if it does not exist yet. */
async function localTarget(
  { target, name }: DeployEnvironment,
  workspace: string,
): Promise<string | undefined> {
  if (target.kind === 'remote') return undefined;
  const real = await realPath(target.path);
  if (real === workspace || relativeInside(workspace, real) !== undefined)
    throw new UserError(
      `The path of ${name}, ${target.path}, is in the workspace ${workspace}`,
      'A deploy would copy it into itself: choose a folder outside of it.',
    );
  if (relativeInside(real, workspace) !== undefined)
    throw new UserError(
      `The path of ${name}, ${target.path}, holds the workspace ${workspace}`,
      'A deploy would delete the workspace: choose another folder.',
    );
  return real;
}

async function existingFolder(folder: string): Promise<string> {
  if (await isFolder(folder)) return fs.realpath(folder);
  throw new UserError(`The workspace ${folder} does not exist`, 'Mend "workspace" in seaworthy.json.');
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    const stats = await fs.stat(folder);
    if (stats.isDirectory()) return true;
    throw new UserError(`${folder} is no folder`);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Of what does not exist, the real path of what does, and the rest. */
async function realPath(file: string): Promise<string> {
  try {
    return await fs.realpath(file);
  } catch (error) {
    if (!hasCode(error, 'ENOENT') || path.dirname(file) === file) throw error;
    return path.join(await realPath(path.dirname(file)), path.basename(file));
  }
}
