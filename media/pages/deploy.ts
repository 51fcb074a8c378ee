import './base.css';
import './parts.css';
import './deploy.css';
import type { EndView, ReleaseView, StepView } from '../../src/deploy/view/releaseView';
import type { EnvironmentView, HistoryView, QuestionView, RunView } from '../../src/deploy/view/runView';
import type { FromDeployPage, ToDeployPage } from '../../src/protocol';
import { addNames, planElements, table } from './deployPlan';
import { editor, element, fill, made } from './host';
import { locale, t } from './texts';

const post = (message: FromDeployPage): void => editor.postMessage(message);
let shown: EnvironmentView | undefined;

const PHASES: Record<RunView['phase'], string> = {
  planning: t('Making the plan…'),
  asking: t('This is the plan. Nothing has been touched yet.'),
  stopped: t('The plan can not be carried out. Nothing was touched.'),
  running: t('Going on…'),
  cancelling: t('Cancelled: what was there before is being put back…'),
  ended: '',
};
const SIGNS = { waiting: '○', now: '▶', done: '✓', skipped: '–', failed: '✗' };
const STATES = {
  waiting: t('waiting'),
  now: t('going on'),
  done: t('done'),
  skipped: t('nothing to do'),
  failed: t('failed'),
};

function show(view: EnvironmentView): void {
  shown = view;
  element('name').textContent = view.name;
  element('mark').hidden = !view.isProduction;
  element('target').textContent = t('to {0}', view.target);
  setText('notice', view.notice);
  setText('interruptedText', view.interrupted);
  element('interrupted').hidden = view.interrupted === '';
  showRun(view.run, view);
  const isBusy = view.run !== null && !['ended', 'stopped'].includes(view.run.phase);
  for (const id of ['deploy', 'rollBack', 'putBack']) element<HTMLButtonElement>(id).disabled = isBusy;
  fill('history', [view.history, isBusy], () => historyOf(view.history, isBusy));
  keep(view);
}

/** What comes back after a reload of the window: which environment it is about, and what went on. */
function keep({ run }: EnvironmentView): void {
  const kept = run && { phase: run.phase, title: run.title, startedAt: run.startedAt };
  editor.setState({ ...(editor.getState() as object), run: kept });
}

function setText(id: string, text: string): void {
  const place = element(id);
  // Set anew, it would be read out again.
  if (place.textContent !== text) place.textContent = text;
  place.hidden = text === '';
}

function showRun(run: RunView | null, view: EnvironmentView): void {
  element('run').hidden = run === null;
  if (!run) return;
  element('runTitle').textContent = run.title;
  const isGoingOn = run.phase === 'running' || run.phase === 'cancelling';
  setText('phase', run.phase === 'planning' ? run.message || PHASES.planning : PHASES[run.phase]);
  element('cancelRun').hidden = !(isGoingOn || run.phase === 'planning');
  element<HTMLButtonElement>('cancelRun').disabled = run.phase === 'cancelling';
  element('steps').hidden = run.steps.length === 0;
  fill('steps', run.steps, () => run.steps.map(stepOf));
  element('end').hidden = run.end === null;
  fill('end', run.end, () => (run.end ? endOf(run.end) : []));
  element('plan').hidden = run.plan === null || isGoingOn;
  fill('plan', run.plan, () => (run.plan ? planElements(run.plan, post) : []));
  showQuestion(run.question, view);
  showElapsed();
}

let asked = 0;

function showQuestion(question: QuestionView | null, { name, isProduction }: EnvironmentView): void {
  const form = element('question');
  form.hidden = question === null;
  // What was typed for one question is no answer to the next.
  if (!question) asked = 0;
  if (!question || question.id === asked) return;
  asked = question.id;
  const isTyped = question.confirm === 'yes';
  element('questionText').textContent = asks(question.kind, isTyped, isProduction, name);
  const word = element<HTMLInputElement>('word');
  word.hidden = !isTyped;
  word.value = '';
  const agree = element<HTMLButtonElement>('agree');
  agree.textContent = question.action;
  agree.disabled = isTyped;
  element('expiry').textContent = t('Without an answer it is cancelled at {0}.', clock(question.expiresAt));
  // The plan is read first: the focus goes to where the answer is given, the view stays at the top.
  (isTyped ? word : element('refuse')).focus({ preventScroll: true });
}

function asks(kind: QuestionView['kind'], isTyped: boolean, isProduction: boolean, name: string): string {
  if (isTyped && isProduction) {
    if (kind === 'rollBack') return t('Type yes to roll back {0}, which is production:', name);
    if (kind === 'promote') return t('Type yes to promote {0}, which is production:', name);
    return t('Type yes to deploy {0}, which is production:', name);
  }
  if (isTyped) {
    if (kind === 'rollBack') return t('Type yes to roll back {0}:', name);
    return kind === 'promote' ? t('Type yes to promote {0}:', name) : t('Type yes to deploy {0}:', name);
  }
  if (isProduction) return t('Ready to go on with {0}, which is production.', name);
  return t('Ready to go on with {0}.', name);
}

function answer(): void {
  const question = shown?.run?.question;
  const text = element<HTMLInputElement>('word').value;
  if (question && !element<HTMLButtonElement>('agree').disabled)
    post({ type: 'answer', id: question.id, text });
}

function stepOf({ label, state, message }: StepView): HTMLElement {
  const item = made('li', '', state);
  if (state === 'now') item.setAttribute('aria-current', 'step');
  const sign = made('span', SIGNS[state], 'sign');
  sign.setAttribute('aria-hidden', 'true');
  const name = made('span', label);
  name.append(made('span', `, ${STATES[state]}`, 'hidden'));
  item.append(sign, name, made('span', state === 'waiting' ? '' : message, 'message'));
  return item;
}

