import * as path from 'node:path';
import { UserError } from '../base/errors';
import { t } from '../base/texts';
import { problemsText } from './loadProjects';
import { formatTarget } from './project';
import type { DeployProject } from './project';
import { readProjectTexts, SEED_FILE } from './projectFiles';
import type { ProjectTexts } from './projectFiles';

/** What a conversion comes to. */
export interface Converted {
  /** The new text of `seaworthy.json`. */
  text: string;
  /** Names of projects. */
  added: string[];
  /** Those that `seaworthy.json` had already; they stay as they are. */
  kept: string[];
}

/**
 * The projects of `.scar-projects.json` written into `seaworthy.json`, whose other content stays. Throws a `UserError` when
 * there is nothing to convert, or when one of the files has something wrong in it: it would get lost.
 */
export function convertSeed({ config, seed }: ProjectTexts, folder: string): Converted {
  if (seed === undefined) throw new UserError(t('There is no {0} in {1}', SEED_FILE, folder));
  const [before, added] = [
    readProjectTexts({ config, seed: undefined }, folder),
    readProjectTexts({ config: undefined, seed }, folder),
  ];
  const problems = [...before.problems, ...added.problems];
  if (problems.length > 0)
    throw new UserError(`${t('Nothing was converted:')}\n${problemsText(problems)}`, t('Mend this first.'));
  const names = new Set(before.projects.map(({ name }) => name));
  const fresh = added.projects.filter(({ name }) => !names.has(name));
  const content = config === undefined ? {} : (JSON.parse(config) as Record<string, unknown>);
  const projects = {
    ...(content['projects'] as Record<string, unknown> | undefined),
    ...Object.fromEntries(fresh.map((project) => [project.name, written(project, folder)])),
  };
  return {
    text: `${JSON.stringify({ ...content, projects }, undefined, 2)}\n`,
    added: fresh.map(({ name }) => name),
    kept: added.projects.map(({ name }) => name).filter((name) => names.has(name)),
  };
}

/** Keys without a value are left out by `JSON.stringify`. */
function written(project: DeployProject, folder: string): unknown {
  const { composeProject, containers, primaryContainer, workspacePath } = project;
  return {
    workspace: path.relative(folder, workspacePath) === '' ? undefined : workspacePath,
    composeProject,
    containers: containers.length > 0 ? containers : undefined,
    primaryContainer,
    environments: Object.fromEntries(
      project.environments.map(({ name, target }) => [name, { path: formatTarget(target) }]),
    ),
  };
}
