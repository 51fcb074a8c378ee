import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import { findComposeFile } from './compose';
import { problemsText } from './loadProjects';
import type { DeployEnvironment, DeployProject } from './project';
import { CONFIG_FILE } from './projectFiles';
import type { ReadProjects } from './projectFiles';

/** One project and where it goes. */
export interface Chosen {
  project: DeployProject;
  environment: DeployEnvironment;
}

/**
 * What `PROJECT/ENVIRONMENT`, `PROJECT` or nothing means in a folder. Rejects with a `UserError` that names what there is when
 * it is not clear, or when what is written down has something wrong in it.
 */
export async function chooseEnvironment(
  { projects, problems }: ReadProjects,
  wanted: string | undefined,
  folder: string,
): Promise<Chosen> {
  if (problems.length > 0) throw new UserError(problemsText(problems), t('Mend this first.'));
  const [projectName, environmentName] = wanted?.split('/') ?? [];
  const project = oneOf(projects, projectName);
  if (project === undefined) {
    if (projects.length === 0) throw await nothingWritten(folder);
    const names = projects.map(({ name }) => name);
    throw new UserError(projectNotClear(projectName, listed(names)), t('Name one.'));
  }
  const { environments } = project;
  if (environments.length === 0)
    throw new UserError(
      t('{0} has no environment', oneLine(project.name, 100)),
      t('Add one to {0}: "environments": { "production": { "path": "/srv/NAME" } }', CONFIG_FILE),
    );
  const environment = oneOf(environments, environmentName);
  if (environment) return { project, environment };
  const names = environments.map(({ name }) => `${project.name}/${name}`);
  throw new UserError(environmentNotClear(environmentName, listed(names)), t('Name one.'));
}

function oneOf<T extends { name: string }>(all: readonly T[], name: string | undefined): T | undefined {
  if (name !== undefined) return all.find((each) => each.name === name);
  return all.length === 1 ? all[0] : undefined;
}

function listed(names: readonly string[]): string {
  return names.map((each) => oneLine(each, 100)).join(', ');
}

function projectNotClear(name: string | undefined, there: string): string {
  return name === undefined
    ? t('There are several projects: {0}', there)
    : t('There is no project "{0}"; there are {1}', oneLine(name, 100), there);
}

function environmentNotClear(name: string | undefined, there: string): string {
  return name === undefined
    ? t('There are several environments: {0}', there)
    : t('There is no environment "{0}"; there are {1}', oneLine(name, 100), there);
}

/** With the file to write: what is known goes in, where to deploy to is for the user to say. */
async function nothingWritten(folder: string): Promise<UserError> {
  const file = await findComposeFile(folder, undefined);
  return new UserError(
    file === undefined
      ? t('No project is written down in {0}; there is no Compose file either', folder)
      : t('No project is written down in {0}; there is {1}, which could be deployed', folder, file),
    t(
      'Write {0}: { "projects": { "NAME": { "environments": { "production": { "path": "/srv/NAME" } } } } }',
      CONFIG_FILE,
    ),
  );
}
