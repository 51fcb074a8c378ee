import type { Loop2View, PhaseView, TaskView } from '../../src/loops/loop2/view';
import { princessWords, taskWords, workerWords } from '../../src/loops/words';
import type { Loop2PageView } from '../../src/protocol';
import { element, made } from './host';
import { cardFor, cardsShown, focusedCard, put } from './loopCards';
import { around, button } from './loopParts';
import { plural, t } from './texts';

export const WHICH = ['all', 'turn', 'stuck', 'done'] as const;

/** What is shown of the tasks, and how. */
export interface Looking {
  filter: string;
  which: (typeof WHICH)[number];
  selected: string;
}

interface Section {
  all: HTMLElement;
  about: HTMLElement;
  list: HTMLElement;
  none: HTMLElement;
}

const sections = new Map<number, Section>();
/** An id of a task list is what people call a task; one of a card says nothing. */
const MAX_SHORT_ID = 12;
const SIGNS: Record<TaskView['state'], string> = {
  open: '○',
  working: '✎',
  ready: '◔',
  auditing: '◐',
  'sent back': '✗',
  proposed: '?',
  'needs you': '!',
  done: '✓',
  excepted: '§',
  cancelled: '–',
};

export function tasksOf({ phases }: Loop2View): TaskView[] {
  return phases.flatMap(({ tasks }) => tasks);
}

/** What people call a task. */
export function nameOf({ id, description }: TaskView): string {
  return description === '' ? id : id.length <= MAX_SHORT_ID ? `${id} ${description}` : description;
}

/** Changes only what differs, so that whoever is at a task stays there. Gives the number of tasks that are shown. */
export function showTasks(run: Loop2View, looking: Looking, working: Loop2PageView['working']): number {
  const doing = new Map(working.map((each) => [each.taskId, each.doing]));
  const atWork = focusedCard();
  let shown = 0;
  for (const phase of run.phases) {
    const section = sectionOf(phase.number);
    const wanted = phase.tasks.filter((task) => fits(task, looking));
    shown += wanted.length;
    section.about.textContent = aboutPhase(phase);
    section.all.classList.toggle('now', phase.isNow);
    section.none.hidden = wanted.length > 0;
    put(
      section.list,
      wanted.map((task) => itemOf(task, doing.get(task.id) ?? '')),
    );
  }
  put(
    element('board'),
    run.phases.map(({ number }) => sectionOf(number).all),
  );
  cardsShown(new Set(tasksOf(run).map(({ id }) => id)), looking.selected, atWork);
  return shown;
}

function aboutPhase({ isNow, verified, tasks }: PhaseView): string {
  const text = plural(tasks.length, '{1} of {0} task verified', '{1} of {0} tasks verified', verified);
  return isNow ? t('now, {0}', text) : text;
}

function sectionOf(number: number): Section {
  const known = sections.get(number);
  if (known) return known;
  const title = made('h2', t('Phase {0}', number));
  title.id = `phase-${number}`;
  const about = made('span', '', 'quiet');
  const list = made('ul');
  list.setAttribute('role', 'list');
  list.setAttribute('aria-labelledby', title.id);
  const none = made('p', t('None fits the filter.'), 'quiet');
  const all = around('section', 'phase', around('div', 'head', title, about), none, list);
  const section = { all, about, list, none };
  sections.set(number, section);
  return section;
}

function itemOf(task: TaskView, doing: string): HTMLElement {
  return cardFor(task.id, [task, doing], (item) => {
    item.className = `card task ${moodOf(task)}`;
    item.replaceChildren(...partsOf(task, doing));
  });
}

/** How a task stands, as a colour and a word for the style. */
export function moodOf({ state, blockedBy, isTurn, outdated }: TaskView): string {
  if (outdated !== '') return 'middling';
  switch (state) {
    case 'done':
      return 'good';
    case 'sent back':
      return 'bad';
    case 'needs you':
    case 'proposed':
    case 'excepted':
      return 'middling';
    case 'open':
      return blockedBy !== '' ? 'held' : isTurn ? 'turn' : '';
    case 'working':
    case 'ready':
    case 'auditing':
      return 'going';
    case 'cancelled':
      return 'off';
  }
}

