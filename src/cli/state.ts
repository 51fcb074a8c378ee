import * as path from 'node:path';
import { App } from '../app';
import { hasCode, messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import type { ProjectState } from '../repositories/projectState';
import { defaultSettings } from '../settings';
import { existingFolder, UsageError } from './usage';

export interface StateArguments {
  action: 'verify' | 'export';
  /** The editor's storage folder of the extension. */
  storage: string;
  workspaceUri: string | undefined;
  output: string;
  json: boolean;
}

interface Surroundings {
  distDirectory: string;
  logger: Logger;
  print: (text: string) => Promise<void>;
}

const EXIT = { intact: 0, damaged: 1, unreadable: 2 };

interface StateOptions {
  storage?: string | undefined;
  'workspace-uri'?: string | undefined;
  output?: string | undefined;
  json?: boolean | undefined;
}

export function parseStateArguments(words: readonly string[], options: StateOptions): StateArguments {
  const [action, ...more] = words;
  if ((action !== 'verify' && action !== 'export') || more.length > 0) {
    throw new UsageError('state needs one of: verify, export');
  }
  if (options.storage === undefined) throw new UsageError('state needs --storage DIR');
  return {
    action,
    storage: existingFolder('--storage', options.storage),
    workspaceUri: options['workspace-uri'],
    output: path.resolve(options.output ?? '.'),
    json: options.json ?? false,
  };
}

/** Resolves to the exit status: the worst of the projects. */
export async function runState(wanted: StateArguments, surroundings: Surroundings): Promise<number> {
  const { distDirectory, logger, print } = surroundings;
  const app = new App({
    distDirectory,
    storageDirectory: wanted.storage,
    stateReadOnly: true,
    settings: () => defaultSettings,
    logger,
  });
  try {
    const projects = await projectsOf(app, wanted);
    const results: Result[] = [];
    for (const [name, state] of projects) {
      results.push(await oneProject(name, state, wanted, projects.length > 1));
    }
    await print(
      wanted.json ? JSON.stringify(results, undefined, 2) : results.flatMap(({ lines }) => lines).join('\n'),
    );
    return Math.max(...results.map(({ status }) => status));
  } finally {
    await app.dispose();
  }
}

async function projectsOf(app: App, { storage, workspaceUri }: StateArguments) {
  const none = new UserError(`No state of Seaworthy in ${storage}`, 'check --storage and --workspace-uri');
  if (workspaceUri !== undefined) {
    const state = app.states.of(workspaceUri);
    if (!(await state.exists())) throw none;
    return [[path.basename(state.folder), state]] as [string, ProjectState][];
  }
  const found: [string, ProjectState][] = [];
  for (const id of await projectIds(app)) {
    const state = app.states.ofProject(id);
    if (await state.exists()) found.push([id, state]);
  }
  if (found.length === 0) throw none;
  return found;
}

async function projectIds(app: App): Promise<string[]> {
  try {
    return await app.states.projectIds();
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return [];
    throw error;
  }
}

interface Result {
  project: string;
  status: number;
  lines: string[];
}

async function oneProject(
  project: string,
  state: ProjectState,
  { action, output }: StateArguments,
  isOneOfMany: boolean,
): Promise<Result> {
  try {
    if (action === 'verify') return await verify(project, state);
    const files = await state.exportState(isOneOfMany ? path.join(output, project) : output);
    return {
      project,
      status: EXIT.intact,
      lines: [`${project}: ${files.json}`, `${project}: ${files.sqlite}`],
    };
  } catch (error) {
    // The others can still be looked at.
    return { project, status: EXIT.unreadable, lines: [`${project}: ${messageWithNextStep(error)}`] };
  }
}

async function verify(project: string, state: ProjectState): Promise<Result> {
  const { generation, logs, rows, damages, unreadable } = await state.verify();
  const counts = Object.entries(rows).map(([table, count]) => `${count} ${table}`);
  const lines = [`${project}: generation ${generation}, ${logs} logs; ${counts.join(', ')}`];
  lines.push(...damages.map(({ name, what }) => `${project}: ${name} is ${what}`));
  if (unreadable) lines.push(`${project}: no snapshot can be read; the rows are those of the logs alone`);
  const status = unreadable ? EXIT.unreadable : damages.length > 0 ? EXIT.damaged : EXIT.intact;
  return { project, status, lines };
}
