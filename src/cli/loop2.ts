import * as os from 'node:os';
import * as path from 'node:path';
import { pathToFileURL } from 'node:url';
import { App } from '../app';
import type { AuditRequest } from '../audit/audit';
import { UserError } from '../base/errors';
import { oneLine, plainText, printableJson } from '../base/text';
import { findPlan } from '../loops/loop2/plan/sources';
import type { Loop2 } from '../loops/loop2/loop2';
import type { Loop2Run } from '../loops/loop2/run';
import { nextText, reportOf, statusText, verdictText } from '../loops/loop2/runText';
import { taskOf, turnOf } from '../loops/loop2/turn';
import { defaultSettings } from '../settings';
import type { Loop2Arguments } from './loop2Arguments';
import { ruleSettingsFor } from './rules';
import { withApp } from './surroundings';
import type { Surroundings } from './surroundings';

const EXIT = { good: 0, failed: 1, notPossible: 2, cancelled: 130 };

/** Resolves to the exit status. */
export async function runLoop2(wanted: Loop2Arguments, around: Surroundings): Promise<number> {
  const { distDirectory, logger, signal } = around;
  const { workspace } = wanted;
  const app = new App({
    distDirectory,
    storageDirectory: wanted.storage,
    keepAnalyses: true,
    settings: () => defaultSettings,
    logger,
    onStateMessage: (message) => logger.warn(message),
  });
  return withApp(app, EXIT.notPossible, async () => {
    const rules = ruleSettingsFor(workspace, { preset: undefined, levels: [], config: undefined });
    const requestFor = async (file: string): Promise<AuditRequest> => ({
      ...{ workspace, file: path.join(workspace, file), trusted: true, rules },
    });
    const uri = pathToFileURL(workspace).href;
    const loop = await app.loop2Of(workspace, uri, requestFor);
    const onAbort = (): void =>
      void loop.pause('Stopped by a signal; resume goes on.').catch(() => undefined);
    signal.addEventListener('abort', onAbort, { once: true });
    const stopListening = loop.onDidChange(tellSteps());
    try {
      const begin = async (): Promise<Loop2Run> => {
        const loop1Run = await (await app.loop1Of(workspace, uri)).latest();
        const { plan, source } = await findPlan(
          { root: workspace, from: wanted.from, loop1Run, now: new Date() },
          signal,
        );
        return loop.begin(plan, { source });
      };
      return await act(loop, begin, wanted, around);
    } finally {
      signal.removeEventListener('abort', onAbort);
      stopListening();
    }
  });
}

async function act(
  loop: Loop2,
  begin: () => Promise<Loop2Run>,
  wanted: Loop2Arguments,
  { print, signal }: Surroundings,
): Promise<number> {
  const { loop2Action: action, json } = wanted;
  const show = async (run: Loop2Run): Promise<number> => {
    await print(json ? printableJson(reportOf(run)) : plainText(statusText(run)));
    return signal.aborted ? EXIT.cancelled : run.status === 'failed' ? EXIT.failed : EXIT.good;
  };
  switch (action.name) {
    case 'start':
      return show(await begin());
    case 'resume':
      return show(await loop.resume());
    case 'status':
      await loop.lookForChanges();
      return show(await lastRun(loop));
    case 'next': {
      await loop.lookForChanges();
      const run = await lastRun(loop);
      const { next, tasks, phase, runId } = reportOf(run);
      const these = tasks.filter(({ id }) => next.includes(id));
      await print(json ? printableJson({ runId, phase, tasks: these }) : plainText(nextText(run)));
      return EXIT.good;
    }
    case 'ready':
      return ready(loop, action.task, wanted, { print, signal });
    case 'pause':
      await loop.pause();
      return show(await lastRun(loop));
    case 'cancel':
      await loop.cancel();
      return show(await lastRun(loop));
    case 'add':
      await loop.inject({
        description: action.text,
        ...{ files: wanted.files ?? [], dependencies: wanted.after },
        ...(wanted.check !== undefined && { acceptance: { kind: 'command', command: wanted.check } }),
      });
      return show(await lastRun(loop));
    case 'take':
    case 'retry':
    case 'drop':
    case 'except':
    case 'reassign':
    case 'undo':
      await changeTask(loop, action);
      return show(await lastRun(loop));
  }
}

type TaskChange = Extract<
  Loop2Arguments['loop2Action'],
  { name: 'take' | 'retry' | 'undo' | 'drop' | 'except' | 'reassign' }
>;

async function changeTask(loop: Loop2, action: TaskChange): Promise<void> {
  const { task } = action;
  const by = os.userInfo().username;
  switch (action.name) {
    case 'take':
      return loop.take(task, by);
    case 'retry':
      return loop.retry(task);
    case 'drop':
      return loop.cancelTask(task);
    case 'except':
      return loop.except(task, { reason: action.reason, expiresAt: action.expiresAt, by });
    case 'reassign':
      return loop.reassign(task, action.to);
    case 'undo': {
      const { files, taken } = await loop.undo(task);
      const back = files.length === 0 ? 'nothing had to be put back' : `put back: ${files.join(', ')}`;
      const line = `${task}: ${back}; what was there is in the commit ${taken}`;
      process.stderr.write(`${oneLine(line, 500)}\n`);
    }
  }
}

/** Has one task audited, and tells what came of it: 0 passed, 1 failed, 2 could not be run. */
async function ready(
  loop: Loop2,
  id: string,
  { json, files }: Loop2Arguments,
  { print, signal }: Pick<Surroundings, 'print' | 'signal'>,
): Promise<number> {
  const run = await loop.ready(id, files);
  if (signal.aborted) return EXIT.cancelled;
  const task = taskOf(run, id);
  const [verdict] = await loop.verdictsOf(id);
  const report = reportOf(run).tasks.find((each) => each.id === id);
  const next = turnOf(run, new Date()).tasks.map((each) => each.id);
  await print(
    json
      ? printableJson({ runId: run.id, status: run.status, task: report, verdict: verdict ?? null, next })
      : plainText(`${verdictText(task, verdict)}\n${run.reason}`),
  );
  if (task.state === 'done') return EXIT.good;
  return verdict?.outcome === 'fail' ? EXIT.failed : EXIT.notPossible;
}

async function lastRun(loop: Loop2): Promise<Loop2Run> {
  const run = await loop.latest();
  if (run) return run;
  throw new UserError('There is no run in this workspace yet', 'Begin one with "loop2 start".');
}

/** Says on standard error what is begun, and why it is not finished. */
function tellSteps(): (run: Loop2Run) => void {
  const shown = new Map<string, string>();
  return ({ tasks }) => {
    for (const { id, state, attempts, reason } of tasks) {
      const isAtWork = state === 'auditing' || state === 'working';
      const isLeft = state === 'ready' && reason !== '';
      const step = `${id}: ${isLeft ? `not audited yet, ${reason}` : state}`;
      const key = `${step} ${attempts.length}`;
      if ((isAtWork || isLeft) && shown.get(id) !== key) process.stderr.write(`${oneLine(step, 300)}\n`);
      shown.set(id, key);
    }
  };
}
