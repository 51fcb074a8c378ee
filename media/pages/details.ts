import './base.css';
import './details.css';
import type { ContainerView, MetricSeries } from '../../src/fleet/details';
import type { FromDetailsPage, ToDetailsPage } from '../../src/protocol';
import { editor, element, fill, made } from './host';
import { t } from './texts';

const SECONDS = 300;
const HEIGHT = 56;
const SVG = 'http://www.w3.org/2000/svg';

/** What the buttons are called; the order is that of the view. */
const TITLES: Record<string, string> = {
  showLogs: t('Show Logs'),
  openShell: t('Open Shell'),
  openPort: t('Open in Browser'),
  inspectContainer: t('Inspect'),
  startContainer: t('Start'),
  unpauseContainer: t('Unpause'),
  restartContainer: t('Restart…'),
  pauseContainer: t('Pause…'),
  stopContainer: t('Stop…'),
};

const post = (message: FromDetailsPage): void => editor.postMessage(message);

function show(view: ContainerView): void {
  element('name').textContent = view.name;
  element('mood').className = `mood ${view.mood}`;
  element('state').textContent = view.state;
  showActions(view.actions);
  element('unmeasured').textContent = view.unmeasured;
  element('unmeasured').hidden = view.unmeasured === '';
  element('series').replaceChildren(...view.series.map(figure));
  fill('facts', view.facts, () =>
    view.facts.flatMap(({ name, value }) => [made('dt', name), made('dd', value)]),
  );
  list('ports', view.ports, t('No port is open.'));
  list('networks', view.networks, t('It is in no network.'));
  list('mounts', view.mounts, t('Nothing is mounted.'));
  fill('probes', [view.probes, view.hasHealthCheck], () => probesOf(view));
}

/** Only when they differ: a button that is made anew loses the focus. */
function showActions(actions: readonly string[]): void {
  const toolbar = element('actions');
  const now = [...toolbar.children].map((child) => (child as HTMLElement).dataset['action']);
  if (now.join() === actions.join()) return;
  const focused = (document.activeElement as HTMLElement | null)?.dataset['action'];
  toolbar.replaceChildren(
    ...actions.map((action) => {
      const button = made('button', TITLES[action] ?? action);
      button.dataset['action'] = action;
      button.addEventListener('click', () => post({ type: 'act', action }));
      return button;
    }),
  );
  toolbar.querySelector<HTMLElement>(`[data-action="${focused ?? ''}"]`)?.focus();
}

function figure({ name, now, top, lines }: MetricSeries): HTMLElement {
  const all = made('figure');
  const caption = made('figcaption');
  caption.append(made('strong', name), made('span', now === '' ? '–' : now));
  const picture = document.createElementNS(SVG, 'svg');
  picture.setAttribute('viewBox', `0 0 ${SECONDS} ${HEIGHT}`);
  picture.setAttribute('preserveAspectRatio', 'none');
  picture.setAttribute('role', 'img');
  picture.setAttribute('aria-label', labelOf(name, now, top));
  for (const [index, { name: line, pieces }] of lines.entries())
    for (const points of pieces) {
      const path = document.createElementNS(SVG, 'polyline');
      if (index > 0) path.setAttribute('class', 'second');
      // One point alone would be no line.
      const shown = points.length === 1 ? [...points, ...points] : points;
      const places = shown.map(({ ago, height }) => `${SECONDS - ago},${HEIGHT - 1 - height * (HEIGHT - 2)}`);
      path.setAttribute('points', places.join(' '));
      const title = document.createElementNS(SVG, 'title');
      title.textContent = line;
      path.append(title);
      picture.append(path);
    }
  const scale = made('div');
  scale.className = 'scale';
  scale.append(made('span', t('5 min ago'), 'ago'), made('span', top === '' ? '' : t('top {0}', top), 'top'));
  const frame = made('div', '', 'picture');
  frame.append(picture, scale);
  all.append(caption, frame);
  return all;
}

function labelOf(name: string, now: string, top: string): string {
  if (top === '') return t('{0}: nothing measured yet', name);
  return now === ''
    ? t('{0}: at most {1} in five minutes', name, top)
    : t('{0}: {1} now, at most {2} in five minutes', name, now, top);
}

function probesOf({ probes, hasHealthCheck }: ContainerView): HTMLElement[] {
  const none = hasHealthCheck
    ? t('The health check has not run yet.')
    : t(
        'The container has no health check. Add one (HEALTHCHECK in its Dockerfile, or healthcheck: in the Compose file) and its outputs stand here.',
      );
  const places = probes.map(({ exitCode, output }) => {
    const probe = made('div', '', exitCode === 0 ? 'probe' : 'probe failed');
    const words = exitCode === 0 ? t('passed') : t('failed with exit code {0}', exitCode);
    probe.append(made('span', words), made('pre', output === '' ? t('(no output)') : output));
    return probe;
  });
  return places.length > 0 ? places : [made('p', none, 'none')];
}

function list(id: string, values: readonly string[], none: string): void {
  fill(id, values, () =>
    values.length > 0 ? values.map((value) => made('li', value)) : [made('li', none, 'none')],
  );
}

window.addEventListener('message', ({ data }: MessageEvent<ToDetailsPage>) => {
  const trouble = data.type === 'trouble' ? data.text : '';
  element('trouble').textContent = trouble;
  element('trouble').hidden = trouble === '';
  element('main').classList.toggle('stale', trouble !== '');
  element('main').setAttribute('aria-busy', 'false');
  element('waiting').hidden = true;
  if (data.type !== 'view') return;
  element('content').hidden = false;
  show(data.view);
});

// What the page was made with says which container it is about, and brings it back after a reload of the window.
editor.setState({
  ...JSON.parse(document.body.dataset['settings'] ?? '{}'),
  ...(editor.getState() as object),
});
post({ type: 'ready' });
