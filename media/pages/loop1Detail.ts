import type { CardView } from '../../src/loops/loop1/view';
import { cardStateWords, categoryWords, decisionWords } from '../../src/loops/words';
import type { Loop1PageView } from '../../src/protocol';
import { element, made } from './host';
import { ask, askAndSay, sayReply } from './loopAsk';
import { askDecision, takeBackDecision } from './loop1Dialogs';
import { around, button, day, figure, refill } from './loopParts';
import { plural, t } from './texts';

/** All that is known of one card, beside the board. */
export function showDetail(card: CardView | undefined, view: Loop1PageView): void {
  element('detail').hidden = card === undefined;
  element('panelCards').classList.toggle('open', card !== undefined);
  if (!card) return;
  const mayChange = !view.isPast && !view.isElsewhere && view.isTrusted;
  const isPreviewed = view.previewed.includes(card.id);
  const isApplied = view.applied.includes(card.id);
  element('detailTitle').textContent = card.title;
  refill('detailBody', [card, mayChange, isPreviewed, isApplied], () =>
    [
      weightOf(card),
      decisionOf(card, mayChange),
      mayChange ? actionsOf(card) : undefined,
      card.note === undefined ? undefined : made('p', card.note, 'box warning'),
      evidenceOf(card),
      storyOf(card),
      remedyOf(card, { mayChange, isPreviewed, isApplied }),
      sourcesOf(card),
    ].filter((part) => part !== undefined),
  );
}

function weightOf(card: CardView): HTMLElement {
  const { priority, share, likelihood, impact, category, state, since } = card;
  const weight = state === 'open' ? t('{0} points of the rate', figure(share)) : cardStateWords(state);
  const head = around(
    'p',
    'weight',
    made('span', priority, `pill ${priority.toLowerCase()}`),
    made('span', weight),
    made('span', t('{0}, since iteration {1}', categoryWords(category), since), 'quiet'),
  );
  const bars = around(
    'dl',
    'bars',
    ...[[t('Likelihood'), likelihood] as const, [t('Impact'), impact] as const].flatMap(([name, value]) => {
      const bar = made('span', '', 'bar');
      bar.style.width = `${value * 100}%`;
      const track = around('span', 'track', bar);
      track.setAttribute('aria-hidden', 'true');
      return [made('dt', name), around('dd', '', track, made('span', `${Math.round(value * 100)} %`))];
    }),
  );
  return around('div', '', head, bars);
}

function decisionOf({ id, decision, state, title }: CardView, mayChange: boolean): HTMLElement | undefined {
  if (!decision) return undefined;
  const { kind, by, at, reason, expiresAt } = decision;
  const said = t('{0} by {1} on {2}: {3}', decisionWords(kind), by, day(at), reason);
  const text = expiresAt === null ? said : `${said} ${t('It is open again on {0}.', day(expiresAt))}`;
  const box = around('div', 'box', made('p', text));
  if (mayChange && state !== 'gone')
    box.append(button(t('Take Decision Back'), 'undecide', () => void takeBackDecision(id, title)));
  return box;
}

function actionsOf(card: CardView): HTMLElement | undefined {
  if (card.state === 'gone' || card.state === 'accepted' || card.state === 'dismissed') return undefined;
  const all = around('div', 'actions');
  if (card.state === 'needs confirmation')
    all.append(button(t('Confirm…'), 'confirm', () => askDecision(card, 'confirmed'), 'primary'));
  all.append(
    button(t('Accept…'), 'accept', () => askDecision(card, 'accepted')),
    button(t('Dismiss…'), 'dismiss', () => askDecision(card, 'dismissed')),
  );
  return all;
}

function evidenceOf({ id, evidence, evidenceCount }: CardView): HTMLElement {
  const rows = evidence.map(({ file, line, shows }, index) => {
    const place = button(
      `${file}:${line}`,
      `evidence ${index}`,
      () => void askAndSay({ type: 'openEvidence', scenarioId: id, index }),
      'link',
    );
    return around('li', '', place, made('code', shows));
  });
  const more = evidenceCount - evidence.length;
  if (more > 0) rows.push(made('li', plural(more, 'and {0} more place', 'and {0} more places'), 'quiet'));
  const body =
    rows.length > 0 ? around('ul', 'evidence', ...rows) : made('p', t('None: a person or a model says so.'));
  return around('section', '', made('h3', t('Evidence')), body);
}

function storyOf(card: CardView): HTMLElement {
  const all = made('section');
  if (card.trigger !== '' || card.chain.length > 0) {
    all.append(made('h3', t('How it happens')));
    if (card.trigger !== '') all.append(made('p', card.trigger));
    if (card.chain.length > 0)
      all.append(around('ol', 'chain', ...card.chain.map((each) => made('li', each))));
  }
  for (const [name, text] of [
    [t('Who is hurt'), card.hurts],
    [t('Prevention'), card.prevention],
    [t('Early warning'), card.earlyWarning],
    [t('How to verify'), card.verify],
  ] as const)
    if (text !== '') all.append(made('h3', name), made('p', text));
  return all;
}

interface Standing {
  mayChange: boolean;
  isPreviewed: boolean;
  isApplied: boolean;
}

function remedyOf({ id, remedy, state }: CardView, standing: Standing): HTMLElement | undefined {
  if (!remedy || state === 'gone') return undefined;
  const box = around('section', 'box remedy', made('h3', t('Remediation')));
  const { mayChange, isPreviewed, isApplied } = standing;
  switch (remedy.kind) {
    case 'edit': {
      box.append(made('p', t('{0}: an edit of {1}', remedy.title, remedy.files.join(', '))));
      if (!mayChange) break;
      const apply = button(
        t('Apply'),
        'apply',
        () => void carryOut('apply', id),
        isPreviewed ? 'primary' : '',
      );
      // Nothing is changed that was not looked at.
      apply.disabled = !isPreviewed;
      apply.title = isPreviewed ? '' : t('Look at the change first');
      const preview = () => void carryOut('preview', id);
      const actions = isApplied
        ? [
            made('span', t('Done: the next iteration looks whether it holds.')),
            button(t('Undo Edit'), 'undo', () => void carryOut('takeBack', id)),
          ]
        : [button(t('Preview Change'), 'preview', preview, isPreviewed ? '' : 'primary'), apply];
      box.append(around('div', 'actions', ...actions));
      break;
    }
    case 'command':
      box.append(made('p', t('{0}, in {1}:', remedy.title, remedy.folder)), made('pre', remedy.command));
      if (mayChange)
        box.append(button(t('Type in Terminal'), 'command', () => void carryOut('runCommand', id)));
      break;
    case 'task':
      box.append(made('p', remedy.description), made('p', t('Done when: {0}', remedy.acceptance), 'quiet'));
      box.append(button(t('Copy Task'), 'copy', () => void carryOut('copyTask', id)));
  }
  return box;
}

type Deed = 'preview' | 'apply' | 'takeBack' | 'runCommand' | 'copyTask';

export async function carryOut(type: Deed, scenarioId: string): Promise<void> {
  sayReply(await ask({ type, scenarioId }));
}

function sourcesOf({ source, sources }: CardView): HTMLElement {
  const all = sources.length > 0 ? sources : [source];
  const what =
    all.length > 1 ? t('Said by {0}: {1}', all.length, all.join(', ')) : t('Said by {0}', all[0] ?? source);
  return made('p', what, 'quiet source');
}
