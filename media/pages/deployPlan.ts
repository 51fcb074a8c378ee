import type { FilesView, PlanView } from '../../src/deploy/view/planView';
import { actionWords } from '../../src/deploy/view/releaseView';
import type { FromDeployPage } from '../../src/protocol';
import { element, made } from './host';
import { grouped, t } from './texts';

type Post = (message: FromDeployPage) => void;

/** Lists as short as this are open from the start. */
const MAX_OPEN = 20;
const DONE = { before: t('before'), after: t('after') };

function summaryOf(kind: FilesView['kind'], total: number): string {
  switch (kind) {
    case 'added':
      return t('{0} added', grouped(total));
    case 'changed':
      return t('{0} changed', grouped(total));
    case 'deleted':
      return t('{0} deleted', grouped(total));
    case 'protected':
      return t('{0} protected: the target keeps its own', grouped(total));
    case 'excluded':
      return t('{0} excluded: not sent', grouped(total));
  }
}

/** A plan as elements: what is done, why, and what hurts. */
export function planElements(plan: PlanView, post: Post): HTMLElement[] {
  return [
    ...secretsOf(plan, post),
    ...noticesOf(t('Warnings'), 'box warning', plan.warnings),
    made('h3', t('Interruption')),
    ...(plan.interruption.length > 0
      ? [list(plan.interruption)]
      : [made('p', t('No interruption is expected.'))]),
    made('h3', t('Services')),
    servicesOf(plan),
    ...commandsOf(plan),
    made('h3', t('Files')),
    made('p', t('from {0}', plan.workspace), 'quiet'),
    ...plan.files.map((files) => filesOf(files, plan.isComparable, post)),
    ...(plan.files.slice(0, 3).every(({ total }) => total === 0)
      ? [made('p', t('No file is sent or deleted.'))]
      : []),
  ];
}

/** The next names of a kind, as the page gets them. */
export function addNames(
  kind: FilesView['kind'],
  from: number,
  names: readonly string[],
  isComparable: boolean,
  post: Post,
): void {
  const list = element(`names-${kind}`);
  if (list.children.length !== from) return;
  list.append(...names.map((name, index) => nameOf(kind, from + index, name, isComparable, post)));
  const more = document.getElementById(`more-${kind}`);
  const left = Number(more?.dataset['total'] ?? 0) - list.children.length;
  if (more) {
    more.hidden = left <= 0;
    more.textContent = t('Show more ({0} left)', grouped(left));
  }
  // The keyboard goes on where the new names begin.
  list.children[from]?.querySelector<HTMLElement>('button')?.focus();
}

function secretsOf({ secrets }: PlanView, post: Post): HTMLElement[] {
  if (secrets.length === 0) return [];
  const box = made('section', '', 'box bad');
  box.setAttribute('role', 'alert');
  const places = made('ul');
  for (const [index, { place, what }] of secrets.entries()) {
    const item = made('li');
    const link = made('button', place, 'link');
    link.addEventListener('click', () => post({ type: 'openSecret', index }));
    item.append(link, made('span', ` ${what}`));
    places.append(item);
  }
  box.append(
    made('h3', t('Stopped: secrets would be sent')),
    places,
    made(
      'p',
      t('Take them out, exclude the files, or name what is wanted in "allowSecrets". Then deploy again.'),
    ),
  );
  return [box];
}

function noticesOf(title: string, className: string, texts: readonly string[]): HTMLElement[] {
  if (texts.length === 0) return [];
  const box = made('section', '', className);
  box.append(made('h3', title), list(texts));
  return [box];
}

function servicesOf({ services }: PlanView): HTMLElement {
  if (services.length === 0) return made('p', t('The Compose file has no services.'));
  const rows = services.map(({ name, action, reason }) => {
    const row = made('tr', '', `action-${action}`);
    row.append(made('th', name), made('td', actionWords(action)), made('td', reason));
    row.firstElementChild?.setAttribute('scope', 'row');
    return row;
  });
  return table(t('Services'), [t('Service'), t('What is done'), t('Why')], rows);
}

function commandsOf({ commands }: PlanView): HTMLElement[] {
  if (commands.length === 0) return [];
  const items = commands.map(({ when, command }) => {
    const item = made('li', `${DONE[when]}: `);
    item.append(made('code', command));
    return item;
  });
  const all = made('ul');
  all.append(...items);
  return [made('h3', t('Commands that are run in the workspace')), all];
}

function filesOf({ kind, total, names }: FilesView, isComparable: boolean, post: Post): HTMLElement {
  const all = made('details') as HTMLDetailsElement;
  all.hidden = total === 0;
  all.open = total <= MAX_OPEN && kind !== 'excluded' && kind !== 'protected';
  const list = made('ul', '', 'names');
  list.id = `names-${kind}`;
  list.append(...names.map((name, index) => nameOf(kind, index, name, isComparable, post)));
  const more = made('button', t('Show more ({0} left)', grouped(total - names.length)));
  more.id = `more-${kind}`;
  more.dataset['total'] = String(total);
  more.hidden = total <= names.length;
  more.addEventListener('click', () => post({ type: 'moreNames', kind, index: list.children.length }));
  all.append(made('summary', summaryOf(kind, total)), list, more);
  return all;
}

function nameOf(
  kind: FilesView['kind'],
  index: number,
  name: string,
  isComparable: boolean,
  post: Post,
): HTMLElement {
  const item = made('li');
  const isLink = kind === 'added' || (isComparable && (kind === 'changed' || kind === 'deleted'));
  const text = made(isLink ? 'button' : 'span', name, isLink ? 'link' : '');
  if (isLink) text.addEventListener('click', () => post({ type: 'openFile', kind, index }));
  item.append(text);
  return item;
}

function list(texts: readonly string[]): HTMLElement {
  const all = made('ul');
  all.append(...texts.map((text) => made('li', text)));
  return all;
}

/** A table that can be scrolled sideways where it does not fit. */
export function table(label: string, heads: readonly string[], rows: readonly HTMLElement[]): HTMLElement {
  const all = made('table');
  all.setAttribute('aria-label', label);
  const head = made('tr');
  for (const each of heads) {
    const cell = made('th', each);
    cell.setAttribute('scope', 'col');
    head.append(cell);
  }
  const top = made('thead');
  top.append(head);
  const body = made('tbody');
  body.append(...rows);
  all.append(top, body);
  const frame = made('div', '', 'scroll');
  // Without a mouse it is scrolled by the arrow keys.
  frame.tabIndex = 0;
  frame.setAttribute('role', 'group');
  frame.setAttribute('aria-label', label);
  frame.append(all);
  return frame;
}
