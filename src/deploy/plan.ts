import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';
import { hasCode, UserError } from '../base/errors';
import { matchesGlob } from '../base/glob';
import { realPath, relativeInside } from '../base/paths';
import type { EngineConnection } from '../engine/connection';
import { buildInputsOf } from './buildInputs';
import type { Build, Builds, DeployFolders } from './buildInputs';
import type { ComposeService } from './composeConfig';
import { compareConfigurations } from './configuration';
import type { Configurations } from './configuration';
import { readDeployed } from './deployed';
import type { Deployed } from './deployed';
import { dataPaths, filtersOf } from './filters';
import type { Filter } from './filters';
import { interruptionOf, warningsOf } from './foresight';
import { formatTarget } from './project';
import type { DeployEnvironment, DeployProject } from './project';
import { planFiles } from './rsync';
import type { FileChanges } from './rsync';
import { scanSecrets } from './secretScan';
import type { FoundSecret } from '../base/secretText';
import { t } from '../base/texts';
import { planServices } from './services';
import type { ServicePlan } from './services';
import { ReleaseFolder } from './ship/releaseFolder';
import { readStack } from './stack';
import type { Stack } from './stack';

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

/** What is deployed instead of the workspace as it is. */
export interface DeploySource {
  /** Absolute; its files are what the workspace's would be. */
  folder: string;
  /** By service, the id of the image it is to run. */
  images: ReadonlyMap<string, string>;
}

/** A plan, and what carrying it out needs to know. */
export interface PreparedDeploy {
  plan: DeployPlan;
  filters: readonly Filter[];
  folders: DeployFolders;
  stack: Stack;
  /** The services as the target has them now; undefined when it has none, or can't be looked at. */
  before: readonly ComposeService[] | undefined;
  deployed: Deployed;
}

export interface PlanOptions {
  signal: AbortSignal;
  /** Told what is being done, in a few words. */
  onStep?: (step: string) => void;
  source?: DeploySource | undefined;
}

/**
 * Looks at the workspace, the target and the engine; changes none of them. Rejects with a `UserError` in words for what keeps a
 * plan from being made, and with what the engine's connection rejects with.
 */
export async function planDeploy(
  project: DeployProject,
  environment: DeployEnvironment,
  engine: EngineConnection,
  options: PlanOptions,
): Promise<DeployPlan> {
  return (await prepareDeploy(project, environment, engine, options)).plan;
}

/** As `planDeploy`. */
export async function prepareDeploy(
  project: DeployProject,
  environment: DeployEnvironment,
  engine: EngineConnection,
  { signal, source, onStep = () => undefined }: PlanOptions,
): Promise<PreparedDeploy> {
  const folders = await foldersOf(source?.folder ?? project.workspacePath, environment);
  const { workspace } = folders;
  onStep(t('reading the Compose file'));
  const stack = await readStack(environment, folders, engine, signal);
  onStep(t('comparing the files'));
  const filters = filtersOf(environment, await dataPaths(stack.services, folders));
  const files = await compareFiles(environment, folders, filters, signal);
  const touched = [...files.added, ...files.changed, ...files.deleted];
  onStep(t('looking at the services'));
  const before = await stack.before(touched);
  const deployed = await readDeployed(engine, stack, signal);
  const services = planServices({
    ...stack,
    before,
    configurations: await compareConfigurations(stack, deployed, await configurationsOf(environment)),
    deployed: deployed.services,
    inputs: await buildInputsOf(
      stack.services,
      files,
      folders,
      await buildsOf(environment, folders, deployed),
      signal,
    ),
    touched,
    folder: folders.configured,
    images: source?.images,
  });
  onStep(t('looking for secrets'));
  const isAllowed = (file: string): boolean =>
    environment.allowSecrets.some((pattern) => matchesGlob(pattern, file));
  // What a release holds has been deployed before.
  const sent = source === undefined ? [...files.added, ...files.changed] : [];
  const foreseen = { services: stack.services, before, plans: services, deployed };
  const plan: DeployPlan = {
    project: project.name,
    environment: environment.name,
    isProduction: environment.isProduction,
    workspace,
    target: formatTarget(environment.target),
    files,
    services,
    interruption: interruptionOf(foreseen),
    warnings: warningsOf(foreseen),
    secrets: await scanSecrets(workspace, sent, isAllowed, signal),
  };
  return { plan, filters, folders, stack, before, deployed };
}

/** None are kept of what another host has, as Compose is not asked there. */
async function configurationsOf({ target }: DeployEnvironment): Promise<Configurations> {
  return target.kind === 'remote' ? new Map() : (await ReleaseFolder.of(target)).configurations();
}

async function buildsOf(
  environment: DeployEnvironment,
  { isRemote }: DeployFolders,
  deployed: Deployed,
): Promise<Builds> {
  const images = [...deployed.services].flatMap(([name, { image }]): [string, string][] =>
    image ? [[name, image.id]] : [],
  );
  const known = isRemote
    ? new Map<string, Build>()
    : await (await ReleaseFolder.of(environment.target)).builds();
  return { known, images: new Map(images), more: environment.buildInputs };
}

async function compareFiles(
  environment: DeployEnvironment,
  { workspace, target, isRemote }: DeployFolders,
  filters: readonly Filter[],
  signal: AbortSignal,
): Promise<FileChanges> {
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

async function foldersOf(workspacePath: string, { target, name }: DeployEnvironment): Promise<DeployFolders> {
  const workspace = await realWorkspace(workspacePath);
  if (target.kind === 'remote')
    return { workspace, configured: target.path, target: undefined, isRemote: true };
  const real = await realPath(target.path);
  if (real === workspace || relativeInside(workspace, real) !== undefined)
    throw new UserError(
      t('The path of {0}, {1}, is in the workspace {2}', name, target.path, workspace),
      t('A deploy would copy it into itself: choose a folder outside of it.'),
    );
  if (relativeInside(real, workspace) !== undefined)
    throw new UserError(
      t('The path of {0}, {1}, holds the workspace {2}', name, target.path, workspace),
      t('A deploy would delete the workspace: choose another folder.'),
    );
  return { workspace, configured: real, target: (await isFolder(real)) ? real : undefined, isRemote: false };
}

async function realWorkspace(folder: string): Promise<string> {
  if (await isFolder(folder)) return fs.realpath(folder);
  throw new UserError(
    t('The workspace {0} does not exist', folder),
    t('Mend "workspace" in seaworthy.json.'),
  );
}

async function isFolder(folder: string): Promise<boolean> {
  try {
    const stats = await fs.stat(folder);
    if (stats.isDirectory()) return true;
    throw new UserError(t('{0} is no folder', folder));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false;
    throw error;
  }
}
