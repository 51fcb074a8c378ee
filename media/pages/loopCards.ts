import { element, made } from './host';

/** The cards of a board: an item of a list each, known by an id, with a title that is a button. */
const nodes = new Map<string, { item: HTMLElement; key: string }>();
/** The card whose title has, or had last, the focus. */
let atCard = '';

/** The item of a card, which is made anew only where `content` differs from what it was made for. */
export function cardFor(id: string, content: unknown, make: (item: HTMLElement) => void): HTMLElement {
  const key = JSON.stringify(content);
  const known = nodes.get(id);
  if (known?.key === key) return known.item;
  const item = known?.item ?? made('li');
  item.dataset['id'] = id;
  make(item);
  nodes.set(id, { item, key });
  return item;
}

/** To be called when all are in place: forgets those that are gone, and whoever was at one is at it still. */
export function cardsShown(known: ReadonlySet<string>, selected: string, focused: string | undefined): void {
  for (const id of nodes.keys()) if (!known.has(id)) nodes.delete(id);
  mark(selected);
  if (focused !== undefined && focusedCard() !== focused) focusCard(focused);
}

/** Puts items into a list in this order; those that are in place are left alone. */
export function put(list: HTMLElement, items: readonly HTMLElement[]): void {
  let at = list.firstElementChild;
  for (const item of items) {
    if (item === at) at = at.nextElementSibling;
    else list.insertBefore(item, at);
  }
  while (at) {
    const next = at.nextElementSibling;
    at.remove();
    at = next;
  }
}

/** One card at a time is in the order of the Tab key; arrows go to the others. */
function mark(selected: string): void {
  const titles = [...element('board').querySelectorAll<HTMLElement>('.title')];
  const chosen =
    titles.find((one) => idOf(one) === atCard) ?? titles.find((one) => idOf(one) === selected) ?? titles[0];
  for (const one of titles) {
    one.tabIndex = one === chosen ? 0 : -1;
    const isSelected = idOf(one) === selected;
    one.closest('.card')?.classList.toggle('selected', isSelected);
    if (isSelected) one.setAttribute('aria-current', 'true');
    else one.removeAttribute('aria-current');
  }
}

/** To be called when a card gets the focus: Tab comes back to it. */
export function arrivedAt(target: EventTarget | null): void {
  const title = (target as HTMLElement | null)?.closest<HTMLElement>('.title');
  if (!title) return;
  atCard = idOf(title) ?? '';
  for (const one of element('board').querySelectorAll<HTMLElement>('.title[tabindex="0"]')) one.tabIndex = -1;
  title.tabIndex = 0;
}

export function idOf(within: EventTarget | null): string | undefined {
  return (within as HTMLElement | null)?.closest<HTMLElement>('.card')?.dataset['id'];
}

export function focusedCard(): string | undefined {
  return document.activeElement?.classList.contains('title') ? idOf(document.activeElement) : undefined;
}

export function focusCard(id: string): void {
  nodes.get(id)?.item.querySelector<HTMLElement>('.title')?.focus({ preventScroll: true });
  showCard(id);
}

export function showCard(id: string): void {
  nodes.get(id)?.item.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}
