import { oneLine } from '../../base/text';
import type { Acceptance, Princess } from './plan/task';
import { bottlenecksOf, progressOf } from './run';
import type { Escalation, Loop2Run, PrincessState, Progress } from './run';
import { stateText } from './stateText';
import { stateAt } from './taskRecord';
import type { TaskRecord, TaskState, WorkerKind } from './taskRecord';
import { turnOf } from './turn';
import type { TaskVerdict } from './verdict';
import type { WorkProgress } from './worker';

/** A task as the command line prints it. */
interface TaskReport {
  id: string;
  description: string;
  princess: Princess;
  state: TaskState;
  /** Id of the task that does not get on, for one that waits for it; null otherwise. */
  blockedBy: string | null;
  phase: number;
  worker: WorkerKind;
  files: readonly string[];
  dependencies: readonly string[];
  scenarios: readonly string[];
  acceptance: Acceptance;
  attempts: number;
  /** Of the verdict that passed it; null for all that is not done. */
  verdictId: string | null;
  reason: string;
  /** It is done, but not as things are now: why it is to be audited again; null otherwise. */
  outdated: string | null;
}

/** What the command line prints of a run as JSON. */
export interface Loop2Report {
  runId: string;
  status: Loop2Run['status'];
  reason: string;
  source: string;
  progress: Progress;
  /** Phase that is worked on; 0 for none. */
  phase: number;
  /** Ids of the tasks whose turn it is. */
  next: string[];
  tasks: TaskReport[];
  princesses: readonly PrincessState[];
  bottlenecks: readonly { task: string; dependants: number }[];
  escalations: readonly Escalation[];
  notes: readonly string[];
}

export function reportOf(run: Loop2Run, now = new Date()): Loop2Report {
  const { id: runId, status, reason, source, princesses, escalations, notes } = run;
  const turn = turnOf(run, now);
  const phaseOf = new Map(
    run.phases.flatMap(({ number, taskIds }) => taskIds.map((id) => [id, number] as const)),
  );
  return {
    ...{ runId, status, reason, source, progress: progressOf(run, now), phase: turn.phase },
    next: turn.tasks.map(({ id }) => id),
    tasks: run.tasks.map((task) => {
      const { id, description, princess, worker, files, dependencies, scenarios, acceptance, verdictId } =
        task;
      return {
        ...{ id, description, princess, state: stateAt(task, now), blockedBy: turn.blocked.get(id) ?? null },
        ...{ phase: phaseOf.get(id) ?? 0, worker, files, dependencies, scenarios, acceptance },
        ...{ attempts: task.attempts.length, verdictId, reason: task.reason },
        outdated: task.outdated?.reason ?? null,
      };
    }),
    ...{ princesses, bottlenecks: bottlenecksOf(run), escalations, notes },
  };
}

export function statusText(run: Loop2Run, now = new Date()): string {
  const report = reportOf(run, now);
  const { done, excepted, outdated, total, passRate } = report.progress;
  const rate = passRate === null ? '' : `; ${Math.round(passRate * 100)} % of audits passed`;
  const needed = new Map(report.bottlenecks.map(({ task, dependants }) => [task, dependants]));
  return [
    `Loop 2 of ${oneLine(report.source, 200)}: ${report.status}`,
    ...(report.reason === '' ? [] : [report.reason]),
    `Verified: ${done} of ${total}${excepted === 0 ? '' : `, ${excepted} excepted`}${outdated === 0 ? '' : `, ${outdated} changed since`}${rate}`,
    ...run.phases.flatMap(({ number }) => [
      `Phase ${number}${number === report.phase ? ' (now)' : ''}`,
      ...report.tasks
        .filter(({ phase }) => phase === number)
        .map((task) => taskLine(task, needed.get(task.id))),
    ]),
    ...report.princesses
      .filter(({ open, working, done: finished, needYou }) => open + working + finished + needYou > 0)
      .map(
        ({ name, status, open, working, done: finished, needYou }) =>
          `Princess of ${name}: ${status}, ${open} open, ${working} at work, ${needYou} need you, ${finished} done`,
      ),
    ...report.escalations.map(
      ({ reason, isRaised }) =>
        `Back to Loop 1: ${oneLine(reason, 300)}${isRaised ? ' (a card was made)' : ''}`,
    ),
    ...report.notes.map((note) => `Note: ${note}`),
  ].join('\n');
}

function taskLine(
  { id, state, outdated, description, blockedBy, reason, princess }: TaskReport,
  dependants = 0,
): string {
  const waits = blockedBy === null ? '' : `, waits for ${blockedBy}`;
  const bottleneck = dependants === 0 ? '' : `, bottleneck: ${dependants} need it`;
  const said = state === 'done' ? (outdated ?? '') : reason;
  const why = said === '' ? '' : `\n      ${oneLine(said, 300)}`;
  return `  ${id} [${stateText({ state, outdated })}${waits}${bottleneck}] ${oneLine(description, 120)} (${princess})${why}`;
}

/** The tasks whose turn it is, with what is needed to do them. */
export function nextText(run: Loop2Run, now = new Date()): string {
  const { phase, tasks } = turnOf(run, now);
  if (tasks.length === 0) return run.reason === '' ? 'Nothing is to be done.' : run.reason;
  return [`Phase ${phase}`, ...tasks.map(taskText)].join('\n\n');
}

