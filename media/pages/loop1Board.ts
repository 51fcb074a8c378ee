import type { CardView, Loop1View } from '../../src/loops/loop1/view';
import { cardStateWords, categoryWords } from '../../src/loops/words';
import type { Loop1PageView } from '../../src/protocol';
import { element, made } from './host';
import { grouped, t } from './texts';
import { askAndSay } from './loopAsk';
import { cardFor, cardsShown, focusedCard, put } from './loopCards';
import { around, button, figure } from './loopParts';

export const ASIDE = 'aside';
const NAMES = { P0: t('blocks'), P1: t('heavy'), P2: t('minor'), P3: t('slight') };
export const ORDERS = ['weight', 'new', 'title'] as const;

/** What is shown of the cards, and how. */
export interface Looking {
  filter: string;
  category: string;
  order: (typeof ORDERS)[number];
  selected: string;
}

interface Column {
  name: string;
  all: HTMLElement;
  count: HTMLElement;
  share: HTMLElement;
  list: HTMLElement;
  none: HTMLElement;
}

const columns = new Map<string, Column>();

/** The cards of a run, those a person has decided on in a column of their own. */
export function cardsByColumn(run: Loop1View): [string, readonly CardView[], number][] {
  const open = run.columns.map(
    ({ priority, cards, share }) => [priority, cards, share] as [string, readonly CardView[], number],
  );
  return [...open, [ASIDE, run.settled, 0]];
}

/** Changes only what differs, so that whoever is at a card stays there. Gives the number of cards that are shown. */
export function showBoard(view: Loop1PageView, run: Loop1View, looking: Looking): number {
  const atWork = focusedCard();
  const heaviest = Math.max(0.01, ...run.columns.flatMap(({ cards }) => cards.map(({ share }) => share)));
  const known = new Set<string>();
  let shown = 0;
  for (const [name, cards, share] of cardsByColumn(run)) {
    const column = columnOf(name);
    for (const { id } of cards) known.add(id);
    const wanted = inOrder(
      cards.filter((card) => fits(card, looking)),
      looking.order,
    );
    shown += wanted.length;
    column.count.textContent =
      wanted.length === cards.length ? grouped(cards.length) : t('{0} of {1}', wanted.length, cards.length);
    column.share.textContent = name === ASIDE ? t('weigh nothing') : t('{0} points', figure(share));
    column.none.hidden = wanted.length > 0;
    column.none.textContent = cards.length > 0 ? t('None fits the filter.') : noneText(name, run);
    column.all.classList.toggle('bare', wanted.length === 0);
    const isApplied = (card: CardView): boolean => view.applied.includes(card.id);
    put(
      column.list,
      wanted.map((card) => nodeOf(card, { heaviest, run, isApplied: isApplied(card) })),
    );
  }
  cardsShown(known, looking.selected, atWork);
  return shown;
}

function noneText(name: string, run: Loop1View): string {
  if (name === ASIDE) return t('Accepted and dismissed cards. Drop one here to decide on it.');
  return run.curve.length === 0 && run.status === 'running' ? t('Looking…') : t('None.');
}

function columnOf(name: string): Column {
  const known = columns.get(name);
  if (known) return known;
  const isAside = name === ASIDE;
  const title = made('h2', isAside ? t('Set aside') : name);
  title.id = `column-${name}`;
  const count = made('span', '', 'count');
  const share = made('span', '', 'quiet');
  const tells = isAside ? '' : NAMES[name as keyof typeof NAMES];
  const head = around('div', 'head', title, made('span', tells, 'quiet tells'), count, share);
  const list = made('ul');
  list.setAttribute('role', 'list');
  list.setAttribute('aria-labelledby', title.id);
  const none = made('p', '', 'quiet none');
  const all = around('section', `column ${name.toLowerCase()}`, head, none, list);
  all.dataset['column'] = name;
  element('board').append(all);
  const column = { name, all, count, share, list, none };
  columns.set(name, column);
  return column;
}

interface Around {
  heaviest: number;
  run: Loop1View;
  isApplied: boolean;
}

