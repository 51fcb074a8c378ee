import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { hasCode, messageOf, UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { ProjectConfig } from '../fleet/projects';
import { formatTarget, projectNameFor } from './project';
import type { ConfigProblem, DeployEnvironment, DeployProject } from './project';
import { CONFIG_FILE, readProjectTexts, SEED_FILE } from './projectFiles';
import type { ReadProjects } from './projectFiles';

const MAX_BYTES = 1_000_000;

/** What `folder` says of its projects. Rejects with a `UserError` for a file that is there and can't be read. */
export async function loadProjects(folder: string): Promise<ReadProjects> {
  const [config, seed] = await Promise.all([readText(folder, CONFIG_FILE), readText(folder, SEED_FILE)]);
  return readProjectTexts({ config, seed }, folder);
}

/** The text of a file of `folder`; undefined when there is none. Rejects with a `UserError` when it can't be read. */
export async function readText(folder: string, name: string): Promise<string | undefined> {
  const file = path.join(folder, name);
  try {
    const stats = await fs.stat(file);
    if (!stats.isFile()) throw new Error(t('not a regular file'));
    if (stats.size > MAX_BYTES) throw new Error(t('larger than {0} bytes', MAX_BYTES));
    return await fs.readFile(file, 'utf8');
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw new UserError(t('{0} can not be read: {1}', file, messageOf(error)));
  }
}

/** `seaworthy.json:4: projects.shop: needs ...`, a line each. */
export function problemsText(problems: readonly ConfigProblem[]): string {
  return problems.map(({ file, line, message }) => `${file}:${line}: ${oneLine(message, 400)}`).join('\n');
}

/**
 * The projects as the containers are shown by them: one for each environment where there are several, as each has
 * containers of its own.
 */
export function fleetConfigs(projects: readonly DeployProject[]): ProjectConfig[] {
  return projects.flatMap((project): ProjectConfig[] => {
    const [first, ...others] = project.environments;
    if (!first) return [toConfig(project, project.name, undefined)];
    if (others.length === 0) return [toConfig(project, project.name, first)];
    return project.environments.map((each) => toConfig(project, `${project.name}/${each.name}`, each));
  });
}

function toConfig(
  project: DeployProject,
  name: string,
  environment: DeployEnvironment | undefined,
): ProjectConfig {
  const { composeProject, containers, primaryContainer } = environment ?? project;
  return {
    name,
    composeProject: composeProject ?? (environment && projectNameFor(environment.target.path)),
    containers,
    primaryContainer,
    workspacePath: project.workspacePath,
    productionPath: environment?.isProduction ? formatTarget(environment.target) : undefined,
  };
}
