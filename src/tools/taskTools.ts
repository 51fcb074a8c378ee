import { pause } from '../base/cancellation';
import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { Loop2 } from '../loops/loop2/loop2';
import { RunIsBusy } from '../loops/keptRun';
import type { Loop2Run } from '../loops/loop2/run';
import { taskBrief, verdictText } from '../loops/loop2/runText';
import { stateAt } from '../loops/loop2/taskRecord';
import type { TaskRecord } from '../loops/loop2/taskRecord';
import { taskOf, turnOf } from '../loops/loop2/turn';
import { folderNamed, placeInside } from './places';
import { FOLDER } from './properties';
import type { Tool, ToolCall } from './tool';

const NO_RUN =
  'There is no Loop 2 in this workspace yet. The user can begin one with "Seaworthy: Start Loop 2", or "seaworthy loop2 start" on the command line.';
const MAX_FILES = 100;

interface NextInput {
  folder?: string;
}

export const nextTask: Tool<NextInput> = {
  name: 'next_task',
  title: () => t('Take the Next Task'),
  description:
    'Takes the next task of the Loop 2 of this workspace for you and says what is to be done: the description, the files, the check that has to hold, and what the last audit found where it was sent back. Tasks come in the order of the plan; a task that you have taken already is given again. Call it before you work on a task: tests are compared with how they are now. When you are done, call report_task.',
  inputSchema: { type: 'object', properties: { folder: FOLDER }, additionalProperties: false },
  isReadOnly: false,
  summary: () => t('Take the next task of Loop 2, so that nobody else works on it?'),
  run: async ({ folder }, host, call) => {
    const loop = await host.loop2Of(folderNamed(host, folder));
    const run = await loop.latest();
    if (!run) return NO_RUN;
    refusePaused(run);
    const task = chosenFor(run, call.caller);
    if (!task) return nothingToDo(run);
    if (task.state !== 'working') await whenFree(call, () => takeFor(loop, task, call.caller));
    const [verdict] = await loop.verdictsOf(task.id);
    return taskBrief(taskOf((await loop.latest()) ?? run, task.id), verdict);
  },
};

interface ReportInput {
  task: string;
  files?: string[];
  folder?: string;
}

export const reportTask: Tool<ReportInput> = {
  name: 'report_task',
  title: () => t('Report a Task as Ready'),
  description:
    'Says that a task you have taken with next_task is ready, waits for its audit, and gives the verdict: done, or sent back with what was found. Only this audit decides whether a task is done; saying so yourself decides nothing. It refuses tests that were deleted or weakened, and the same content a second time. Three audits may fail; then a person has to look at it.',
  inputSchema: {
    type: 'object',
    properties: {
      task: { type: 'string', maxLength: 200, description: 'Id of the task, as next_task gave it.' },
      files: {
        type: 'array',
        items: { type: 'string', maxLength: 4000 },
        maxItems: MAX_FILES,
        description:
          'Files that you made or changed, relative to the workspace, where the task named none or others.',
      },
      folder: FOLDER,
    },
    required: ['task'],
    additionalProperties: false,
  },
  isReadOnly: false,
  summary: () => t('Have the task audited? Its tests run in the sandbox, and the verdict decides over it.'),
  run: async ({ task: id, files, folder: name }, host, call) => {
    const folder = folderNamed(host, name);
    const places = await Promise.all((files ?? []).map((file) => placeInside(host, file, folder.name)));
    const loop = await host.loop2Of(folder);
    const run = await loop.latest();
    if (!run) return NO_RUN;
    refusePaused(run);
    const known = taskOf(run, id);
    if (known.worker !== 'agent' || known.baseline === null)
      throw new UserError(
        t('The task {0} was not taken by an agent', oneLine(id, 200)),
        t('Take it with next_task before you work on it.'),
      );
    call.onProgress(t('auditing {0}', oneLine(id, 100)));
    const changed = places.length > 0 ? places.map(({ file }) => file) : undefined;
    const after = await audited(loop, id, changed, call);
    const [verdict] = await loop.verdictsOf(id);
    return [verdictText(taskOf(after, id), verdict), '', whatNext(taskOf(after, id))].join('\n');
  },
};

