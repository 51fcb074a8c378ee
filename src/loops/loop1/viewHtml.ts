import { escapeHtml, tag } from '../../audit/html';
import type { CardView, Loop1View } from './view';
import { cardFacts } from './viewMarkdown';

/** Of the drawn curve, in units of its own. */
const WIDTH = 560;
const HEIGHT = 150;
const LEFT = 40;
const BOTTOM = 24;

/** A run as one HTML file that loads nothing, runs nothing and prints well. */
export function viewHtml(view: Loop1View): string {
  const policy = "default-src 'none'; style-src 'unsafe-inline'";
  const head = [
    '<meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    '<title>Loop 1: how will it fail?</title>',
    `<style>${STYLE}</style>`,
  ];
  return `<!doctype html>\n<html lang="en"><head>${head.join('\n')}</head>\n<body>${bodyOf(view)}</body></html>\n`;
}

function bodyOf(view: Loop1View): string {
  const { rate, goal, iteration, maxIterations, status, reason } = view;
  return tag(
    'main',
    {},
    tag('h1', {}, 'Loop 1: how will it fail?'),
    goal.text === '' ? '' : tag('p', { class: 'goal' }, escapeHtml(goal.text)),
    tag(
      'p',
      { class: 'rate' },
      tag('strong', {}, `${rate.now} %`),
      ` now, ${rate.planned} % planned, target ${rate.target} %`,
    ),
    tag('p', {}, escapeHtml(`Iteration ${iteration} of at most ${maxIterations}: ${status}. ${reason}`)),
    curveSvg(view),
    ...view.columns.map(({ priority, share, cards }) =>
      section(`${priority} · ${cards.length} · ${share} points`, cards.map(cardHtml)),
    ),
    section('Accepted or dismissed', view.settled.map(cardHtml)),
    listOf(
      'Gone since the last iteration',
      view.gone.map(({ title }) => title),
    ),
    listOf('Constraints', view.constraints),
    listOf(
      'Where it looked',
      view.sources.map(({ title, status: how, why }) => `${title}: ${how}${why === '' ? '' : ` (${why})`}`),
    ),
    listOf(
      'What research found',
      view.artifacts.map(({ kind, title, description, url, place }) =>
        [`${kind}: ${title}`, description, place ? `${place.file}:${place.line}` : (url ?? '')]
          .filter(Boolean)
          .join(' · '),
      ),
    ),
    listOf(
      'Not looked for',
      view.notLooked.map(({ probe, why }) => `${probe}: ${why}`),
    ),
    listOf('Notes', view.notes),
  );
}

function cardHtml(card: CardView): string {
  const { title, state, share, likelihood, impact, category, evidence, evidenceCount } = card;
  const weight = state === 'open' ? `${share} points` : state;
  const rows = cardFacts(card).map(([name, text]) => tag('dt', {}, name) + tag('dd', {}, escapeHtml(text)));
  const places = evidence.map(({ file, line, shows }) =>
    tag('li', {}, tag('code', {}, escapeHtml(`${file}:${line}`)), ' ', escapeHtml(shows)),
  );
  const more = evidenceCount - evidence.length;
  if (more > 0) places.push(tag('li', {}, `and ${more} more`));
  return tag(
    'article',
    { class: card.priority.toLowerCase() },
    tag('h3', {}, escapeHtml(title)),
    tag(
      'p',
      { class: 'quiet' },
      escapeHtml(`${weight} · likelihood ${likelihood}, impact ${impact} · ${category}`),
    ),
    places.length > 0 ? tag('ul', {}, ...places) : '',
    tag('dl', {}, ...rows),
  );
}

function curveSvg({ curve, rate, maxIterations }: Loop1View): string {
  if (curve.length === 0) return '';
  const x = (iteration: number): number =>
    LEFT + ((WIDTH - LEFT - 10) * (iteration - 1)) / Math.max(1, maxIterations - 1);
  const y = (percent: number): number => 8 + (HEIGHT - BOTTOM - 8) * (1 - percent / 100);
  const line = (key: 'now' | 'planned'): string =>
    curve.map((point) => `${x(point.iteration).toFixed(1)},${y(point[key]).toFixed(1)}`).join(' ');
  const told = curve.map(({ iteration, now }) => `${iteration}: ${now} %`).join(', ');
  const label = (at: number, text: string): string =>
    tag('text', { x: LEFT - 6, y: at + 4, 'text-anchor': 'end' }, text);
  return tag(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-label': `Failure rate by iteration: ${told}. Target ${rate.target} %.`,
    },
    tag('line', { class: 'target', x1: LEFT, x2: WIDTH - 10, y1: y(rate.target), y2: y(rate.target) }),
    tag('line', { class: 'axis', x1: LEFT, x2: WIDTH - 10, y1: y(0), y2: y(0) }),
    tag('polyline', { class: 'planned', points: line('planned') }),
    tag('polyline', { class: 'now', points: line('now') }),
    ...curve.map((point) => tag('circle', { cx: x(point.iteration), cy: y(point.now), r: 3.5 })),
    label(y(100), '100 %'),
    label(y(rate.target), `${rate.target} %`),
    ...curve.map(({ iteration }) =>
      tag('text', { x: x(iteration), y: HEIGHT - 6, 'text-anchor': 'middle' }, String(iteration)),
    ),
  );
}

function section(title: string, parts: readonly string[]): string {
  return parts.length === 0 ? '' : tag('section', {}, tag('h2', {}, escapeHtml(title)), ...parts);
}

function listOf(title: string, texts: readonly string[]): string {
  if (texts.length === 0) return '';
  return section(title, [tag('ul', {}, ...texts.map((text) => tag('li', {}, escapeHtml(text))))]);
}

const STYLE = `
:root { color-scheme: light dark; --line: light-dark(#d5d9e0, #3b4048); --quiet: light-dark(#57606a, #9aa4b0); --now: light-dark(#0b62c4, #4fa3ff); --goal: light-dark(#1a7f37, #4ac26b); }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 860px; margin: 0 auto; padding: 32px 24px; }
h1 { font-size: 1.6em; margin: 0 0 4px; }
h2 { font-size: 1.1em; margin: 28px 0 8px; padding-bottom: 4px; border-bottom: 1px solid var(--line); }
h3 { font-size: 1em; margin: 0; }
.goal, .quiet, dt { color: var(--quiet); }
.rate strong { font-size: 2em; }
article { margin: 10px 0; padding: 10px 14px; border: 1px solid var(--line); border-left: 4px solid #8b949e; border-radius: 4px; break-inside: avoid; overflow-wrap: anywhere; }
article.p0 { border-left-color: #d1242f; } article.p1 { border-left-color: #e36209; } article.p2 { border-left-color: #bf8700; } article.p3 { border-left-color: #0969da; }
p { margin: 4px 0; } ul { margin: 4px 0; padding-left: 20px; overflow-wrap: anywhere; }
dl { display: grid; grid-template-columns: 8em 1fr; gap: 2px 12px; margin: 6px 0 0; } dd { margin: 0; }
code { font-family: ui-monospace, monospace; font-size: 0.92em; }
svg { display: block; max-width: 560px; margin: 12px 0; } text { fill: var(--quiet); font-size: 11px; }
polyline { fill: none; stroke-width: 2; } .now { stroke: var(--now); } circle { fill: var(--now); } .planned { stroke: var(--quiet); stroke-dasharray: 4 4; } .target { stroke: var(--goal); } .axis { stroke: var(--line); }
@media print { :root { color-scheme: light; } main { max-width: none; padding: 0; } }
`;
