import './base.css';
import './parts.css';
import './loopPage.css';
import './loopCards.css';
import './loop1.css';
import './loop1Board.css';
import './loop1Detail.css';
import type { CardView, Loop1View } from '../../src/loops/loop1/view';
import { categoryWords, statusWords, stepWords } from '../../src/loops/words';
import type { Loop1PageView, ToLoop1Page } from '../../src/protocol';
import { editor, element } from './host';
import { announce, ask, askAndSay, hearReply, sayReply } from './loopAsk';
import { arrivedAt, focusCard, idOf, showCard } from './loopCards';
import { cardByKey, cardsByColumn, ORDERS, showBoard } from './loop1Board';
import type { Looking } from './loop1Board';
import { carryOut, showDetail } from './loop1Detail';
import {
  askDecision,
  listenToDialogs,
  open,
  openCardForm,
  openInject,
  option,
  takeBackDecision,
} from './loop1Dialogs';
import { listenToDrags } from './loop1Drag';
import { showHeader } from './loop1Header';
import { figure } from './loopParts';
import { showIterations, showResearch } from './loop1Tabs';
import { t } from './texts';

const TABS = ['Cards', 'Research', 'Run'] as const;
type Tab = (typeof TABS)[number];

interface Kept extends Looking {
  tab: Tab;
}

let shown: Loop1PageView | undefined;
let kept: Kept = { filter: '', category: '', order: 'weight', selected: '', tab: 'Cards' };

function show(view: Loop1PageView): void {
  const before = shown?.run;
  shown = view;
  element('main').setAttribute('aria-busy', 'false');
  element('waiting').hidden = true;
  element('empty').hidden = view.run !== null;
  element('content').hidden = view.run === null;
  element('emptyTrust').hidden = view.isTrusted;
  element('startFirst').hidden = !view.isTrusted;
  if (!view.run) return;
  const { run } = view;
  showHeader(view, run);
  element('drift').hidden = !view.hasDrifted;
  showCategories(run);
  showCards();
  showResearch(view, run);
  showIterations(run);
  tellChange(before ?? undefined, run);
}

function showCards(): void {
  if (!shown?.run) return;
  const isFiltered = kept.filter.trim() !== '' || kept.category !== '';
  const number = showBoard(shown, shown.run, kept);
  element('found').textContent = isFiltered ? t('{0} found', number) : '';
  showDetail(find(kept.selected), shown);
}

/** What changed without anybody asking is told to whoever does not see it. */
function tellChange(before: Loop1View | undefined, run: Loop1View): void {
  if (!before || before.id !== run.id) return;
  if (before.status === run.status && before.nextStep === run.nextStep) return;
  if (run.status === 'running' && run.nextStep !== null)
    return announce(t('Iteration {0}: {1}.', run.iteration, stepWords(run.nextStep)));
  const rates = t(
    '{0}: {1} % now, {2} % planned.',
    ...[statusWords(run.status), figure(run.rate.now), figure(run.rate.planned)],
  );
  const change = run.diff ? t('{0} gone, {1} new.', run.diff.gone.length, run.diff.fresh.length) : '';
  announce([rates, change, run.reason].filter(Boolean).join(' '));
}

function showCategories(run: Loop1View): void {
  const select = element<HTMLSelectElement>('category');
  const all = [
    ...new Set(cardsByColumn(run).flatMap(([, cards]) => cards.map((card) => card.category as string))),
  ];
  const wanted = [...new Set([...all, kept.category].filter(Boolean))].sort();
  if (select.dataset['all'] === wanted.join()) return;
  select.dataset['all'] = wanted.join();
  const every = option('');
  every.textContent = t('All kinds');
  select.replaceChildren(every, ...wanted.map((name) => option(name, categoryWords(name))));
  select.value = kept.category;
}

function find(id: string): CardView | undefined {
  if (!shown?.run) return undefined;
  const cards = [...cardsByColumn(shown.run).flatMap(([, each]) => each), ...shown.run.gone];
  return cards.find((card) => card.id === id);
}

function keep(change: Partial<Kept>): void {
  kept = { ...kept, ...change };
  editor.setState({ ...(editor.getState() as object), page: kept });
}

function select(id: string): void {
  keep({ selected: id });
  showCards();
  // The board makes room for the details, so that the card may have moved.
  showCard(id);
}

function showTab(tab: Tab, hasFocus = false): void {
  keep({ tab });
  for (const each of TABS) {
    const button = element(`tab${each}`);
    button.setAttribute('aria-selected', String(each === tab));
    button.tabIndex = each === tab ? 0 : -1;
    element(`panel${each}`).hidden = each !== tab;
    if (each === tab && hasFocus) button.focus();
  }
}

function mayChange(): boolean {
  return shown !== undefined && shown.isTrusted && !shown.isPast && !shown.isElsewhere;
}

