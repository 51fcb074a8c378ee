import type { CardView } from '../../src/loops/loop1/view';
import { element } from './host';
import { ASIDE } from './loop1Board';
import { sayReply } from './loopAsk';
import { idOf } from './loopCards';
import { askDecision, takeBackDecision } from './loop1Dialogs';
import { t } from './texts';

/** Cards can be set aside with the mouse, and taken back. All of it has keys and buttons as well. */
export function listenToDrags(find: (id: string) => CardView | undefined, mayChange: () => boolean): void {
  const board = element('board');
  let dragged: string | undefined;
  const columnAt = (target: EventTarget | null): HTMLElement | null =>
    (target as HTMLElement | null)?.closest<HTMLElement>('.column') ?? null;
  const unmark = (): void => {
    for (const one of board.querySelectorAll('.over')) one.classList.remove('over');
  };
  board.addEventListener('dragstart', (event) => {
    dragged = idOf(event.target);
    if (dragged === undefined || !mayChange()) return event.preventDefault();
    event.dataTransfer?.setData('text/plain', find(dragged)?.title ?? '');
    document.body.classList.add('dragging');
  });
  board.addEventListener('dragover', (event) => {
    const column = columnAt(event.target);
    if (dragged === undefined || !column) return;
    event.preventDefault();
    unmark();
    column.classList.add('over');
  });
  board.addEventListener('dragend', () => {
    unmark();
    document.body.classList.remove('dragging');
    dragged = undefined;
  });
  board.addEventListener('drop', (event) => {
    event.preventDefault();
    const card = dragged === undefined ? undefined : find(dragged);
    const to = columnAt(event.target)?.dataset['column'];
    if (card && to !== undefined) dropped(card, to);
  });
}

function dropped(card: CardView, to: string): void {
  const isAside = card.state === 'accepted' || card.state === 'dismissed';
  if (isAside && to !== ASIDE) return void takeBackDecision(card.id, card.title);
  if (!isAside && to === ASIDE) return askDecision(card, 'accepted');
  if (isAside || to === card.priority) return;
  const text = t(
    'This is {0} by its likelihood and impact. A priority is not moved by hand: mend it, or set the card aside.',
    card.priority,
  );
  sayReply({ isDone: false, text });
}
