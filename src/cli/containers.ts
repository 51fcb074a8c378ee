import * as readline from 'node:readline/promises';
import { pathToFileURL } from 'node:url';
import { App } from '../app';
import { messageOf, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { plainText } from '../base/text';
import { fleetConfigs, loadProjects, problemsText } from '../deploy/loadProjects';
import type { EngineConnection } from '../engine/connection';
import { loadContainers } from '../fleet/loadContainers';
import { mergedTails } from '../fleet/mergedTails';
import { projectNamed, projectsOf } from '../fleet/projects';
import type { FleetProject, ProjectConfig } from '../fleet/projects';
import { planRestart } from '../fleet/restart';
import { allRestarted, planText, restartReport, restartSummary } from '../fleet/restartText';
import { runRestart } from '../fleet/runRestart';
import type { RestartResult } from '../fleet/runRestart';
import { measureProjects, statsText } from '../fleet/statsReport';
import { statusReport, statusText } from '../fleet/status';
import { defaultSettings } from '../settings';
import { followLogs } from './followLogs';
import { stateFolder } from './stateFolder';
import { existingFolder, UsageError } from './usage';
import type { Surroundings } from './surroundings';

export interface ContainersArguments {
  containersAction: 'status' | 'stats' | 'logs' | 'restart';
  project: string | undefined;
  /** Services or containers of the project; all when empty. */
  named: readonly string[];
  json: boolean;
  yes: boolean;
  tail: number;
  follow: boolean;
  workspace: string;
  storage: string | undefined;
}

interface ContainersOptions {
  json?: boolean | undefined;
  yes?: boolean | undefined;
  tail?: string | undefined;
  follow?: boolean | undefined;
  workspace?: string | undefined;
  storage?: string | undefined;
}

const EXIT = { good: 0, failed: 1, noEngine: 2 };
const MAX_TAIL = 100_000;

export function parseContainersArguments(
  words: readonly string[],
  options: ContainersOptions,
): ContainersArguments {
  const [action, project, ...named] = words;
  if (action !== 'status' && action !== 'stats' && action !== 'logs' && action !== 'restart')
    throw new UsageError('containers needs one of: status, stats, logs, restart');
  if (action !== 'restart' && named.length > 0)
    throw new UsageError(`containers ${action} takes one project`);
  const tail = Number(options.tail ?? 50);
  if (!Number.isInteger(tail) || tail < 1 || tail > MAX_TAIL)
    throw new UsageError(`--tail: a number from 1 to ${MAX_TAIL}`);
  return {
    containersAction: action,
    project,
    named,
    json: options.json ?? false,
    yes: options.yes ?? false,
    tail,
    follow: options.follow ?? false,
    workspace:
      options.workspace === undefined ? process.cwd() : existingFolder('--workspace', options.workspace),
    storage: options.storage === undefined ? undefined : existingFolder('--storage', options.storage),
  };
}

/** Resolves to the exit status. */
export async function runContainers(wanted: ContainersArguments, around: Surroundings): Promise<number> {
  const { distDirectory, logger, signal } = around;
  const app = new App({
    distDirectory,
    storageDirectory: wanted.storage ?? stateFolder(),
    operationsFolder: () => pathToFileURL(wanted.workspace).href,
    settings: () => defaultSettings,
    logger,
  });
  try {
    const engine = await app.connectEngine(signal);
    const configs = await readConfigs(wanted.workspace, logger);
    const all = projectsOf(await loadContainers(engine, signal), configs);
    const projects = wanted.project === undefined ? all : [findProject(all, wanted.project)];
    switch (wanted.containersAction) {
      case 'status':
        return await status(projects, wanted, around);
      case 'stats': {
        const report = await measureProjects(engine, projects, signal);
        await around.print(wanted.json ? JSON.stringify(report, undefined, 2) : statsText(report).trimEnd());
        return EXIT.good;
      }
      case 'logs':
        return await logs(app, engine, projects, wanted, around);
      case 'restart':
        return await restart(app, engine, projects, wanted, around);
    }
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`seaworthy: ${messageOf(error)}\n${error.nextStep ? `${error.nextStep}\n` : ''}`);
    return EXIT.noEngine;
  } finally {
    await app.dispose();
  }
}

