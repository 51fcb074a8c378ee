import { count, duration } from '../../src/base/text';
import { stateText } from '../../src/loops/loop2/stateText';
import type { TaskDeed, TaskView } from '../../src/loops/loop2/view';
import type { TaskVerdict } from '../../src/loops/loop2/verdict';
import type { Loop2PageView } from '../../src/protocol';
import { element, made } from './host';
import { grouped } from './texts';
import { askAndSay } from './loopAsk';
import { around, button, day, refill } from './loopParts';
import { moodOf, nameOf, waitText, whoText } from './loop2Tasks';

const DEEDS: Record<TaskDeed, string> = {
  show: 'Show Proposed Changes',
  apply: 'Apply Proposed Changes',
  sendBack: 'Send Proposed Changes Back…',
  discard: 'Discard Proposed Changes…',
  stop: 'Stop Model',
  model: 'Let a Model Work on This Task',
  assign: 'Assign Task…',
  work: 'Work on Task',
  ready: 'Ready for Audit',
  retry: 'Give New Attempts',
  except: 'Let Stand…',
  compare: 'Show Changes',
  undo: 'Undo Task…',
  drop: 'Cancel Task…',
};
/** What a task waits for a person to do. */
const MAIN: readonly TaskDeed[] = ['show', 'stop', 'work', 'ready', 'retry'];
/** The findings that a person reads at a time; all stand in the task's sheet. */
const MAX_FINDINGS = 12;

/** All that is known of one task, beside the board. */
export function showDetail(task: TaskView | undefined, view: Loop2PageView): void {
  element('detail').hidden = task === undefined;
  element('work').classList.toggle('open', task !== undefined);
  if (!task) return;
  const verdicts = view.looked?.taskId === task.id ? view.looked.verdicts : undefined;
  const mayChange = view.isTrusted && !view.isElsewhere;
  element('detailTitle').textContent = nameOf(task);
  const working = view.working.find(({ taskId }) => taskId === task.id);
  refill('detailBody', [task, verdicts, mayChange, working], () => [
    standingOf(task),
    ...(working ? [budgetOf(working)] : []),
    ...draftOf(task),
    ...(mayChange ? actionsOf(task) : []),
    ...exceptionOf(task),
    factsOf(task),
    ...verdictsOf(task, verdicts),
    around('div', 'actions', button('Show as Text', 'sheet', ask({ type: 'openSheet', taskId: task.id }))),
  ]);
}

function ask(request: Parameters<typeof askAndSay>[0]): () => void {
  return () => void askAndSay(request);
}

function standingOf(task: TaskView): HTMLElement {
  const { state, reason, attempts, attemptsLeft } = task;
  const left = state === 'done' || state === 'cancelled' ? '' : `, ${attemptsLeft} left`;
  const head = around(
    'p',
    'weight',
    made('span', stateText(task), `pill ${moodOf(task)}`),
    made('span', whoText(task)),
    made('span', attempts > 0 ? `${count(attempts, 'attempt')}${left}` : 'not audited yet', 'quiet'),
  );
  const all = around('div', '', head);
  const waits = waitText(task);
  if (waits !== '') all.append(made('p', waits));
  if (task.outdated !== '') all.append(made('p', task.outdated, 'message'));
  else if (reason !== '') all.append(made('p', reason, 'message'));
  return all;
}

/** What a worker does, and how much of what it may take is used. */
function budgetOf(working: Loop2PageView['working'][number]): HTMLElement {
  const { doing, round, rounds, tokens, mostTokens, startedAt, minutes } = working;
  const spent = Math.max(1, Math.ceil((Date.now() - startedAt) / 60_000));
  const bars = around(
    'dl',
    'bars',
    ...(
      [
        ['Steps', round, rounds],
        ['Tokens', tokens, mostTokens],
        ['Minutes', spent, minutes],
      ] as const
    ).flatMap(([name, used, most]) => {
      const bar = made('span', '', 'bar');
      bar.style.width = `${Math.min(100, (100 * used) / Math.max(1, most))}%`;
      const track = around('span', 'track', bar);
      track.setAttribute('aria-hidden', 'true');
      return [
        made('dt', name),
        around('dd', '', track, made('span', `${grouped(used)} of ${grouped(most)}`)),
      ];
    }),
  );
  return around('div', '', made('p', `Now: it ${doing}`), bars);
}

function draftOf({ draft, state }: TaskView): HTMLElement[] {
  if (!draft) return [];
  const text =
    state === 'proposed'
      ? 'Written, audited in a copy of the workspace, and not in your files yet:'
      : 'Written, and not in your files:';
  const says = draft.says === '' ? [] : [made('p', `It says of it, which decides nothing: ${draft.says}`)];
  return [around('div', 'box warning', made('p', `${text} ${draft.files.join(', ')}`), ...says)];
}

