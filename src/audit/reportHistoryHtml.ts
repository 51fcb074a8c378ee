import { locale, plural, t } from '../base/texts';
import { escapeHtml, tag } from './html';
import { verdictWords } from './verdict';

/** One audit of a file, as a point of its history. */
export interface PastAudit {
  id: string;
  /** ISO UTC. */
  createdAt: string;
  /** `pass`, `fail`, `not run` or `unproven`. */
  label: string;
  /** Findings that failed it. */
  failing: number;
}

const WIDTH = 640;
const HEIGHT = 120;
const MARGIN = 24;
const POINTS = 50;
/** Numbers beside more points would run into each other. */
const NUMBERED = 16;

/** How many findings failed a file over its audits: a curve, and the same in words for who can't see it. */
export function historyHtml(audits: readonly PastAudit[], current: string, isLive: boolean): string {
  const shown = audits.slice(-POINTS);
  if (shown.length < 2)
    return tag(
      'p',
      { class: 'quiet' },
      t('This is the first audit of the file; the next one starts its curve.'),
    );
  const most = Math.max(1, ...shown.map(({ failing }) => failing));
  const x = (index: number): number => MARGIN + (index * (WIDTH - 2 * MARGIN)) / (shown.length - 1);
  const y = (failing: number): number => HEIGHT - MARGIN - (failing * (HEIGHT - 2 * MARGIN)) / most;
  const at = (value: number): string => value.toFixed(1);
  const line = shown.map(({ failing }, index) => `${at(x(index))},${at(y(failing))}`).join(' ');
  const points = shown.map((audit, index) =>
    tag(
      'circle',
      {
        cx: at(x(index)),
        cy: at(y(audit.failing)),
        r: audit.id === current ? 6 : 4,
        class: `${audit.label.replace(' ', '-')}${audit.id === current ? ' current' : ''}`,
      },
      tag('title', {}, escapeHtml(wordsOf(audit))),
    ),
  );
  const numbers =
    shown.length > NUMBERED
      ? []
      : shown.map(({ failing }, index) =>
          tag('text', { x: at(x(index)), y: at(y(failing) - 10), 'aria-hidden': 'true' }, String(failing)),
        );
  const svg = tag(
    'svg',
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-label': t('Failing findings over {0} audits, at most {1}', shown.length, most),
    },
    tag('line', { class: 'axis', x1: MARGIN, y1: HEIGHT - MARGIN, x2: WIDTH - MARGIN, y2: HEIGHT - MARGIN }),
    tag('polyline', { points: line }),
    ...points,
    ...numbers,
  );
  const items = [...shown].reverse().map((audit) => {
    const words = escapeHtml(wordsOf(audit));
    if (audit.id === current) return tag('li', { 'aria-current': 'true' }, t('{0} (this one)', words));
    const link = { type: 'button', class: 'link', 'data-ask': 'openReport', 'data-id': audit.id };
    return tag('li', {}, isLive ? tag('button', link, words) : words);
  });
  const list = tag(
    'details',
    {},
    tag('summary', {}, plural(shown.length, '{0} audit', '{0} audits')),
    tag('ul', {}, ...items),
  );
  return tag('figure', {}, svg) + list;
}

function wordsOf({ createdAt, label, failing }: PastAudit): string {
  const time = new Date(createdAt).toLocaleString(locale());
  return plural(
    failing,
    '{1}: {2}, {0} failing finding',
    '{1}: {2}, {0} failing findings',
    time,
    verdictWords(label),
  );
}