async function readConfigs(workspace: string, logger: Logger): Promise<ProjectConfig[]> {
  const { projects, problems } = await loadProjects(workspace);
  if (problems.length > 0) logger.warn(problemsText(problems.slice(0, 1)));
  return fleetConfigs(projects);
}

/** Throws `UsageError` where there is none. */
function findProject(projects: readonly FleetProject[], name: string): FleetProject {
  const found = projectNamed(projects, name);
  if (found) return found;
  const names = projects.map((project) => project.name).filter((each) => each !== '');
  throw new UsageError(
    `no project or container is called "${name}"${names.length > 0 ? `; the projects are ${names.join(', ')}` : ''}`,
  );
}

async function status(
  projects: readonly FleetProject[],
  { json }: ContainersArguments,
  { print }: Surroundings,
): Promise<number> {
  const now = Date.now();
  await print(
    json ? JSON.stringify(statusReport(projects, now), undefined, 2) : statusText(projects, now).trimEnd(),
  );
  return EXIT.good;
}

async function logs(
  app: App,
  engine: EngineConnection,
  projects: readonly FleetProject[],
  { json, tail, project, follow }: ContainersArguments,
  { print, signal }: Surroundings,
): Promise<number> {
  if (project === undefined) throw new UsageError('containers logs needs a project or a container');
  const containers = projects.flatMap((each) => each.containers);
  if (follow) {
    const [{ list } = { list: undefined }] = app.engines();
    if (list) await followLogs(list, containers, { json, tail }, print, signal);
    return EXIT.good;
  }
  const lines = await mergedTails(engine, containers, tail, signal);
  if (json) await print(JSON.stringify({ lines }, undefined, 2));
  else {
    const prefix = (name: string): string => (containers.length > 1 ? `${name} | ` : '');
    const text = lines.map((line) => `${line.time} ${prefix(line.container)}${plainText(line.text)}`);
    if (text.length > 0) await print(text.join('\n'));
  }
  return EXIT.good;
}

async function restart(
  app: App,
  engine: EngineConnection,
  [project]: readonly FleetProject[],
  wanted: ContainersArguments,
  { print, signal }: Surroundings,
): Promise<number> {
  if (wanted.project === undefined || !project) throw new UsageError('containers restart needs a project');
  const isOne = project.name !== wanted.project;
  const plan = planRestart(project, isOne ? [wanted.project] : wanted.named);
  if (plan.steps.length === 0)
    throw new UserError(`Nothing of ${wanted.project} is to be restarted.\n${planText(plan)}`);
  if (!wanted.yes) await askForYes(`Restart of ${wanted.project}:\n${planText(plan)}\n`);
  const results = await runRestart(engine, plan, app.operator, {
    signal,
    onStep: ({ name }, index, total) => {
      process.stderr.write(`restarting ${plainText(name)} (${index} of ${total})\n`);
    },
  });
  await print(
    wanted.json
      ? JSON.stringify(resultJson(wanted.project, results), undefined, 2)
      : restartReport(wanted.project, results).trimEnd(),
  );
  return allRestarted(results) ? EXIT.good : EXIT.failed;
}

async function askForYes(plan: string): Promise<void> {
  if (!process.stdin.isTTY) throw new UsageError('a restart asks first; --yes answers without a terminal');
  const lines = readline.createInterface({ input: process.stdin, output: process.stderr });
  try {
    process.stderr.write(plan);
    const answer = await lines.question('Type yes to go on: ');
    if (answer.trim() !== 'yes') throw new UsageError('nothing was restarted');
  } finally {
    lines.close();
  }
}

function resultJson(project: string, results: readonly RestartResult[]) {
  return {
    project,
    summary: restartSummary(project, results),
    results: results.map(({ container, ...result }) => ({ container: container.name, ...result })),
  };
}
