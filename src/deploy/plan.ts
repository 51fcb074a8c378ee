import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { hasCode, UserError } from '../base/errors';
import { matchesGlob } from '../base/glob';
import { relativeInside } from '../base/paths';
import type { EngineConnection } from '../engine/connection';
import { buildInputsOf } from './buildInputs';
import type { DeployFolders } from './buildInputs';
import { readDeployed } from './deployed';
import { dataPaths, filtersOf } from './filters';
import { interruptionOf, warningsOf } from './foresight';
import { formatTarget } from './project';
import type { DeployEnvironment, DeployProject } from './project';
import { planFiles } from './rsync';
import type { FileChanges } from './rsync';
import { scanSecrets } from './secretScan';
import type { FoundSecret } from '../base/secretText';
import { planServices } from './services';
import type { ServicePlan } from './services';
import { readStack } from './stack';

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
  const folders = await foldersOf(project, environment);
  const { workspace } = folders;
  onStep('reading the Compose file');
  const stack = await readStack(environment, folders, engine, signal);
  onStep('comparing the files');
  const data = await dataPaths(stack.services, folders);
  const files = await compareFiles(environment, folders, data, signal);
  const touched = [...files.added, ...files.changed, ...files.deleted];
  onStep('looking at the services');
  const before = await stack.before(touched);
  const deployed = await readDeployed(engine, stack.services, stack.project, signal);
  const services = planServices({
    ...stack,
    before,
    hashes: await stack.hashes(),
    deployed: deployed.services,
    inputs: await buildInputsOf(stack.services, files, folders, signal),
    touched,
    folder: folders.configured,
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

async function compareFiles(
  environment: DeployEnvironment,
  { workspace, target, isRemote }: DeployFolders,
  data: readonly string[],
  signal: AbortSignal,
): Promise<FileChanges> {
  const filters = filtersOf(environment, data);
  if (isRemote) return planFiles(workspace, environment.target, filters, signal);
  if (target !== undefined) return planFiles(workspace, { kind: 'local', path: target }, filters, signal);
  // rsync does not compare with a folder in a folder that is missing.
  const empty = await fs.mkdtemp(path.join(os.tmpdir(), 'seaworthy-empty-'));
  try {
    return await planFiles(workspace, { kind: 'local', path: empty }, filters, signal);
  } finally {
    await fs.rm(empty, { recursive: true, force: true });
  }
}

async function foldersOf(
  { workspacePath }: DeployProject,
  { target, name }: DeployEnvironment,
): Promise<DeployFolders> {
  const workspace = await realWorkspace(workspacePath);
  if (target.kind === 'remote')
    return { workspace, configured: target.path, target: undefined, isRemote: true };
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
  return { workspace, configured: real, target: (await isFolder(real)) ? real : undefined, isRemote: false };
}

async function realWorkspace(folder: string): Promise<string> {
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
