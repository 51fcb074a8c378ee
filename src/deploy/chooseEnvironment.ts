import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
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
  if (problems.length > 0) throw new UserError(problemsText(problems), 'Mend this first.');
  const [projectName, environmentName] = wanted?.split('/') ?? [];
  const project = oneOf(projects, projectName);
  if (project === undefined) {
    if (projects.length === 0) throw await nothingWritten(folder);
    const names = projects.map(({ name }) => name);
    throw new UserError(notClear('project', projectName, names), 'Name one.');
  }
  const { environments } = project;
  if (environments.length === 0)
    throw new UserError(
      `${oneLine(project.name, 100)} has no environment`,
      `Add one to ${CONFIG_FILE}: "environments": { "production": { "path": "/srv/NAME" } }`,
    );
  const environment = oneOf(environments, environmentName);
  if (environment) return { project, environment };
  const names = environments.map(({ name }) => `${project.name}/${name}`);
  throw new UserError(notClear('environment', environmentName, names), 'Name one.');
}

function oneOf<T extends { name: string }>(all: readonly T[], name: string | undefined): T | undefined {
  if (name !== undefined) return all.find((each) => each.name === name);
  return all.length === 1 ? all[0] : undefined;
}

function notClear(kind: string, name: string | undefined, names: readonly string[]): string {
  const there = names.map((each) => oneLine(each, 100)).join(', ');
  return name === undefined
    ? `There are several ${kind}s: ${there}`
    : `There is no ${kind} "${oneLine(name, 100)}"; there are ${there}`;
}

/** With the file to write: what is known goes in, where to deploy to is for the user to say. */
async function nothingWritten(folder: string): Promise<UserError> {
  const file = await findComposeFile(folder, undefined);
  const found = file === undefined ? 'no Compose file either' : `${file}, which could be deployed`;
  return new UserError(
    `No project is written down in ${folder}; there is ${found}`,
    `Write ${CONFIG_FILE}: { "projects": { "NAME": { "environments": { "production": { "path": "/srv/NAME" } } } } }`,
  );
}
