import { durationWords } from '../../src/base/texts';
import type { TaskDeed, TaskView } from '../../src/loops/loop2/view';
import type { TaskVerdict } from '../../src/loops/loop2/verdict';
import { checkWords, outcomeWords, taskKindWords, taskWords } from '../../src/loops/words';
import type { Loop2PageView } from '../../src/protocol';
import { element, made } from './host';
import { grouped, locale, plural, t } from './texts';
import { askAndSay } from './loopAsk';
import { around, button, day, refill } from './loopParts';
import { moodOf, nameOf, waitText, whoText } from './loop2Tasks';

const DEEDS: Record<TaskDeed, string> = {
  show: t('Show Proposed Changes'),
  apply: t('Apply Proposed Changes'),
  sendBack: t('Send Proposed Changes Back…'),
  discard: t('Discard Proposed Changes…'),
  stop: t('Stop Model'),
  model: t('Let a Model Work on This Task'),
  assign: t('Assign Task…'),
  work: t('Work on Task'),
  ready: t('Ready for Audit'),
  retry: t('Give New Attempts'),
  except: t('Let Stand…'),
  compare: t('Show Changes'),
  undo: t('Undo Task…'),
  drop: t('Cancel Task…'),
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
    around('div', 'actions', button(t('Show as Text'), 'sheet', ask({ type: 'openSheet', taskId: task.id }))),
  ]);
}

function ask(request: Parameters<typeof askAndSay>[0]): () => void {
  return () => void askAndSay(request);
}

function standingOf(task: TaskView): HTMLElement {
  const { state, reason, attempts, attemptsLeft } = task;
  const tried = plural(attempts, '{0} attempt', '{0} attempts');
  const isOver = state === 'done' || state === 'cancelled';
  const all = isOver ? tried : t('{0}, {1} left', tried, attemptsLeft);
  const head = around(
    'p',
    'weight',
    made('span', taskWords(task), `pill ${moodOf(task)}`),
    made('span', whoText(task)),
    made('span', attempts > 0 ? all : t('not audited yet'), 'quiet'),
  );
  const standing = around('div', '', head);
  const waits = waitText(task);
  if (waits !== '') standing.append(made('p', waits));
  if (task.outdated !== '') standing.append(made('p', task.outdated, 'message'));
  else if (reason !== '') standing.append(made('p', reason, 'message'));
  return standing;
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
        [t('Steps'), round, rounds],
        [t('Tokens'), tokens, mostTokens],
        [t('Minutes'), spent, minutes],
      ] as const
    ).flatMap(([name, used, most]) => {
      const bar = made('span', '', 'bar');
      bar.style.width = `${Math.min(100, (100 * used) / Math.max(1, most))}%`;
      const track = around('span', 'track', bar);
      track.setAttribute('aria-hidden', 'true');
      return [
        made('dt', name),
        around('dd', '', track, made('span', t('{0} of {1}', grouped(used), grouped(most)))),
      ];
    }),
  );
  return around('div', '', made('p', t('Now: it {0}', doing)), bars);
}

function draftOf({ draft, state }: TaskView): HTMLElement[] {
  if (!draft) return [];
  const files = draft.files.join(', ');
  const text =
    state === 'proposed'
      ? t('Written, audited in a copy of the workspace, and not in your files yet: {0}', files)
      : t('Written, and not in your files: {0}', files);
  const says =
    draft.says === '' ? [] : [made('p', t('It says of it, which decides nothing: {0}', draft.says))];
  return [around('div', 'box warning', made('p', text), ...says)];
}

function actionsOf({ id, can, outdated }: TaskView): HTMLElement[] {
  if (can.length === 0) return [];
  const [first] = can;
  const buttons = can.map((deed) => {
    const text = deed === 'ready' && outdated !== '' ? t('Audit Again') : DEEDS[deed];
    const isMain = deed === first && MAIN.includes(deed);
    return button(text, deed, ask({ type: 'deed', deed, taskId: id }), isMain ? 'primary' : '');
  });
  return [around('div', 'actions', ...buttons)];
}

function exceptionOf({ exception }: TaskView): HTMLElement[] {
  if (!exception) return [];
  const { by, expiresAt, reason } = exception;
  return [around('div', 'box', made('p', t('Let stand by {0} until {1}: {2}', by, day(expiresAt), reason)))];
}

