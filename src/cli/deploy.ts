import * as path from 'node:path';
import { App } from '../app';
import { writeFileAtomically } from '../base/atomicFile';
import { messageWithNextStep, UserError } from '../base/errors';
import { oneLine, plainText, printableJson } from '../base/text';
import { chooseEnvironment } from '../deploy/chooseEnvironment';
import type { Chosen } from '../deploy/chooseEnvironment';
import { convertSeed } from '../deploy/convertSeed';
import { loadProjects, readText } from '../deploy/loadProjects';
import { planDeploy } from '../deploy/plan';
import { planText } from '../deploy/planText';
import { interruptedDeploy } from '../deploy/ship/recover';
import type { EngineConnection } from '../engine/connection';
import { change, history, interruptedText } from './deployRun';
import { CONFIG_FILE, SEED_FILE } from '../deploy/projectFiles';
import { defaultSettings } from '../settings';
import { existingFolder, UsageError } from './usage';
import type { Surroundings } from './surroundings';

const ACTIONS = ['plan', 'run', 'rollback', 'history', 'convert'] as const;

export interface DeployArguments {
  deployAction: (typeof ACTIONS)[number];
  /** `PROJECT` or `PROJECT/ENVIRONMENT`. */
  wanted: string | undefined;
  /** Of a rollback. */
  release: string | undefined;
  /** The environment whose state is deployed instead of the workspace. */
  promote: string | undefined;
  workspace: string;
  yes: boolean;
  breakLock: boolean;
  json: boolean;
}

const EXIT = { good: 0, stopped: 1, notPossible: 2 };
/** Words that each takes besides the action. */
const MOST_WORDS = { plan: 1, run: 1, rollback: 2, history: 1, convert: 0 };

interface Options {
  workspace?: string | undefined;
  json?: boolean | undefined;
  yes?: boolean | undefined;
  promote?: string | undefined;
  'break-lock'?: boolean | undefined;
}

export function parseDeployArguments(words: readonly string[], options: Options): DeployArguments {
  const [name, ...rest] = words;
  const deployAction = ACTIONS.find((each) => each === name);
  if (deployAction === undefined) throw new UsageError(`deploy needs one of: ${ACTIONS.join(', ')}`);
  const most = MOST_WORDS[deployAction];
  if (rest.length > most)
    throw new UsageError(
      `deploy ${deployAction} takes ${['no more', 'one PROJECT[/ENV]', 'PROJECT[/ENV] and a release'][most]}`,
    );
  if (options.promote !== undefined && deployAction !== 'run')
    throw new UsageError('--promote belongs to deploy run');
  return {
    deployAction,
    wanted: rest[0],
    release: rest[1],
    promote: options.promote,
    workspace: existingFolder('--workspace', options.workspace ?? '.'),
    yes: options.yes ?? false,
    breakLock: options['break-lock'] ?? false,
    json: options.json ?? false,
  };
}

/** Resolves to the exit status. */
export async function runDeploy(wanted: DeployArguments, around: Surroundings): Promise<number> {
  try {
    if (wanted.deployAction === 'convert') return await convert(wanted, around);
    const chosen = await chooseEnvironment(
      await loadProjects(wanted.workspace),
      wanted.wanted,
      wanted.workspace,
    );
    if (wanted.deployAction === 'history') return await history(wanted, chosen, around);
    return await withEngine(chosen, around, (engine) =>
      wanted.deployAction === 'plan'
        ? plan(wanted, chosen, engine, around)
        : change(wanted, chosen, engine, around),
    );
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`seaworthy: ${plainText(messageWithNextStep(error))}\n`);
    return EXIT.notPossible;
  }
}

async function withEngine(
  { environment }: Chosen,
  { distDirectory, logger, signal }: Surroundings,
  work: (engine: EngineConnection) => Promise<number>,
): Promise<number> {
  const settings = { ...defaultSettings, engineHost: environment.engine ?? '' };
  const app = new App({ distDirectory, settings: () => settings, logger });
  try {
    return await work(await app.connectEngine(signal));
  } finally {
    await app.dispose();
  }
}

async function plan(
  { json }: DeployArguments,
  { project, environment }: Chosen,
  engine: EngineConnection,
  { print, signal }: Surroundings,
): Promise<number> {
  const onStep = (step: string): void => void process.stderr.write(`${step}\n`);
  const made = await planDeploy(project, environment, engine, { signal, onStep });
  const interrupted = await interruptedDeploy(environment);
  if (interrupted) process.stderr.write(`${interruptedText(interrupted)}\n`);
  await print(json ? printableJson(made) : planText(made).trimEnd());
  return made.secrets.length > 0 ? EXIT.stopped : EXIT.good;
}

async function convert({ workspace, json }: DeployArguments, { print }: Surroundings): Promise<number> {
  const [config, seed] = await Promise.all([
    readText(workspace, CONFIG_FILE),
    readText(workspace, SEED_FILE),
  ]);
  const { text, added, kept } = convertSeed({ config, seed }, workspace);
  const file = path.join(workspace, CONFIG_FILE);
  if (added.length > 0) await writeFileAtomically(file, Buffer.from(text));
  const names = (projects: readonly string[]): string =>
    projects.map((name) => oneLine(name, 100)).join(', ');
  const lines = [
    added.length > 0 ? `${file}: added ${names(added)}` : `${file}: nothing to add`,
    ...(kept.length > 0 ? [`${file}: left alone ${names(kept)}, which it had already`] : []),
  ];
  await print(json ? printableJson({ file, added, kept }) : lines.join('\n'));
  return EXIT.good;
}