function taskText(task: TaskRecord): string {
  const { id, description, files, state, reason } = task;
  return [
    `${id} [${state}] ${oneLine(description, 300)}`,
    ...(files.length > 0 ? [] : ['  Files: none named; say which with --files']),
    ...needsOf(task).map((line) => `  ${line}`),
    ...(reason === '' ? [] : [`  Last audit: ${oneLine(reason, 300)}`]),
    `  When it is done: loop2 ready ${id}`,
  ].join('\n');
}

/** What an agent is told of the task that it has taken. `verdict`: the newest, where there is one. */
export function taskBrief(task: TaskRecord, verdict: TaskVerdict | undefined): string {
  const { id, description, files } = task;
  return [
    `Your task is ${id}:`,
    description,
    '',
    ...(files.length > 0 ? [] : ['Files: none named; say which with report_task.']),
    ...needsOf(task),
    ...(verdict?.outcome === 'fail' ? ['', 'The last audit has sent it back:', ...partsOf(verdict)] : []),
    '',
    'It is done when its audit passes: nothing in its files only looks finished, its tests really run and pass, something uses the code, a test reaches it, and no test that was there is gone or weaker.',
    `When it is ready, call report_task with "${id}".`,
  ].join('\n');
}

/** How a task is seen to be done. */
function needsOf({ files, acceptance, scenarios }: TaskRecord): string[] {
  const check = acceptance.kind === 'command' ? acceptance.command : acceptance.words;
  return [
    ...(files.length > 0 ? [`Files: ${files.join(', ')}`] : []),
    ...(check === '' ? [] : [`Check: ${oneLine(check, 300)}`]),
    ...(scenarios.length > 0 ? [`Cards of Loop 1: ${scenarios.join(', ')}`] : []),
  ];
}

/** How far a worker is, and of what budget: a clause. */
function progressText(progress: WorkProgress, now = Date.now()): string {
  const { doing, round, rounds, tokens, mostTokens, startedAt, minutes } = progress;
  const thousands = (number: number): string => `${Math.ceil(number / 1000)}`;
  const spent = Math.max(1, Math.ceil((now - startedAt) / 60_000));
  return `${doing} (step ${round} of ${rounds}, ${thousands(tokens)} of ${thousands(mostTokens)} thousand tokens, minute ${spent} of ${minutes})`;
}

/** What was written for a task and is not in the workspace. */
function draftText({ draft, workedBy, state, wish }: TaskRecord): string[] {
  const said = wish === '' ? [] : [`Sent back with: ${oneLine(wish, 500)}`];
  if (!draft) return said;
  const files = draft.edits.map(({ file }) => file).join(', ');
  const says = draft.says === '' ? [] : [`It says of it, which decides nothing: ${oneLine(draft.says, 500)}`];
  const isProposed = state === 'proposed';
  return [
    ...said,
    `Written by ${workedBy} and not in the workspace: ${files}`,
    ...says,
    ...(isProposed
      ? ['Its audit, made in a copy of the workspace, has passed: apply it, send it back, or discard it.']
      : []),
  ];
}

/** All about a task, to be read on a page of its own. `verdicts`: newest first. */
export function taskSheet(
  task: TaskRecord,
  verdicts: readonly TaskVerdict[],
  progress?: WorkProgress,
): string {
  const { id, description, state, princess, worker, workedBy, dependencies, exception, origin } = task;
  const who = `${worker}${workedBy === '' ? '' : ` (${workedBy})`}`;
  return [
    `${id}: ${description}`,
    '',
    `State: ${stateText({ state, outdated: task.outdated?.reason ?? null })}. Princess of ${princess}; done by ${who}.`,
    ...(task.outdated ? [task.outdated.reason] : []),
    ...(progress ? [`Now: it ${progressText(progress)}`] : []),
    ...(task.reason === '' || verdicts[0]?.reason === task.reason ? [] : [oneLine(task.reason, 500)]),
    ...draftText(task),
    ...needsOf(task),
    ...(dependencies.length > 0 ? [`After: ${dependencies.join(', ')}`] : []),
    ...(origin ? [`From: ${origin.file}:${origin.line}`] : []),
    ...(exception
      ? [`Excepted by ${exception.by} until ${exception.expiresAt.slice(0, 10)}: ${exception.reason}`]
      : []),
    ...(verdicts.length === 0 ? ['', 'It was not audited yet. Only an audit says that it is done.'] : []),
    ...verdicts.flatMap((verdict) => [
      '',
      `${verdict.outcome.toUpperCase()}, ${verdict.createdAt.slice(0, 19).replace('T', ' ')} UTC`,
      ...(verdict.reason === '' ? [] : [`  ${oneLine(verdict.reason, 500)}`]),
      ...partsOf(verdict),
    ]),
  ].join('\n');
}

export function verdictText(task: TaskRecord, verdict: TaskVerdict | undefined): string {
  const head = `${task.id}: ${task.state}${task.reason === '' ? '' : `\n${oneLine(task.reason, 500)}`}`;
  return verdict ? [head, ...partsOf(verdict)].join('\n') : head;
}

function partsOf(verdict: TaskVerdict): string[] {
  const checks = verdict.checks.map(
    ({ name, status, reason }) => `  ${name}: ${status}${reason === '' ? '' : ` (${reason})`}`,
  );
  const findings = verdict.findings.map(
    ({ rule, file, line, message }) => `  ${file === '' ? '' : `${file}:${line} `}${rule}: ${message}`,
  );
  return [...checks, ...findings, ...verdict.notes.map((note) => `  Note: ${note}`)];
}
