import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { fleetConfigs, loadProjects } from '../deploy/loadProjects';
import type { EngineConnection } from '../engine/connection';
import { loadContainers } from '../fleet/loadContainers';
import { mergedTails } from '../fleet/mergedTails';
import { projectNamed, projectsOf } from '../fleet/projects';
import type { FleetProject } from '../fleet/projects';
import { planRestart } from '../fleet/restart';
import type { RestartPlan } from '../fleet/restart';
import { allRestarted, planText, restartReport } from '../fleet/restartText';
import { runRestart } from '../fleet/runRestart';
import { statusText } from '../fleet/status';
import { asMaterial } from './properties';
import { outputWithoutSecrets } from '../base/secretText';
import { t } from '../base/texts';
import type { Tool, ToolCall, ToolHost } from './tool';

const MAX_NAME = 300;
const PROJECT = { type: 'string', maxLength: MAX_NAME } as const;
const LINES = 100;
const MAX_LINES = 1000;

interface ProjectInput {
  project?: string;
}

export const containersStatus: Tool<ProjectInput> = {
  name: 'containers_status',
  title: () => t('Show the State of Containers'),
  description:
    'Lists the containers of this machine by project (Docker Compose or as configured): whether they run, since when, their health, image and ports. Use it to see what runs before you look at logs, or after a deploy. Changes nothing.',
  inputSchema: {
    type: 'object',
    properties: {
      project: { ...PROJECT, description: 'Name of a project or a container; all when left out.' },
    },
    additionalProperties: false,
  },
  isReadOnly: true,
  run: async ({ project }, host, call) => {
    const { projects } = await projectsNow(host, call);
    const wanted = project === undefined ? projects : [named(projects, project)];
    const isNothing = wanted.every(({ containers, missing }) => containers.length + missing.length === 0);
    return isNothing ? t('There is no container on this machine.') : statusText(wanted, Date.now());
  },
};

interface LogsInput {
  project: string;
  lines?: number;
}

export const containerLogs: Tool<LogsInput> = {
  name: 'container_logs',
  title: () => t('Read the Logs of Containers'),
  description:
    'Gives the last lines that a container, or all containers of a project, have printed, in the order of time. What looks like a password or key is left out. Use it when a container is unhealthy, restarts, or a request to it fails. Changes nothing.',
  inputSchema: {
    type: 'object',
    properties: {
      project: {
        ...PROJECT,
        description: 'Name of a project or of one container, as containers_status shows it.',
      },
      lines: {
        type: 'integer',
        minimum: 1,
        maximum: MAX_LINES,
        description: `Lines of each container; ${LINES} when left out.`,
      },
    },
    required: ['project'],
    additionalProperties: false,
  },
  isReadOnly: true,
  run: async ({ project, lines = LINES }, host, call) => {
    const { engine, projects } = await projectsNow(host, call);
    const { containers } = named(projects, project);
    const tail = await mergedTails(engine, containers, lines, call.signal);
    if (tail.length === 0) return t('{0} has printed nothing.', oneLine(project, MAX_NAME));
    const prefix = (name: string): string => (containers.length > 1 ? `${name} | ` : '');
    const at = (time: string): string => (call.isForPerson ? timeOfDay(time) : time);
    const texts = tail.map(({ time, container, text }) => `${at(time)} ${prefix(container)}${text}`);
    const shown = outputWithoutSecrets(newestThatFit(texts).join('\n'));
    return asMaterial(t('programs in containers'), shown, call);
  },
};

interface RestartInput {
  project: string;
  services?: string[];
}

export const restartProject: Tool<RestartInput> = {
  name: 'restart_project',
  title: () => t('Restart Containers'),
  description:
    'Restarts the containers of a project, databases left alone unless they are named, and tells how each came up. The user is asked first and can say no; then do not ask again. Use it only when the user wants a restart or agrees that one is needed.',
  inputSchema: {
    type: 'object',
    properties: {
      project: { ...PROJECT, description: 'Name of a project, or of one container.' },
      services: {
        type: 'array',
        items: { type: 'string', maxLength: MAX_NAME },
        maxItems: 50,
        description: 'Only these services or containers of the project.',
      },
    },
    required: ['project'],
    additionalProperties: false,
  },
  isReadOnly: false,
  question: async (input, host, call) => {
    const { project, plan } = await restartOf(input, host, call);
    const name = oneLine(input.project, MAX_NAME);
    const asked = project.isProduction
      ? t('Restart {0}, which is in PRODUCTION?', name)
      : t('Restart {0}?', name);
    return `${asked}\n${planText(plan)}`;
  },
  run: async (input, host, call) => {
    const { engine, plan } = await restartOf(input, host, call);
    const results = await runRestart(engine, plan, host.app.operator, {
      signal: call.signal,
      onStep: ({ name }, index, total) =>
        call.onProgress(t('restarting {0}, {1} of {2}', oneLine(name, 100), index, total)),
    });
    const text = restartReport(input.project, results);
    if (!allRestarted(results))
      throw new UserError(text.trimEnd(), t('Look at the logs of what did not come up.'));
    return text;
  },
};

async function restartOf(
  { project: name, services = [] }: RestartInput,
  host: ToolHost,
  call: ToolCall,
): Promise<{ engine: EngineConnection; project: FleetProject; plan: RestartPlan }> {
  const { engine, projects } = await projectsNow(host, call);
  const project = named(projects, name);
  const plan = planRestart(project, project.name === name ? services : [name]);
  if (plan.steps.length > 0) return { engine, project, plan };
  throw new UserError(
    `${t('Nothing of {0} is to be restarted.', oneLine(name, MAX_NAME))}\n${planText(plan)}`,
  );
}

async function projectsNow(
  { app, folders }: ToolHost,
  { signal }: ToolCall,
): Promise<{ engine: EngineConnection; projects: FleetProject[] }> {
  const engine = await app.connectEngine(signal);
  const read = await Promise.all(folders().map(({ root }) => loadProjects(root)));
  const configs = read.flatMap(({ projects }) => fleetConfigs(projects));
  return { engine, projects: projectsOf(await loadContainers(engine, signal), configs) };
}

/** Names of the projects that there are, or that are written down. Rejects with `UserError` without an engine. */
export async function projectNames(host: ToolHost, signal: AbortSignal): Promise<string[]> {
  const call = { signal, onProgress: () => undefined, caller: '' };
  const { projects } = await projectsNow(host, call);
  return projects.flatMap(({ name }) => (name === '' ? [] : [oneLine(name, 100)]));
}

function named(projects: readonly FleetProject[], name: string): FleetProject {
  const found = projectNamed(projects, name);
  if (found) return found;
  const names = projects.flatMap((each) => (each.name === '' ? [] : [oneLine(each.name, 100)]));
  throw new UserError(
    t('No project or container is called {0}', oneLine(name, 100)),
    names.length > 0 ? t('The projects are {0}.', names.join(', ')) : t('There is none on this machine.'),
  );
}

/** Of too many, the last: those are what happened. In characters. */
const MAX_TEXT = 20_000;

function newestThatFit(lines: readonly string[]): string[] {
  let length = 0;
  const from = lines.findLastIndex((line) => (length += line.length + 1) > MAX_TEXT);
  return from === -1
    ? [...lines]
    : [`[${t('{0} earlier lines left out', from + 1)}]`, ...lines.slice(from + 1)];
}

/** `18:05:59`, as clocks here show it; what is no time is left as it is. */
function timeOfDay(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toTimeString().slice(0, 8);
}