function endOf(end: EndView): HTMLElement[] {
  const box = made('section', '', `box ${end.mood}`);
  const title = made('p', end.outcome);
  title.setAttribute('role', 'status');
  title.style.fontWeight = '600';
  box.append(title);
  if (end.reason !== '') box.append(made('p', end.reason));
  const facts = made('dl');
  for (const [name, value] of [
    [t('Release'), end.release],
    [t('Downtime'), end.downtime],
  ] as const)
    if (value !== '') facts.append(made('dt', name), made('dd', value));
  if (facts.children.length > 0) box.append(facts);
  const rows = end.services.map(({ name, action, image }, index) => {
    const row = made('tr');
    const head = made('th', name);
    head.setAttribute('scope', 'row');
    const logs = made('button', t('Open Logs'), 'link');
    logs.setAttribute('aria-label', t('Open logs of {0}', name));
    logs.addEventListener('click', () => post({ type: 'openLogs', index }));
    const cell = made('td');
    cell.append(logs);
    row.append(head, made('td', action), made('td', image), cell);
    return row;
  });
  if (rows.length > 0)
    box.append(table(t('Services that serve'), [t('Service'), t('Was'), t('Image'), t('Logs')], rows));
  if (end.explanation.length > 0)
    box.append(made('h3', t('What explains it')), made('pre', end.explanation.join('\n')));
  return [box];
}

function historyOf(history: HistoryView, isBusy: boolean): HTMLElement[] {
  if (history.kind === 'looking') return [made('p', t('Looking…'), 'quiet')];
  if (history.kind === 'failed') return [made('p', t('The releases can not be read. {0}', history.text))];
  if (history.releases.length === 0)
    return [
      made(
        'p',
        t('Nothing has been deployed here yet. “Deploy…” shows what would happen, before anything does.'),
      ),
    ];
  const heads = [
    t('When'),
    t('Outcome'),
    t('Commit'),
    t('Files'),
    t('By'),
    t('Took'),
    t('Downtime'),
    t('Release'),
  ];
  return [
    table(
      t('Deployments, the newest first'),
      heads,
      history.releases.map((each) => releaseRow(each, isBusy)),
    ),
  ];
}

function releaseRow(release: ReleaseView, isBusy: boolean): HTMLElement {
  const row = made('tr');
  const when = made('th', localTime(release.startedAt));
  when.setAttribute('scope', 'row');
  const outcome = made('td');
  outcome.append(made('span', release.outcome, `mood-${release.mood}`));
  if (release.kind !== '' && !release.isFound) outcome.append(made('span', ` (${release.kind})`));
  if (release.isCurrent) outcome.append(made('span', `, ${t('serves now')}`));
  if (release.reason !== '') outcome.append(made('p', release.reason, 'quiet'));
  const last = made('td', '');
  last.append(made('span', release.id, 'quiet'));
  if (release.canRollBack) {
    const button = made('button', t('Roll Back…')) as HTMLButtonElement;
    button.disabled = isBusy;
    button.setAttribute('aria-label', t('Roll back to {0}', release.id));
    button.addEventListener('click', () => post({ type: 'rollBack', release: release.id }));
    last.append(made('br'), button);
  }
  const cells = [release.commit, release.files, release.by, release.duration, release.downtime];
  row.append(when, outcome, ...cells.map((text) => made('td', text)), last);
  return row;
}

function showElapsed(): void {
  const run = shown?.run;
  const isGoingOn = run?.phase === 'running' || run?.phase === 'cancelling';
  element('elapsed').hidden = !isGoingOn;
  if (!run || !isGoingOn) return;
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(run.startedAt)) / 1000));
  const minutes = Math.floor(seconds / 60);
  element('elapsed').textContent =
    minutes > 0 ? t('{0} min {1} s', minutes, seconds % 60) : t('{0} s', seconds);
}

function clock(time: string): string {
  return new Date(time).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
}

function localTime(time: string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? time : date.toLocaleString(locale());
}

function listen(): void {
  const click = (id: string, message: FromDeployPage): void =>
    element(id).addEventListener('click', () => post(message));
  click('deploy', { type: 'deploy' });
  click('rollBack', { type: 'rollBack', release: '' });
  click('refresh', { type: 'refresh' });
  click('putBack', { type: 'putBack' });
  click('cancelRun', { type: 'cancel' });
  click('refuse', { type: 'cancel' });
  element('word').addEventListener('input', () => {
    element<HTMLButtonElement>('agree').disabled = element<HTMLInputElement>('word').value !== 'yes';
  });
  element('question').addEventListener('submit', (event) => {
    event.preventDefault();
    answer();
  });
  document.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape' && shown?.run?.question) post({ type: 'cancel' });
  });
  setInterval(showElapsed, 1000);
}

window.addEventListener('message', ({ data }: MessageEvent<ToDeployPage>) => {
  if (data.type === 'names') {
    addNames(data.kind, data.from, data.names, shown?.run?.plan?.isComparable ?? false, post);
    return;
  }
  element('main').setAttribute('aria-busy', 'false');
  element('waiting').hidden = true;
  element('content').hidden = false;
  show(data.view);
});

// What the page was made with says which environment it is about, and brings it back after a reload of the window.
editor.setState({
  ...JSON.parse(document.body.dataset['settings'] ?? '{}'),
  ...(editor.getState() as object),
});
listen();
post({ type: 'ready' });