function factsOf(task: TaskView): HTMLElement {
  const { id, files, check, scenarios, origin, dependants, kind } = task;
  const list = made('dl');
  const say = (name: string, ...what: HTMLElement[]): void => {
    list.append(made('dt', name), around('dd', '', ...what));
  };
  say(t('Kind'), made('span', taskKindWords(kind)));
  if (files.length === 0)
    say(t('Files'), made('span', t('none named: it is asked for them when it is ready')));
  else
    say(
      t('Files'),
      ...files.map((file, index) =>
        around('p', '', button(file, `file ${index}`, ask({ type: 'openFile', taskId: id, index }), 'link')),
      ),
    );
  if (check !== '') say(t('Check'), made('code', check));
  if (dependants > 0)
    say(t('Bottleneck'), made('span', plural(dependants, '{0} task needs it', '{0} tasks need it')));
  if (scenarios.length > 0)
    say(
      t('Loop 1'),
      button(
        plural(scenarios.length, 'Speaks to {0} card', 'Speaks to {0} cards'),
        'card',
        ask({ type: 'openCard', taskId: id }),
        'link',
      ),
    );
  if (origin)
    say(
      t('From'),
      button(`${origin.file}:${origin.line}`, 'origin', ask({ type: 'openOrigin', taskId: id }), 'link'),
    );
  return list;
}

function verdictsOf(task: TaskView, verdicts: readonly TaskVerdict[] | undefined): HTMLElement[] {
  const title = made('h3', t('Verdicts'));
  if (!verdicts) return [title, made('p', t('Looking…'), 'quiet')];
  if (verdicts.length === 0)
    return [title, made('p', t('It was not audited yet. Only an audit says that it is done.'), 'quiet')];
  return [title, ...verdicts.map((verdict, index) => verdictOf(verdict, index === 0))];
}

const MOODS = { pass: 'good', fail: 'bad', 'not run': 'warning' };
const MARKS = { pass: '✓', fail: '✗', 'not run': '?' };

function verdictOf(verdict: TaskVerdict, isOpen: boolean): HTMLElement {
  const { outcome, reason, checks, createdAt, durationMs, notes } = verdict;
  const all = made('details', '', `box verdict ${MOODS[outcome]}`) as HTMLDetailsElement;
  all.open = isOpen;
  const at = new Date(createdAt).toLocaleString(locale());
  all.append(
    around(
      'summary',
      '',
      made('strong', `${MARKS[outcome]} ${outcomeWords(outcome)}`),
      made('span', ` ${t('{0}, took {1}', at, durationWords(durationMs))}`, 'quiet'),
    ),
  );
  if (reason !== '') all.append(made('p', reason, 'message'));
  const rows = checks.map(({ name, status, reason: why }) =>
    around(
      'li',
      '',
      made('span', `${MARKS[status]} ${checkWords(name)}: ${outcomeWords(status)}`),
      ...(why === '' ? [] : [made('span', ` (${why})`, 'quiet')]),
    ),
  );
  all.append(around('ul', 'checks', ...rows), ...findingsOf(verdict), ...reportsOf(verdict));
  all.append(...notes.map((note) => made('p', t('Note: {0}', note), 'quiet')));
  return all;
}

function findingsOf({ id: verdictId, findings }: TaskVerdict): HTMLElement[] {
  if (findings.length === 0) return [];
  const rows = findings.slice(0, MAX_FINDINGS).map(({ file, line, rule, message, isCritical }, index) => {
    const text = made(
      'span',
      isCritical ? t('critical, {0}: {1}', rule, message) : `${rule}: ${message}`,
      'message',
    );
    if (file === '') return around('li', '', text);
    const open = ask({ type: 'openFinding', verdictId, index });
    return around('li', '', button(`${file}:${line}`, `${verdictId} ${index}`, open, 'link'), text);
  });
  const more = findings.length - rows.length;
  if (more > 0)
    rows.push(
      made(
        'li',
        plural(more, 'and {0} more finding, in the text', 'and {0} more findings, in the text'),
        'quiet',
      ),
    );
  return [around('ul', 'evidence findings', ...rows)];
}

function reportsOf({ id: verdictId, reports }: TaskVerdict): HTMLElement[] {
  if (reports.length === 0) return [];
  const links = reports.map(({ file, verdict }, index) =>
    button(
      t('Report of {0} ({1})', file, outcomeWords(verdict)),
      `report ${verdictId} ${index}`,
      ask({ type: 'openReport', verdictId, index }),
      'link',
    ),
  );
  return [around('p', 'reports', ...links)];
}