function actionsOf({ id, can, outdated }: TaskView): HTMLElement[] {
  if (can.length === 0) return [];
  const [first] = can;
  const buttons = can.map((deed) => {
    const text = deed === 'ready' && outdated !== '' ? 'Audit Again' : DEEDS[deed];
    const isMain = deed === first && MAIN.includes(deed);
    return button(text, deed, ask({ type: 'deed', deed, taskId: id }), isMain ? 'primary' : '');
  });
  return [around('div', 'actions', ...buttons)];
}

function exceptionOf({ exception }: TaskView): HTMLElement[] {
  if (!exception) return [];
  const { by, expiresAt, reason } = exception;
  return [around('div', 'box', made('p', `Let stand by ${by} until ${day(expiresAt)}: ${reason}`))];
}

function factsOf(task: TaskView): HTMLElement {
  const { id, files, check, scenarios, origin, dependants, kind } = task;
  const list = made('dl');
  const say = (name: string, ...what: HTMLElement[]): void => {
    list.append(made('dt', name), around('dd', '', ...what));
  };
  say('Kind', made('span', kind));
  if (files.length === 0) say('Files', made('span', 'none named: it is asked for them when it is ready'));
  else
    say(
      'Files',
      ...files.map((file, index) =>
        around('p', '', button(file, `file ${index}`, ask({ type: 'openFile', taskId: id, index }), 'link')),
      ),
    );
  if (check !== '') say('Check', made('code', check));
  if (dependants > 0) say('Bottleneck', made('span', `${dependants} tasks need it`));
  if (scenarios.length > 0)
    say(
      'Loop 1',
      button(
        `Speaks to ${count(scenarios.length, 'card')}`,
        'card',
        ask({ type: 'openCard', taskId: id }),
        'link',
      ),
    );
  if (origin)
    say(
      'From',
      button(`${origin.file}:${origin.line}`, 'origin', ask({ type: 'openOrigin', taskId: id }), 'link'),
    );
  return list;
}

function verdictsOf(task: TaskView, verdicts: readonly TaskVerdict[] | undefined): HTMLElement[] {
  const title = made('h3', 'Verdicts');
  if (!verdicts) return [title, made('p', 'Looking…', 'quiet')];
  if (verdicts.length === 0)
    return [title, made('p', 'It was not audited yet. Only an audit says that it is done.', 'quiet')];
  return [title, ...verdicts.map((verdict, index) => verdictOf(verdict, index === 0))];
}

const MOODS = { pass: 'good', fail: 'bad', 'not run': 'warning' };
const MARKS = { pass: '✓', fail: '✗', 'not run': '?' };

function verdictOf(verdict: TaskVerdict, isOpen: boolean): HTMLElement {
  const { outcome, reason, checks, createdAt, durationMs, notes } = verdict;
  const all = made('details', '', `box verdict ${MOODS[outcome]}`) as HTMLDetailsElement;
  all.open = isOpen;
  const at = new Date(createdAt).toLocaleString();
  all.append(
    around(
      'summary',
      '',
      made('strong', `${MARKS[outcome]} ${outcome}`),
      made('span', ` ${at}, took ${duration(durationMs)}`, 'quiet'),
    ),
  );
  if (reason !== '') all.append(made('p', reason, 'message'));
  const rows = checks.map(({ name, status, reason: why }) =>
    around(
      'li',
      '',
      made('span', `${MARKS[status]} ${name}: ${status}`),
      ...(why === '' ? [] : [made('span', ` (${why})`, 'quiet')]),
    ),
  );
  all.append(around('ul', 'checks', ...rows), ...findingsOf(verdict), ...reportsOf(verdict));
  all.append(...notes.map((note) => made('p', `Note: ${note}`, 'quiet')));
  return all;
}

function findingsOf({ id: verdictId, findings }: TaskVerdict): HTMLElement[] {
  if (findings.length === 0) return [];
  const rows = findings.slice(0, MAX_FINDINGS).map(({ file, line, rule, message, isCritical }, index) => {
    const text = made('span', `${isCritical ? 'critical, ' : ''}${rule}: ${message}`, 'message');
    if (file === '') return around('li', '', text);
    const open = ask({ type: 'openFinding', verdictId, index });
    return around('li', '', button(`${file}:${line}`, `${verdictId} ${index}`, open, 'link'), text);
  });
  const more = findings.length - rows.length;
  if (more > 0) rows.push(made('li', `and ${count(more, 'more finding')}, in the text`, 'quiet'));
  return [around('ul', 'evidence findings', ...rows)];
}

function reportsOf({ id: verdictId, reports }: TaskVerdict): HTMLElement[] {
  if (reports.length === 0) return [];
  const links = reports.map(({ file, verdict }, index) =>
    button(
      `Report of ${file} (${verdict})`,
      `report ${verdictId} ${index}`,
      ask({ type: 'openReport', verdictId, index }),
      'link',
    ),
  );
  return [around('p', 'reports', ...links)];
}