/** Keys of a card; a letter with a modifier is the editor's. */
function onCardKey(event: KeyboardEvent): void {
  const id = idOf(event.target);
  if (id === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  const to = cardByKey(id, event.key);
  if (to !== undefined) {
    event.preventDefault();
    // Whoever reads the details reads those of the card they are at.
    if (!element('detail').hidden) select(to);
    return focusCard(to);
  }
  const card = find(id);
  const act = card && deedOf(event.key.toLowerCase(), card);
  if (!act) return;
  event.preventDefault();
  act();
}

function deedOf(key: string, card: CardView): (() => void) | undefined {
  const isAside = card.state === 'accepted' || card.state === 'dismissed';
  if (key === 'e' && card.evidence.length > 0)
    return () => void askAndSay({ type: 'openEvidence', scenarioId: card.id, index: 0 });
  if (key === '/') return () => element('filter').focus();
  if (!mayChange()) return undefined;
  if (key === 'p' && card.remedy?.kind === 'edit') return () => void carryOut('preview', card.id);
  if (key === 'n') return openCardForm;
  if (key === 'a' && !isAside) return () => askDecision(card, 'accepted');
  if (key === 'd' && !isAside) return () => askDecision(card, 'dismissed');
  if (key === 'u' && card.decision) return () => void takeBackDecision(card.id, card.title);
  return undefined;
}

function closeDetail(): void {
  const id = kept.selected;
  select('');
  focusCard(id);
}

function listenToCards(): void {
  const board = element('board');
  board.addEventListener('keydown', onCardKey);
  board.addEventListener('focusin', ({ target }) => arrivedAt(target));
  board.addEventListener('click', (event) => {
    const id = idOf(event.target);
    if (id === undefined || (event.target as HTMLElement).closest('.place')) return;
    select(id);
    // A key has no place on the page: whoever presses Enter wants to read.
    if (event.detail === 0) element('detailTitle').focus({ preventScroll: true });
  });
  element('closeDetail').addEventListener('click', closeDetail);
  document.addEventListener('keydown', ({ key }) => {
    const isReading = document.activeElement?.closest('#detail, #board');
    if (key === 'Escape' && isReading && !element('detail').hidden) closeDetail();
  });
  listenToDrags(find, mayChange);
}

function listenToTools(): void {
  const filter = element<HTMLInputElement>('filter');
  filter.addEventListener('input', () => {
    keep({ filter: filter.value });
    showCards();
  });
  const category = element<HTMLSelectElement>('category');
  category.addEventListener('change', () => {
    keep({ category: category.value });
    showCards();
  });
  const sort = element<HTMLSelectElement>('sort');
  sort.addEventListener('change', () => {
    keep({ order: ORDERS.find((one) => one === sort.value) ?? 'weight' });
    showCards();
  });
  for (const [index, tab] of TABS.entries()) {
    element(`tab${tab}`).addEventListener('click', () => showTab(tab));
    element(`tab${tab}`).addEventListener('keydown', ({ key }) => {
      const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? TABS.length - 1 : 0;
      if (step > 0) showTab(TABS[(index + step) % TABS.length] ?? tab, true);
    });
  }
}

function listenToRun(): void {
  const click = (id: string, act: () => void): void => element(id).addEventListener('click', act);
  for (const [id, type] of [
    ['next', 'start'],
    ['resume', 'resume'],
    ['newRun', 'newRun'],
    ['startFirst', 'newRun'],
  ] as const)
    click(id, () => void askAndSay({ type }));
  for (const type of ['pause', 'cancel'] as const)
    click(type, () => {
      const button = element<HTMLButtonElement>(type);
      button.disabled = true;
      void ask({ type }).then((reply) => {
        button.disabled = false;
        sayReply(reply);
      });
    });
  click('inject', () => openInject(shown?.run?.can.pause ?? false));
  click('addCard', openCardForm);
  click('export', () => open('exportDialog'));
  click('keys', () => open('keysDialog'));
}

window.addEventListener('message', ({ data }: MessageEvent<ToLoop1Page>) => {
  switch (data.type) {
    case 'view':
      return show(data.view);
    case 'reply':
      return hearReply(data);
    case 'select':
      showTab('Cards');
      select(data.scenarioId);
      return focusCard(data.scenarioId);
  }
});

// What the page was made with says which run it is about, and brings it back after a reload of the window.
const state = {
  ...(JSON.parse(document.body.dataset['settings'] ?? '{}') as object),
  ...(editor.getState() as { page?: Partial<Kept> } | undefined),
};
kept = { ...kept, ...state.page };
editor.setState({ ...state, page: kept });
element<HTMLInputElement>('filter').value = kept.filter;
element<HTMLSelectElement>('sort').value = kept.order;
showTab(kept.tab);
listenToCards();
listenToTools();
listenToRun();
listenToDialogs();
editor.postMessage({ type: 'ready' });
