import './base.css';
import './parts.css';
import './loopPage.css';
import './loopCards.css';
import './loop2.css';
import type { Loop2View, TaskView } from '../../src/loops/loop2/view';
import { statusWords, taskWords } from '../../src/loops/words';
import type { Loop2PageView, Loop2Request, ToLoop2Page } from '../../src/protocol';
import { editor, element } from './host';
import { announce, ask, askAndSay, hearReply, sayReply } from './loopAsk';
import { arrivedAt, focusCard, idOf, showCard } from './loopCards';
import { showDetail } from './loop2Detail';
import { showHeader, showNotes } from './loop2Header';
import { showTasks, taskByKey, tasksOf, WHICH } from './loop2Tasks';
import type { Looking } from './loop2Tasks';
import { t } from './texts';

let shown: Loop2PageView | undefined;
let kept: Looking = { filter: '', which: 'all', selected: '' };

function show(view: Loop2PageView): void {
  const before = shown?.run;
  shown = view;
  element('main').setAttribute('aria-busy', 'false');
  element('waiting').hidden = true;
  element('empty').hidden = view.run !== null;
  element('content').hidden = view.run === null;
  element('emptyTrust').hidden = view.isTrusted;
  element('startFirst').hidden = !view.isTrusted;
  if (!view.run) return;
  showHeader(view, view.run);
  showBoard();
  showNotes(view.run);
  tellChange(before ?? undefined, view.run);
}

function showBoard(): void {
  if (!shown?.run) return;
  const isFiltered = kept.filter.trim() !== '' || kept.which !== 'all';
  const number = showTasks(shown.run, kept, shown.working);
  element('found').textContent = isFiltered ? t('{0} found', number) : '';
  showDetail(find(kept.selected), shown);
}

/** What changed without anybody asking is told to whoever does not see it. */
function tellChange(before: Loop2View | undefined, run: Loop2View): void {
  if (!before || before.id !== run.id) return;
  const was = new Map(tasksOf(before).map(({ id, state }) => [id, state]));
  const changed = tasksOf(run).filter(({ id, state }) => was.get(id) !== state);
  const said = changed.slice(0, 3).map(({ id, state }) => `${id}: ${taskWords({ state, outdated: null })}.`);
  if (before.status !== run.status) said.push(`${statusWords(run.status)}. ${run.reason}`);
  if (said.length > 0) announce(said.join(' '));
}

function find(id: string): TaskView | undefined {
  return shown?.run ? tasksOf(shown.run).find((task) => task.id === id) : undefined;
}

function keep(change: Partial<Looking>): void {
  kept = { ...kept, ...change };
  editor.setState({ ...(editor.getState() as object), page: kept });
}

function select(id: string): void {
  keep({ selected: id });
  void ask({ type: 'look', taskId: id });
  showBoard();
  // The board makes room for the details, so that the task may have moved.
  showCard(id);
}

function mayChange(): boolean {
  return shown !== undefined && shown.isTrusted && !shown.isElsewhere;
}

/** Keys of a task; a letter with a modifier is the editor's. */
function onTaskKey(event: KeyboardEvent): void {
  const id = idOf(event.target);
  if (id === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const to = taskByKey(id, event.key);
  if (to !== undefined) {
    event.preventDefault();
    // Whoever reads the details reads those of the task they are at.
    if (!element('detail').hidden) select(to);
    return focusCard(to);
  }
  const task = find(id);
  const act = task && deedOf(event.key.toLowerCase(), task);
  if (!act) return;
  event.preventDefault();
  act();
}

function deedOf(key: string, { id, can }: TaskView): (() => void) | undefined {
  if (key === '/') return () => element('filter').focus();
  if (!mayChange()) return undefined;
  if (key === 'n') return () => void askAndSay({ type: 'add' });
  const deed = key === 'w' ? 'work' : key === 'r' ? 'ready' : undefined;
  return deed && can.includes(deed) ? () => void askAndSay({ type: 'deed', deed, taskId: id }) : undefined;
}

function closeDetail(): void {
  const id = kept.selected;
  select('');
  focusCard(id);
}

function listenToTasks(): void {
  const board = element('board');
  board.addEventListener('keydown', onTaskKey);
  board.addEventListener('focusin', ({ target }) => arrivedAt(target));
  board.addEventListener('click', (event) => {
    const id = idOf(event.target);
    if (id === undefined) return;
    select(id);
    // A key has no place on the page: whoever presses Enter wants to read.
    if (event.detail === 0) element('detailTitle').focus({ preventScroll: true });
  });
  element('closeDetail').addEventListener('click', closeDetail);
  document.addEventListener('keydown', ({ key }) => {
    const isReading = document.activeElement?.closest('#detail, #board');
    if (key === 'Escape' && isReading && !element('detail').hidden) closeDetail();
  });
}

function listenToTools(): void {
  const filter = element<HTMLInputElement>('filter');
  filter.addEventListener('input', () => {
    keep({ filter: filter.value });
    showBoard();
  });
  const which = element<HTMLSelectElement>('which');
  which.addEventListener('change', () => {
    keep({ which: WHICH.find((one) => one === which.value) ?? 'all' });
    showBoard();
  });
  for (const [id, type] of [
    ['resume', 'resume'],
    ['pause', 'pause'],
    ['cancel', 'cancel'],
    ['add', 'add'],
    ['newRun', 'start'],
    ['startFirst', 'start'],
  ] as const)
    element(id).addEventListener('click', () => void askOnce(id, { type }));
  element('keys').addEventListener('click', () => element<HTMLDialogElement>('keysDialog').showModal());
}

/** Not twice at once. */
async function askOnce(id: string, request: Loop2Request): Promise<void> {
  const button = element<HTMLButtonElement>(id);
  button.disabled = true;
  const reply = await ask(request);
  button.disabled = false;
  sayReply(reply);
}

window.addEventListener('message', ({ data }: MessageEvent<ToLoop2Page>) => {
  switch (data.type) {
    case 'view':
      return show(data.view);
    case 'reply':
      return hearReply(data);
    case 'select':
      keep({ filter: '', which: 'all' });
      showKept();
      select(data.taskId);
      return focusCard(data.taskId);
  }
});

function showKept(): void {
  element<HTMLInputElement>('filter').value = kept.filter;
  element<HTMLSelectElement>('which').value = kept.which;
}

// What the page was made with says which folder it is about, and brings it back after a reload of the window.
const state = {
  ...(JSON.parse(document.body.dataset['settings'] ?? '{}') as object),
  ...(editor.getState() as { page?: Partial<Looking> } | undefined),
};
kept = { ...kept, ...state.page };
editor.setState({ ...state, page: kept });
showKept();
listenToTasks();
listenToTools();
editor.postMessage({ type: 'ready' });
if (kept.selected !== '') void ask({ type: 'look', taskId: kept.selected });
