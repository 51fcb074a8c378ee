import { priorityOf } from '../../src/loops/loop1/failureRate';
import { CATEGORIES } from '../../src/loops/loop1/scenario';
import type { Category, Decision } from '../../src/loops/loop1/scenario';
import type { CardView } from '../../src/loops/loop1/view';
import { categoryWords } from '../../src/loops/words';
import type { Loop1Request } from '../../src/protocol';
import { element, made } from './host';
import { ask, askAndSay, say } from './loopAsk';
import { t } from './texts';

type Kind = Exclude<Decision['kind'], 'task passed'>;

const TITLES: Record<Kind, string> = {
  accepted: t('Accept this risk'),
  dismissed: t('Dismiss this card'),
  confirmed: t('Confirm this card'),
};
const DEEDS: Record<Kind, string> = {
  accepted: t('Accept'),
  dismissed: t('Dismiss'),
  confirmed: t('Confirm'),
};
const PRIORITY_TELLS = {
  P0: t('This makes it P0: it blocks the run as long as it is open.'),
  P1: t('This makes it P1: it weighs heavily.'),
  P2: t('This makes it P2: it weighs a little.'),
  P3: t('This makes it P3: it hardly weighs.'),
};

let about: { card: Pick<CardView, 'id' | 'title'>; kind: Kind } | undefined;

const dialog = (id: string): HTMLDialogElement => element<HTMLDialogElement>(id);
const field = (id: string): HTMLInputElement => element<HTMLInputElement>(id);

/** Opens the form for what a person says of a card. */
export function askDecision(card: Pick<CardView, 'id' | 'title'>, kind: Kind): void {
  about = { card, kind };
  element('decisionAbout').textContent = card.title;
  field('reasonText').value = '';
  field('days').value = '0';
  showKind(kind);
  open('decisionDialog');
  field('reasonText').focus();
}

function showKind(kind: Kind): void {
  if (about) about.kind = kind;
  element('decisionTitle').textContent = TITLES[kind];
  element('decide').textContent = DEEDS[kind];
  element('kinds').hidden = kind === 'confirmed';
  for (const radio of document.querySelectorAll<HTMLInputElement>('#kinds input')) {
    radio.checked = radio.value === kind;
  }
}

export async function takeBackDecision(scenarioId: string, title: string): Promise<void> {
  if (await askAndSay({ type: 'undecide', scenarioId })) say(t('Taken back: {0}', title));
}

export function openInject(isRunning: boolean): void {
  element('pauseAndInject').hidden = !isRunning;
  open('injectDialog');
  field('injectText').focus();
}

export function openCardForm(): void {
  open('cardDialog');
  showEstimate();
  field('ownTitle').focus();
}

export function open(id: string): void {
  const one = dialog(id);
  tell(one, '');
  if (!one.open) one.showModal();
}

export function listenToDialogs(): void {
  for (const one of document.querySelectorAll('dialog')) {
    one.querySelector('.close')?.addEventListener('click', () => one.close());
    one.addEventListener('input', () => tell(one, ''));
  }
  onSubmit('decisionDialog', () => {
    const reason = field('reasonText').value.trim();
    if (!about) return t('Choose a card.');
    if (reason === '') return t('A decision needs a reason.');
    const { card, kind } = about;
    return { type: 'decide', scenarioId: card.id, kind, reason, days: Number(field('days').value) };
  });
  onSubmit('injectDialog', () => {
    const text = field('injectText').value.trim();
    return text === '' ? t('Write what is to be taken into account.') : { type: 'addConstraint', text };
  });
  onSubmit('cardDialog', cardRequest);
  for (const radio of document.querySelectorAll<HTMLInputElement>('#kinds input'))
    radio.addEventListener('change', () => showKind(radio.value as Kind));
  for (const id of ['ownLikelihood', 'ownImpact']) field(id).addEventListener('input', showEstimate);
  element('ownCategory').append(...CATEGORIES.map((name) => option(name, categoryWords(name))));
  field('ownCategory').value = 'operations';
  for (const one of document.querySelectorAll<HTMLElement>('[data-format]'))
    one.addEventListener('click', () => {
      dialog('exportDialog').close();
      void askAndSay({ type: 'export', format: one.dataset['format'] as 'markdown' });
    });
}

export function option(name: string, words = name): HTMLElement {
  const one = made('option', words);
  one.setAttribute('value', name);
  return one;
}

function cardRequest(): Loop1Request | string {
  const title = field('ownTitle').value.trim();
  if (title === '') return t('Say in a sentence what could happen.');
  const [likelihood, impact] = estimate();
  const card = {
    ...{ title, likelihood, impact },
    category: field('ownCategory').value as Category,
    prevention: field('ownPrevention').value.trim(),
    earlyWarning: field('ownWarning').value.trim(),
    place: field('ownPlace').value.trim(),
  };
  return { type: 'addCard', card };
}

const estimate = (): [number, number] => [
  Number(field('ownLikelihood').value) / 100,
  Number(field('ownImpact').value) / 100,
];

function showEstimate(): void {
  const [likelihood, impact] = estimate();
  element('ownLikelihoodShown').textContent = `${Math.round(likelihood * 100)} %`;
  element('ownImpactShown').textContent = `${Math.round(impact * 100)} %`;
  element('ownPriority').textContent = PRIORITY_TELLS[priorityOf(likelihood, impact)];
}

/** What was written stays until the editor has taken it. */
function onSubmit(id: string, read: () => Loop1Request | string): void {
  const one = dialog(id);
  const form = one.querySelector('form');
  form?.addEventListener('submit', (event) => {
    event.preventDefault();
    const isPausing = (event.submitter as HTMLButtonElement | null)?.value === 'pause';
    void send(one, read(), isPausing);
  });
}

async function send(
  one: HTMLDialogElement,
  request: Loop1Request | string,
  isPausing: boolean,
): Promise<void> {
  if (typeof request === 'string') return tell(one, request);
  if (isPausing) {
    const paused = await ask({ type: 'pause' });
    if (!paused.isDone) return tell(one, paused.text);
  }
  const { isDone, text } = await ask(request);
  if (!isDone) return tell(one, text);
  one.close();
  one.querySelector('form')?.reset();
  say(text || (about ? t('{0}: done.', TITLES[about.kind]) : ''));
}

function tell(one: HTMLDialogElement, text: string): void {
  const place = one.querySelector<HTMLElement>('.failure');
  if (!place) return;
  place.textContent = text;
  place.hidden = text === '';
}