function partsOf(task: TaskView, doing: string): HTMLElement[] {
  const { state, dependants, attempts, reason } = task;
  const waits = waitText(task);
  const marks = [
    dependants > 0 ? t('bottleneck: {0} need it', dependants) : '',
    attempts > 0 ? plural(attempts, '{0} attempt', '{0} attempts') : '',
  ].filter(Boolean);
  const name = button(nameOf(task), 'title', () => undefined, 'title');
  name.tabIndex = -1;
  name.setAttribute(
    'aria-label',
    [nameOf(task), taskWords(task), waits, ...marks, whoText(task)].filter(Boolean).join(', '),
  );
  const sign = made('span', task.outdated === '' ? SIGNS[state] : '↻', 'sign');
  sign.setAttribute('aria-hidden', 'true');
  const facts = around(
    'p',
    'facts',
    made('span', taskWords(task), 'weight'),
    ...[doing, waits].filter(Boolean).map((each) => made('span', each)),
    made('span', whoText(task), 'quiet'),
    ...marks.map((each, index) =>
      made('span', each, `mark ${dependants > 0 && index === 0 ? 'narrow' : ''}`),
    ),
  );
  const said = task.outdated !== '' ? task.outdated : isSettled(state) ? '' : reason;
  const why = said === '' ? [] : [made('p', said, 'why')];
  return [sign, name, facts, ...why];
}

/** Why it is as it is is of no interest any more, or not yet. */
function isSettled(state: TaskView['state']): boolean {
  return state === 'done' || state === 'auditing';
}

/** What it waits for, and whether that gets on. */
export function waitText({ waitsFor, blockedBy }: TaskView): string {
  if (blockedBy !== '') return t('waits for {0}, which does not get on', blockedBy);
  if (waitsFor.length === 0) return '';
  const more = waitsFor.length - 3;
  const first = waitsFor.slice(0, 3).join(', ');
  return more > 0 ? t('waits for {0} and {1} more', first, more) : t('waits for {0}', first);
}

export function whoText({ worker, workedBy, princess }: TaskView): string {
  const kind = workerWords(worker);
  const who = workedBy === '' || workedBy === worker ? kind : `${kind} (${workedBy})`;
  return t('{0}, by {1}', princessWords(princess), who);
}

function fits(task: TaskView, { filter, which }: Looking): boolean {
  const { state, isTurn, blockedBy } = task;
  const isOfThem = {
    all: true,
    turn: isTurn,
    stuck: state === 'needs you' || blockedBy !== '' || task.outdated !== '',
    done: state === 'done' && task.outdated === '',
  }[which];
  if (!isOfThem) return false;
  const { id, description, files, princess, kind, worker, workedBy, reason } = task;
  const text = [id, description, taskWords(task), princess, kind, worker, workedBy, reason, ...files]
    .join(' ')
    .toLowerCase();
  return filter
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}

/** Where a key leads to from a task; undefined for a key that leads nowhere. */
export function taskByKey(from: string, key: string): string | undefined {
  const lists = [...element('board').querySelectorAll('ul')].map((list) => [...list.children]);
  const full = lists.filter((items) => items.length > 0);
  const idAt = (item: Element | undefined): string | undefined =>
    item instanceof HTMLElement ? item.dataset['id'] : undefined;
  const all = full.flat();
  const at = all.findIndex((item) => idAt(item) === from);
  const phase = full.findIndex((items) => items.some((item) => idAt(item) === from));
  const to: Record<string, Element | undefined> = {
    ArrowDown: all[at + 1],
    ArrowUp: at > 0 ? all[at - 1] : undefined,
    ArrowRight: full[phase + 1]?.[0],
    ArrowLeft: full[phase - 1]?.[0],
    Home: all[0],
    End: all.at(-1),
  };
  return idAt(to[key]);
}
