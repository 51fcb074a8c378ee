import type { Step } from '../../src/loops/loop1/run';
import type { Loop1View } from '../../src/loops/loop1/view';
import { statusWords, stepWords } from '../../src/loops/words';
import type { Loop1PageView } from '../../src/protocol';
import { element, fill, made } from './host';
import { askAndSay } from './loopAsk';
import { around, button, drawn, figure, refill } from './loopParts';
import { t } from './texts';

/** Of the drawing, in its own units. */
const WIDTH = 300;
const HEIGHT = 112;
const LEFT = 34;
const RIGHT = 10;
const TOP = 10;
const BOTTOM = 20;
/** From here on it is bad, above the target it is not good. In percent. */
const BAD = 20;

const SIGNS = { done: '✓', now: '▶', stopped: '‖', waiting: '○' };
const MEANINGS = { done: t('done'), now: t('going on'), stopped: t('stopped here'), waiting: t('to come') };
const STEPS: readonly Step[] = ['research', 'premortem', 'remediation', 'rate'];

export function showHeader(view: Loop1PageView, run: Loop1View): void {
  element('goal').textContent = run.goal.text || t('How will {0} fail?', view.folder);
  showState(run, view);
  refill('plans', run.goal.files, () => plansOf(run));
  fill('rates', [run.rate, run.settled.length], () => ratesOf(run));
  fill('curve', [run.curve, run.rate.target], () => [curveOf(run)]);
  showButtons(view, run);
}

function showState(run: Loop1View, { isElsewhere }: Loop1PageView): void {
  const state = element('state');
  state.textContent = isElsewhere ? t('running in another window') : statusWords(run.status);
  state.className = `state ${run.status.replaceAll(' ', '-')}`;
  element('reason').textContent = run.reason;
  element('reason').hidden = run.reason === '';
  fill('steps', [run.nextStep, run.status, run.iteration], () => stepsOf(run));
}

function stepsOf({ nextStep, status, iteration, maxIterations }: Loop1View): HTMLElement[] {
  const at = nextStep === null ? STEPS.length : STEPS.indexOf(nextStep);
  const first = made('li', t('Iteration {0} of at most {1}', iteration, maxIterations), 'count');
  const rest = STEPS.map((step, index) => {
    const here = status === 'running' ? 'now' : 'stopped';
    const state = index < at ? 'done' : index === at ? here : 'waiting';
    const item = made('li', '', state);
    if (index === at) item.setAttribute('aria-current', 'step');
    const sign = made('span', SIGNS[state], 'sign');
    sign.setAttribute('aria-hidden', 'true');
    item.append(sign, made('span', stepWords(step)), made('span', `, ${MEANINGS[state]}`, 'hidden'));
    return item;
  });
  return [first, ...rest];
}

function plansOf({ goal }: Loop1View): HTMLElement[] {
  if (goal.files.length === 0) return [];
  const text = made('span', `${t('Reads')} `, 'quiet');
  const links = goal.files
    .slice(0, 6)
    .map((file, index) =>
      button(file, `plan ${file}`, () => void askAndSay({ type: 'openPlan', index }), 'link'),
    );
  const more = goal.files.length - links.length;
  return [text, ...links, ...(more > 0 ? [made('span', ` ${t('and {0} more', more)}`, 'quiet')] : [])];
}

function ratesOf({ rate, settled }: Loop1View): HTMLElement[] {
  const mood = rate.now <= rate.target ? 'good' : rate.now <= BAD ? 'middling' : 'bad';
  const now = around(
    'p',
    `big ${mood}`,
    made('strong', `${figure(rate.now)} %`),
    made('span', ` ${t('now')}`),
  );
  const planned = made('p', t('{0} % if all offered comes true', figure(rate.planned)));
  const wanted = figure(rate.target);
  const goalText =
    settled.length > 0
      ? t('Target {0} %, without {1} set aside', wanted, settled.length)
      : t('Target {0} %', wanted);
  const target = made('p', goalText, 'quiet');
  const gauge = made('div', '', `gauge ${mood}`);
  gauge.setAttribute('aria-hidden', 'true');
  const bar = made('span', '', 'bar');
  bar.style.width = `${rate.now}%`;
  const mark = made('span', '', 'mark');
  mark.style.left = `${rate.planned}%`;
  const goal = made('span', '', 'goal');
  goal.style.left = `${rate.target}%`;
  gauge.append(bar, mark, goal);
  return [now, gauge, planned, target];
}

function curveOf({ curve, rate }: Loop1View): HTMLElement {
  if (curve.length === 0)
    return made('p', t('The curve begins with the first iteration that ends.'), 'quiet');
  const last = Math.max(4, ...curve.map(({ iteration }) => iteration));
  const x = (iteration: number): number => LEFT + ((WIDTH - LEFT - RIGHT) * (iteration - 1)) / (last - 1);
  const y = (percent: number): number => TOP + (HEIGHT - TOP - BOTTOM) * (1 - percent / 100);
  const line = (name: 'now' | 'planned'): SVGElement =>
    drawn('polyline', {
      class: name,
      points: curve.map((point) => `${x(point.iteration)},${y(point[name])}`).join(' '),
    });
  const level = (percent: number, name: string): SVGElement =>
    drawn('line', { class: name, x1: LEFT, x2: WIDTH - RIGHT, y1: y(percent), y2: y(percent) });
  const label = (percent: number): SVGElement =>
    drawn('text', { x: LEFT - 6, y: y(percent) + 4, 'text-anchor': 'end' }, `${percent}%`);
  const told = curve
    .map(({ iteration, now }) => t('iteration {0}: {1} %', iteration, figure(now)))
    .join(', ');
  const all = drawn('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    role: 'img',
    'aria-label': t('Failure rate: {0}. Target {1} %.', told, figure(rate.target)),
  });
  all.append(level(100, 'axis'), level(50, 'axis'), level(0, 'axis'), level(rate.target, 'target'));
  all.append(label(100), label(50), label(rate.target), line('planned'), line('now'));
  for (const { iteration, now } of curve) {
    all.append(drawn('circle', { cx: x(iteration), cy: y(now), r: 3 }));
    all.append(drawn('text', { x: x(iteration), y: HEIGHT - 4, 'text-anchor': 'middle' }, String(iteration)));
  }
  return around('div', 'curve', all);
}

/** What can be done now is there; what can't is not. */
function showButtons({ isPast, isElsewhere, isTrusted }: Loop1PageView, run: Loop1View): void {
  const isOwn = !isPast && !isElsewhere && isTrusted;
  const isOver = run.status === 'cancelled' || (run.iteration >= run.maxIterations && run.nextStep === null);
  const { can } = run;
  const show = (id: string, isShown: boolean): void => {
    element(id).hidden = !isShown;
  };
  element('next').textContent = isOver ? t('Start Again') : t('Next Iteration');
  show('next', isOwn && can.start && !can.resume);
  show('resume', isOwn && can.resume);
  show('pause', isOwn && can.pause);
  show('cancel', isOwn && can.cancel);
  show('inject', isOwn);
  show('newRun', isOwn && !can.pause);
  show('addCard', isOwn);
}
