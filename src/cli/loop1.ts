import * as os from 'node:os';
import { pathToFileURL } from 'node:url';
import { App } from '../app';
import { UserError } from '../base/errors';
import { plainText, printableJson } from '../base/text';
import { cardsText, reportOf, statusText } from '../loops/loop1/runText';
import { exportView } from '../loops/loop1/exportView';
import { viewOf } from '../loops/loop1/view';
import type { Loop1 } from '../loops/loop1/loop1';
import type { Loop1Run } from '../loops/loop1/run';
import { defaultSettings } from '../settings';
import type { Loop1Action, Loop1Arguments } from './loop1Arguments';
import { withApp } from './surroundings';
import type { Surroundings } from './surroundings';

const EXIT = { good: 0, ended: 1, notPossible: 2, cancelled: 130 };

/** Resolves to the exit status. */
export async function runLoop1(wanted: Loop1Arguments, around: Surroundings): Promise<number> {
  const { distDirectory, logger, print, signal } = around;
  const { name } = wanted.loop1Action;
  const isReading = name === 'status' || name === 'cards';
  const app = new App({
    distDirectory,
    storageDirectory: wanted.storage,
    keepAnalyses: true,
    settings: () => defaultSettings,
    logger,
    onStateMessage: (message) => logger.warn(message),
  });
  return withApp(app, EXIT.notPossible, async () => {
    const loop = await app.loop1Of(wanted.workspace, pathToFileURL(wanted.workspace).href);
    const run =
      name === 'start' || name === 'resume'
        ? await act(loop, wanted, signal)
        : await lastRun(loop, (last) => say(loop, last, wanted.loop1Action));
    if (isReading && (await loop.hasDrifted()))
      process.stderr.write('The workspace has changed since it was looked at: start looks again.\n');
    if (wanted.loop1Action.name === 'export') {
      await print(exportView(viewOf(run, new Date()), wanted.loop1Action.format).trimEnd());
      return EXIT.good;
    }
    const text = name === 'cards' ? cardsText(run) : statusText(run);
    await print(wanted.json ? printableJson(reportOf(run)) : plainText(text).trimEnd());
    return statusOf(run, signal);
  });
}

/** The run as it stands after something was said of it. */
async function lastRun(loop: Loop1, saying: (run: Loop1Run) => Promise<void>): Promise<Loop1Run> {
  const none = new UserError('There is no run in this workspace yet', 'Begin one with "loop1 start".');
  const before = await loop.latest();
  if (!before) throw none;
  await saying(before);
  return (await loop.latest()) ?? before;
}

async function say(loop: Loop1, run: Loop1Run, action: Loop1Action): Promise<void> {
  if (action.name === 'inject') return loop.inject(action.kind, action.text);
  if (!('card' in action)) return;
  const scenarioId = cardNamed(run, action.card);
  if (action.name === 'reopen') return loop.undecide(scenarioId);
  const { kind, reason, expiresAt } = action;
  await loop.decide({ scenarioId, kind, reason, expiresAt, by: os.userInfo().username });
}

/** The id of the one card whose id is `wanted`, or begins with it. */
function cardNamed(run: Loop1Run, wanted: string): string {
  const ids = reportOf(run).scenarios.map(({ id }) => id);
  if (ids.includes(wanted)) return wanted;
  const [only, ...others] = ids.filter((id) => id.startsWith(wanted));
  if (only === undefined)
    throw new UserError(`There is no card ${wanted}`, 'Choose one that "loop1 cards" shows.');
  if (others.length > 0)
    throw new UserError(
      `${others.length + 1} cards begin with ${wanted}`,
      `Such as ${only}: write more of it.`,
    );
  return only;
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
    if (wanted.loop1Action.name === 'resume') return await loop.resume();
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