function nodeOf(card: CardView, about: Around): HTMLElement {
  const isNew = about.run.iteration > 1 && card.since === about.run.iteration;
  return cardFor(card.id, [card, about.heaviest, about.isApplied, isNew], (item) => {
    item.className = `card ${card.priority.toLowerCase()}${card.state === 'needs confirmation' ? ' unsure' : ''}`;
    item.draggable = true;
    item.replaceChildren(...cardParts(card, about, isNew));
  });
}

function cardParts(card: CardView, { heaviest, isApplied }: Around, isNew: boolean): HTMLElement[] {
  const { id, title, state, share, category, evidence, evidenceCount, remedy, sources } = card;
  const weight = state === 'open' ? t('{0} points', figure(share)) : cardStateWords(state);
  const name = button(title, 'title', () => undefined, 'title');
  name.tabIndex = -1;
  const edits = isApplied ? t('edit made') : remedy?.kind === 'edit' ? t('edit') : '';
  const marks = [
    ['new', isNew ? t('new') : ''],
    [isApplied ? 'edit-made' : 'edit', edits],
    ['command', !isApplied && remedy?.kind === 'command' ? t('command') : ''],
    ['sources', sources.length > 1 ? t('{0} sources', sources.length) : ''],
  ].filter(([, words]) => words !== '');
  const said = marks.map(([, words = '']) => words);
  const kind = categoryWords(category);
  name.setAttribute('aria-label', [title, card.priority, weight, kind, ...said].join(', '));
  const facts = around('p', 'facts', made('span', weight, 'weight'), made('span', kind, 'quiet'));
  facts.append(...marks.map(([mark = '', words]) => made('span', words, `mark ${mark}`)));
  const parts = [name, facts];
  if (state === 'open') {
    const bar = made('span', '', 'share');
    bar.style.width = `${Math.max(2, (100 * share) / heaviest)}%`;
    parts.unshift(bar);
  }
  const [first] = evidence;
  if (first) {
    const open = (): void => void askAndSay({ type: 'openEvidence', scenarioId: id, index: 0 });
    const link = button(`${first.file}:${first.line}`, 'place', open, 'link place');
    // The keyboard has E, and the details all of them.
    link.tabIndex = -1;
    const more = evidenceCount > 1 ? [made('span', ` +${evidenceCount - 1}`, 'quiet')] : [];
    parts.push(around('p', 'places', link, ...more));
  }
  return parts;
}

function fits(card: CardView, { filter, category }: Looking): boolean {
  if (category !== '' && card.category !== category) return false;
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { title, prevention, sources, source, evidence, state } = card;
  const files = evidence.map(({ file }) => file).join(' ');
  const text = [
    ...[title, prevention, source, ...sources, files, state, card.category],
    ...[cardStateWords(state), categoryWords(card.category)],
  ]
    .join(' ')
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

function inOrder(cards: readonly CardView[], order: Looking['order']): readonly CardView[] {
  switch (order) {
    case 'weight':
      return cards;
    case 'new':
      return [...cards].sort((a, b) => b.since - a.since);
    case 'title':
      return [...cards].sort((a, b) => a.title.localeCompare(b.title));
  }
}

/** Where a key leads to from a card; undefined for a key that leads nowhere. */
export function cardByKey(from: string, key: string): string | undefined {
  const lists = [...columns.values()].map(({ list }) => [...list.children] as HTMLElement[]);
  const full = lists.filter((items) => items.length > 0);
  const column = full.findIndex((items) => items.some((item) => item.dataset['id'] === from));
  const items = full[column];
  if (!items) return undefined;
  const row = items.findIndex((item) => item.dataset['id'] === from);
  const beside = (step: number): HTMLElement | undefined => {
    const other = full[column + step];
    return other?.[Math.min(row, other.length - 1)];
  };
  const to: Record<string, HTMLElement | undefined> = {
    ArrowDown: items[row + 1],
    ArrowUp: items[row - 1],
    ArrowRight: beside(1),
    ArrowLeft: beside(-1),
    Home: items[0],
    End: items.at(-1),
  };
  return to[key]?.dataset['id'];
}