/** A person has stopped it: no agent goes on by itself. */
function refusePaused({ status, reason }: Loop2Run): void {
  if (status !== 'paused') return;
  throw new UserError(
    reason === ''
      ? t('The user has paused the run')
      : t('The user has paused the run ({0})', oneLine(reason, 200)),
    t('Ask the user to resume it, then call again.'),
  );
}

/** That of this agent, else the first that agents may take: theirs, or a person's which nobody has begun. */
function chosenFor(run: Loop2Run, caller: string): TaskRecord | undefined {
  const { tasks } = turnOf(run, new Date());
  const mine = tasks.find(
    (task) => task.state === 'working' && task.worker === 'agent' && task.workedBy === caller,
  );
  const isFree = ({ state }: TaskRecord): boolean => state === 'open' || state === 'sent back';
  const free = tasks.filter(isFree);
  const back = free.find((task) => task.worker === 'agent' && task.workedBy === caller);
  return (
    mine ??
    back ??
    free.find(({ worker }) => worker === 'agent') ??
    free.find(({ worker }) => worker === 'you')
  );
}

async function takeFor(loop: Loop2, task: TaskRecord, caller: string): Promise<void> {
  if (task.worker !== 'agent') await loop.reassign(task.id, 'agent');
  await loop.take(task.id, caller);
}

function nothingToDo(run: Loop2Run): string {
  const now = new Date();
  const waiting = run.tasks.filter((task) => stateAt(task, now) === 'needs you').map(({ id }) => id);
  return [
    `No task is free now. The run is ${run.status}${run.reason === '' ? '' : `: ${oneLine(run.reason, 300)}`}`,
    ...(waiting.length > 0 ? [`A person has to look at ${waiting.slice(0, 20).join(', ')}.`] : []),
  ].join('\n');
}

/** The run after the audit of a task that was said to be ready, whoever does the audit. */
async function audited(
  loop: Loop2,
  id: string,
  files: readonly string[] | undefined,
  call: ToolCall,
): Promise<Loop2Run> {
  const stop = (): void => void loop.pause('The agent has called it off.').catch(() => undefined);
  const isOwn = !loop.isAtWork;
  if (isOwn) call.signal.addEventListener('abort', stop, { once: true });
  try {
    const run = await whenFree(call, () => loop.ready(id, files));
    return isDecided(run, id) ? run : await decided(loop, id, call.signal);
  } finally {
    call.signal.removeEventListener('abort', stop);
  }
}

function isDecided(run: Loop2Run, id: string): boolean {
  const { state, reason } = taskOf(run, id);
  // One that could not be run is ready again, with the reason.
  return state !== 'auditing' && !(state === 'ready' && reason === '' && run.status === 'running');
}

async function decided(loop: Loop2, id: string, signal: AbortSignal): Promise<Loop2Run> {
  for (;;) {
    const run = await loop.latest();
    if (run && isDecided(run, id)) return run;
    await pause(POLL, signal);
  }
}

/** How often it is looked whether another process is done, and how long at most. In milliseconds. */
const POLL = 500;
const PATIENCE = 60_000;

/** Does something to the run as soon as no other window or command is at work on it. Rejects with `UserError` after a minute. */
async function whenFree<T>(call: ToolCall, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof RunIsBusy) || Date.now() > deadline) throw error;
      call.onProgress(t('waiting: another window or command is at work on the run'));
      await pause(POLL, call.signal);
    }
  }
}

function whatNext({ id, state }: TaskRecord): string {
  switch (state) {
    case 'done':
      return 'It is done. Call next_task for the next one.';
    case 'sent back':
      return `Mend what was found, then call report_task for ${id} again.`;
    case 'ready':
      return 'The audit could not be run now; call report_task again later.';
    case 'needs you':
      return 'A person has to look at it. Tell the user, and do not go on with it.';
    case 'open':
    case 'working':
    case 'auditing':
    case 'proposed':
    case 'excepted':
    case 'cancelled':
      return `The task is ${state} now, by somebody else's hand.`;
  }
}
