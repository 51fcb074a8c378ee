import type { Loop2View } from '../../src/loops/loop2/view';
import { princessStatusWords, princessWords, statusWords } from '../../src/loops/words';
import type { Loop2PageView } from '../../src/protocol';
import { element, made } from './host';
import { askAndSay } from './loopAsk';
import { around, button, refill } from './loopParts';
import { plural, t } from './texts';

/** Below it the plan is doubtful. */
const LEAST_PASS_RATE = 0.8;

export function showHeader(view: Loop2PageView, run: Loop2View): void {
  element('source').textContent = t('Loop 2 of {0}', run.source);
  const state = element('state');
  state.textContent = view.isElsewhere ? t('running in another window') : statusWords(run.status);
  state.className = `state ${run.status.replaceAll(' ', '-')}`;
  const now = run.phases.find(({ isNow }) => isNow);
  element('phase').textContent = now ? t('Phase {0} of {1}', now.number, run.phases.length) : '';
  element('reason').textContent = run.reason;
  element('reason').hidden = run.reason === '';
  refill('progress', run.progress, () => progressOf(run));
  refill('escalations', run.escalations, () => escalationsOf(run));
  refill('princesses', run.princesses, () => princessesOf(run));
  showButtons(view, run);
}

function progressOf({ progress, status }: Loop2View): HTMLElement[] {
  const { done, excepted, outdated, total, passRate } = progress;
  const mood = status === 'completed' ? 'good' : status === 'not converged' ? 'bad' : 'middling';
  const big = around(
    'p',
    `big ${mood}`,
    made('strong', t('{0} of {1}', done, total)),
    made('span', ` ${t('verified')}`),
  );
  const gauge = made('div', '', `gauge ${mood}`);
  gauge.setAttribute('aria-hidden', 'true');
  const bar = made('span', '', 'bar');
  bar.style.width = `${total === 0 ? 0 : (100 * done) / total}%`;
  gauge.append(bar);
  const more = [
    ...(outdated > 0 ? [t('{0} to be audited again', outdated)] : []),
    ...(excepted > 0 ? [t('{0} excepted', excepted)] : []),
    passRate === null
      ? t('No audit has decided yet.')
      : t('{0} % of audits passed', Math.round(100 * passRate)),
  ];
  const isLow = passRate !== null && passRate < LEAST_PASS_RATE;
  return [big, gauge, made('p', more.join(', '), isLow ? 'low' : 'quiet')];
}

/** Why it would be wise to go back. */
function escalationsOf({ escalations }: Loop2View): HTMLElement[] {
  if (escalations.length === 0) return [];
  const items = escalations.map(({ reason, isRaised }, index) => {
    const back = button(
      isRaised ? t('Show Its Card') : t('Show Loop 1'),
      `back ${index}`,
      () => void askAndSay({ type: 'goBack', index }),
      'link',
    );
    return around('li', '', made('span', `${reason} `), back);
  });
  const title = made('h2', t('It may be wise to go back to Loop 1'));
  return [around('section', 'box warning', title, around('ul', '', ...items))];
}

function princessesOf({ princesses }: Loop2View): HTMLElement[] {
  const most = Math.max(1, ...princesses.map((each) => each.open + each.working + each.needYou + each.done));
  return princesses.map(({ name, status, open, working, done, needYou }) => {
    const all = open + working + needYou + done;
    const part = (number: number, className: string): HTMLElement => {
      const bar = made('span', '', `bar ${className}`);
      bar.style.width = `${(100 * number) / most}%`;
      return bar;
    };
    const track = around(
      'span',
      'track',
      part(done, 'done'),
      part(working, 'working'),
      part(needYou, 'stuck'),
      part(open, 'open'),
    );
    track.setAttribute('aria-hidden', 'true');
    const facts = [
      t('{0} of {1} done', done, all),
      working > 0 ? t('{0} at work', working) : '',
      needYou > 0 ? t('{0} need you', needYou) : '',
      open > 0 ? t('{0} open', open) : '',
    ].filter(Boolean);
    const head = around(
      'p',
      'name',
      made('strong', princessWords(name)),
      made('span', princessStatusWords(status), 'quiet'),
    );
    return around('li', `princess ${status.replaceAll(' ', '-')}`, head, track, made('p', facts.join(', ')));
  });
}

export function showNotes({ notes }: Loop2View): void {
  refill('notes', notes, () =>
    notes.length === 0
      ? []
      : [
          made('h2', plural(notes.length, '{0} note', '{0} notes')),
          around('ul', '', ...notes.map((note) => made('li', note))),
        ],
  );
}

/** What can be done now is there; what can't is not. */
function showButtons({ isElsewhere, isTrusted }: Loop2PageView, { can, status }: Loop2View): void {
  const isOwn = !isElsewhere && isTrusted;
  const show = (id: string, isShown: boolean): void => {
    element(id).hidden = !isShown;
  };
  show('resume', isOwn && can.resume);
  show('pause', isOwn && can.pause);
  show('cancel', isOwn && can.cancel);
  show('add', isOwn && can.add);
  show('newRun', isOwn && (!can.cancel || status === 'not converged' || status === 'failed'));
}
