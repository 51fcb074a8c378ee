import * as path from 'node:path';
import { App } from '../app';
import { writeFileAtomically } from '../base/atomicFile';
import { messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { oneLine, plainText, printableJson } from '../base/text';
import { chooseEnvironment } from '../deploy/chooseEnvironment';
import { convertSeed } from '../deploy/convertSeed';
import { loadProjects, readText } from '../deploy/loadProjects';
import { planDeploy } from '../deploy/plan';
import { planText } from '../deploy/planText';
import { CONFIG_FILE, SEED_FILE } from '../deploy/projectFiles';
import { defaultSettings } from '../settings';
import { existingFolder, UsageError } from './usage';

export interface DeployArguments {
  deployAction: 'plan' | 'convert';
  /** `PROJECT` or `PROJECT/ENVIRONMENT`. */
  wanted: string | undefined;
  workspace: string;
  json: boolean;
}

interface Surroundings {
  distDirectory: string;
  logger: Logger;
  print: (text: string) => Promise<void>;
  signal: AbortSignal;
}

const EXIT = { good: 0, stopped: 1, notPossible: 2 };

export function parseDeployArguments(
  words: readonly string[],
  options: { workspace?: string | undefined; json?: boolean | undefined },
): DeployArguments {
  const [action, wanted, ...more] = words;
  if (action !== 'plan' && action !== 'convert') throw new UsageError('deploy needs one of: plan, convert');
  if (more.length > 0 || (action === 'convert' && wanted !== undefined))
    throw new UsageError(
      action === 'plan' ? 'deploy plan takes one PROJECT[/ENV]' : 'deploy convert takes no more',
    );
  const workspace = existingFolder('--workspace', options.workspace ?? '.');
  return { deployAction: action, wanted, workspace, json: options.json ?? false };
}

/** Resolves to the exit status. */
export async function runDeploy(wanted: DeployArguments, around: Surroundings): Promise<number> {
  try {
    return wanted.deployAction === 'convert' ? await convert(wanted, around) : await plan(wanted, around);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`seaworthy: ${plainText(messageWithNextStep(error))}\n`);
    return EXIT.notPossible;
  }
}

async function plan({ wanted, workspace, json }: DeployArguments, around: Surroundings): Promise<number> {
  const { distDirectory, logger, print, signal } = around;
  const chosen = await chooseEnvironment(await loadProjects(workspace), wanted, workspace);
  const app = new App({
    distDirectory,
    settings: () => ({ ...defaultSettings, engineHost: chosen.environment.engine ?? '' }),
    logger,
  });
  try {
    const engine = await app.connectEngine(signal);
    const onStep = (step: string): void => void process.stderr.write(`${step}\n`);
    const made = await planDeploy(chosen.project, chosen.environment, engine, { signal, onStep });
    await print(json ? printableJson(made) : planText(made).trimEnd());
    return made.secrets.length > 0 ? EXIT.stopped : EXIT.good;
  } finally {
    await app.dispose();
  }
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
