import './base.css';
import './parts.css';
import './deploy.css';
import type { EndView, ReleaseView, StepView } from '../../src/deploy/view/releaseView';
import type { EnvironmentView, HistoryView, QuestionView, RunView } from '../../src/deploy/view/runView';
import type { FromDeployPage, ToDeployPage } from '../../src/protocol';
import { addNames, planElements, table } from './deployPlan';
import { editor, element, fill, made } from './host';
import { locale } from './texts';

const post = (message: FromDeployPage): void => editor.postMessage(message);
let shown: EnvironmentView | undefined;

const PHASES: Record<RunView['phase'], string> = {
  planning: 'Making the plan…',
  asking: 'This is the plan. Nothing has been touched yet.',
  stopped: 'The plan can not be carried out. Nothing was touched.',
  running: 'Going on…',
  cancelling: 'Cancelled: what was there before is being put back…',
  ended: '',
};
const SIGNS = { waiting: '○', now: '▶', done: '✓', skipped: '–', failed: '✗' };
const STATES = {
  waiting: 'waiting',
  now: 'going on',
  done: 'done',
  skipped: 'nothing to do',
  failed: 'failed',
};

function show(view: EnvironmentView): void {
  shown = view;
  element('name').textContent = view.name;
  element('mark').hidden = !view.isProduction;
  element('target').textContent = `to ${view.target}`;
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
  const what = `${question.action.toLowerCase()} ${name}${isProduction ? ', which is production' : ''}`;
  element('questionText').textContent = isTyped ? `Type yes to ${what}:` : `Ready to ${what}.`;
  const word = element<HTMLInputElement>('word');
  word.hidden = !isTyped;
  word.value = '';
  const agree = element<HTMLButtonElement>('agree');
  agree.textContent = question.action;
  agree.disabled = isTyped;
  element('expiry').textContent = `Without an answer it is cancelled at ${clock(question.expiresAt)}.`;
  // The plan is read first: the focus goes to where the answer is given, the view stays at the top.
  (isTyped ? word : element('refuse')).focus({ preventScroll: true });
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
    ['Release', end.release],
    ['Downtime', end.downtime],
  ] as const)
    if (value !== '') facts.append(made('dt', name), made('dd', value));
  if (facts.children.length > 0) box.append(facts);
  const rows = end.services.map(({ name, action, image }, index) => {
    const row = made('tr');
    const head = made('th', name);
    head.setAttribute('scope', 'row');
    const logs = made('button', 'Open Logs', 'link');
    logs.setAttribute('aria-label', `Open logs of ${name}`);
    logs.addEventListener('click', () => post({ type: 'openLogs', index }));
    const cell = made('td');
    cell.append(logs);
    row.append(head, made('td', action), made('td', image), cell);
    return row;
  });
  if (rows.length > 0) box.append(table('Services that serve', ['Service', 'Was', 'Image', 'Logs'], rows));
  if (end.explanation.length > 0)
    box.append(made('h3', 'What explains it'), made('pre', end.explanation.join('\n')));
  return [box];
}

function historyOf(history: HistoryView, isBusy: boolean): HTMLElement[] {
  if (history.kind === 'looking') return [made('p', 'Looking…', 'quiet')];
  if (history.kind === 'failed') return [made('p', `The releases can not be read. ${history.text}`)];
  if (history.releases.length === 0)
    return [
      made(
        'p',
        'Nothing has been deployed here yet. “Deploy…” shows what would happen, before anything does.',
      ),
    ];
  const heads = ['When', 'Outcome', 'Commit', 'Files', 'By', 'Took', 'Downtime', 'Release'];
  return [
    table(
      'Deployments, the newest first',
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
  if (release.kind !== 'deploy' && release.outcome !== 'found')
    outcome.append(made('span', ` (${release.kind})`));
  if (release.isCurrent) outcome.append(made('span', ', serves now'));
  if (release.reason !== '') outcome.append(made('p', release.reason, 'quiet'));
  const last = made('td', '');
  last.append(made('span', release.id, 'quiet'));
  if (release.canRollBack) {
    const button = made('button', 'Roll Back…') as HTMLButtonElement;
    button.disabled = isBusy;
    button.setAttribute('aria-label', `Roll back to ${release.id}`);
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
  element('elapsed').textContent = minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
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
