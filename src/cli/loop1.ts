import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from '../app';
import { messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { plainText, printableJson } from '../base/text';
import { cardsText, reportOf, statusText } from '../loops/loop1/runText';
import type { Loop1 } from '../loops/loop1/loop1';
import type { Loop1Run } from '../loops/loop1/run';
import { defaultSettings } from '../settings';
import { existingFolder, UsageError } from './usage';

const ACTIONS = ['start', 'status', 'resume', 'cards'] as const;

export interface Loop1Arguments {
  loop1Action: (typeof ACTIONS)[number];
  /** Absolute. */
  workspace: string;
  /** Folder of the state. */
  storage: string;
  goal: string | undefined;
  network: boolean;
  json: boolean;
}

interface Options {
  workspace?: string | undefined;
  storage?: string | undefined;
  goal?: string | undefined;
  network?: boolean | undefined;
  json?: boolean | undefined;
}

interface Surroundings {
  distDirectory: string;
  logger: Logger;
  print: (text: string) => Promise<void>;
  signal: AbortSignal;
}

const EXIT = { good: 0, ended: 1, notPossible: 2, cancelled: 130 };

export function parseLoop1Arguments(words: readonly string[], options: Options): Loop1Arguments {
  const [action, ...more] = words;
  const known = ACTIONS.find((name) => name === action);
  if (known === undefined || more.length > 0)
    throw new UsageError(`loop1 needs one of: ${ACTIONS.join(', ')}; the folder is given with --workspace`);
  return {
    loop1Action: known,
    workspace: existingFolder('--workspace', options.workspace ?? '.'),
    storage: path.resolve(options.storage ?? stateFolder()),
    goal: options.goal,
    network: options.network ?? false,
    json: options.json ?? false,
  };
}

/** Resolves to the exit status. */
export async function runLoop1(wanted: Loop1Arguments, around: Surroundings): Promise<number> {
  const { distDirectory, logger, print, signal } = around;
  const isReading = wanted.loop1Action === 'status' || wanted.loop1Action === 'cards';
  const app = new App({
    distDirectory,
    storageDirectory: wanted.storage,
    keepAnalyses: true,
    settings: () => defaultSettings,
    logger,
    onStateMessage: (message) => logger.warn(message),
  });
  try {
    const loop = await app.loop1Of(wanted.workspace, pathToFileURL(wanted.workspace).href);
    const run = isReading ? await lastRun(loop) : await act(loop, wanted, signal);
    if (isReading && (await loop.hasDrifted()))
      process.stderr.write('The workspace has changed since it was looked at: start looks again.\n');
    const text = wanted.loop1Action === 'cards' ? cardsText(run) : statusText(run);
    await print(wanted.json ? printableJson(reportOf(run)) : plainText(text).trimEnd());
    return statusOf(run, signal);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`seaworthy: ${plainText(messageWithNextStep(error))}\n`);
    return EXIT.notPossible;
  } finally {
    await app.dispose();
  }
}

async function lastRun(loop: Loop1): Promise<Loop1Run> {
  const run = await loop.latest();
  if (!run) throw new UserError('There is no run in this workspace yet', 'Begin one with "loop1 start".');
  return run;
}

async function act(loop: Loop1, wanted: Loop1Arguments, signal: AbortSignal): Promise<Loop1Run> {
  let shown = '';
  const stopListening = loop.onDidChange(({ iteration, nextStep, status }) => {
    const doing = status === 'running' && nextStep !== null ? `iteration ${iteration}: ${nextStep}` : shown;
    if (doing !== shown) process.stderr.write(`${doing}\n`);
    shown = doing;
  });
  const onAbort = (): void => void loop.pause('Stopped by a signal; resume goes on.');
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    if (wanted.loop1Action === 'resume') return await loop.resume();
    return await loop.start({
      ...(wanted.goal !== undefined && { goal: wanted.goal }),
      // Allowed for this run and those of its iterations that follow.
      ...(wanted.network && { networkAllowed: true }),
    });
  } finally {
    signal.removeEventListener('abort', onAbort);
    stopListening();
  }
}

function statusOf({ status }: Loop1Run, signal: AbortSignal): number {
  if (signal.aborted) return EXIT.cancelled;
  return status === 'not converged' || status === 'failed' ? EXIT.ended : EXIT.good;
}

/** Where the state of a user's programs is kept. */
function stateFolder(): string {
  const { XDG_STATE_HOME: state, LOCALAPPDATA: local } = process.env;
  if (process.platform === 'win32')
    return path.join(local || path.join(os.homedir(), 'AppData', 'Local'), 'seaworthy');
  if (process.platform === 'darwin')
    return path.join(os.homedir(), 'Library', 'Application Support', 'seaworthy');
  return path.join(state || path.join(os.homedir(), '.local', 'state'), 'seaworthy');
}
