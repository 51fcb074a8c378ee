import './base.css';
import './logs.css';
import type { FromLogPage, LinkedRow, LogPageSettings, ToLogPage } from '../../src/protocol';
import type { LogCounts } from '../../src/fleet/logs/logModel';
import { editor, element } from './host';
import { rowElement } from './logRow';
import { grouped, plural, t } from './texts';

type Flag = 'isExpression' | 'isCaseSensitive' | 'isFiltering' | 'hasTimes';

/** Rows beyond the edge that are there already when one scrolls. */
const MARGIN = 20;
const TYPING_PAUSE = 150;

const list = element('list');
const space = element('space');
const rowsElement = element('rows');
const query = element<HTMLInputElement>('query');
const tail = element<HTMLSelectElement>('tail');
const minutes = element<HTMLSelectElement>('minutes');
const pause = element('pause');
const newest = element('newest');

/** What the page was made with, and what it kept of an earlier life. */
interface Kept {
  settings: LogPageSettings;
}
const given = JSON.parse(document.body.dataset['settings'] ?? '{}') as Kept;
const kept = { ...given, ...(editor.getState() as Kept | undefined) };
editor.setState(kept);
let { settings } = kept;
let counts: LogCounts | undefined;
let rows: readonly LinkedRow[] = [];
let current: number | undefined;
/** Whether the newest rows are shown as they come. */
let isFollowing = true;
let isPaused = false;
let goal: number | undefined;
let typing: ReturnType<typeof setTimeout> | undefined;

const rowHeight = (): number => 20;
const visible = (): number => Math.ceil(list.clientHeight / rowHeight()) + 1;
const post = (message: FromLogPage): void => editor.postMessage(message);

function changeSettings(change: Partial<LogPageSettings>): void {
  // What was typed a moment ago counts too: it must not be lost to a click that comes before its own turn.
  clearTimeout(typing);
  settings = { ...settings, query: query.value, ...change };
  editor.setState({ ...kept, settings });
  showSettings();
  post({ type: 'settings', settings });
  draw();
}

function showSettings(): void {
  for (const flag of ['isExpression', 'isCaseSensitive', 'isFiltering', 'hasTimes'] satisfies Flag[])
    element(flag).setAttribute('aria-pressed', String(settings[flag]));
  if (document.activeElement !== query) query.value = settings.query;
  tail.value = String(settings.tail);
  minutes.value = String(settings.minutes);
}

/** Asks for the rows that are in sight, unless the newest are followed anyway. */
function look(): void {
  const number = visible() + 2 * MARGIN;
  if (isFollowing) post({ type: 'look', from: undefined, number });
  else post({ type: 'look', from: (counts?.first ?? 0) + Math.max(0, topRow() - MARGIN), number });
}

function topRow(): number {
  return Math.floor(list.scrollTop / rowHeight());
}

function show(next: LogCounts, nextRows: readonly LinkedRow[]): void {
  const gone = counts ? next.first - counts.first : 0;
  counts = next;
  rows = nextRows;
  space.style.height = `${(next.end - next.first) * rowHeight()}px`;
  if (goal !== undefined) {
    list.scrollTop = Math.max(0, (goal - next.first) * rowHeight() - list.clientHeight / 2);
    goal = undefined;
  } else if (isFollowing) list.scrollTop = list.scrollHeight;
  // What one reads stays where it is when older rows go.
  else if (gone > 0) list.scrollTop = Math.max(0, list.scrollTop - gone * rowHeight());
  draw();
}

function draw(): void {
  if (!counts) return;
  const { first, sources } = counts;
  const top = ((rows[0]?.row ?? first) - first) * rowHeight();
  rowsElement.style.transform = `translateY(${top}px)`;
  // Where every row matches, a mark on each says nothing.
  rowsElement.classList.toggle('filtering', settings.isFiltering);
  rowsElement.replaceChildren(
    ...rows.map((row) => rowElement(row, { sources, hasTimes: settings.hasTimes, current })),
  );
  drawCounts(counts);
}

function drawCounts({ end, first, lines, dropped, matches, isSearching, waiting, sources }: LogCounts): void {
  const found = matches === undefined ? '' : t('{0} of {1}', grouped(matches), grouped(lines));
  element('matches').textContent = isSearching ? `${found}…` : found;
  newest.hidden = isFollowing || end === first;
  const parts = [
    sources.length === 1 ? (sources[0] ?? '') : plural(sources.length, '{0} container', '{0} containers'),
    plural(lines, '{0} line', '{0} lines'),
    ...(dropped > 0
      ? [
          plural(
            dropped,
            '{0} older line dropped to bound the memory',
            '{0} older lines dropped to bound the memory',
          ),
        ]
      : []),
    waiting === undefined
      ? isFollowing
        ? t('following')
        : t('not following')
      : plural(waiting, 'paused, {0} new line', 'paused, {0} new lines'),
  ];
  element('status').textContent = parts.join(' · ');
  const empty = element('empty');
  empty.hidden = end > first;
  if (lines > 0 && end === first) empty.textContent = t('No line matches.');
  else if (sources.length > 0) empty.textContent = t('Nothing printed yet. Lines appear here as they come.');
}

function follow(wanted: boolean): void {
  isFollowing = wanted;
  look();
}

function find(direction: 1 | -1): void {
  const from = current ?? (counts?.first ?? 0) + (isFollowing ? (counts?.end ?? 0) : topRow());
  post({ type: 'find', row: direction === 1 && current === undefined ? from - 1 : from, direction });
}

function setPaused(wanted: boolean): void {
  isPaused = wanted;
  pause.setAttribute('aria-pressed', String(isPaused));
  pause.textContent = isPaused ? t('Go On') : t('Pause');
  post({ type: 'pause', isPaused });
}

window.addEventListener('message', ({ data }: MessageEvent<ToLogPage>) => {
  switch (data.type) {
    case 'view':
      return show(data.counts, data.rows);
    case 'goTo':
      current = goal = data.row;
      isFollowing = false;
      return post({
        type: 'look',
        from: Math.max(0, data.row - Math.floor(visible() / 2) - MARGIN),
        number: visible() + 2 * MARGIN,
      });
    case 'problem':
      element('problem').textContent = data.text;
      element('problem').hidden = data.text === '';
  }
});

let scrolling = false;
let lastTop = 0;
list.addEventListener('scroll', () => {
  if (scrolling) return;
  scrolling = true;
  requestAnimationFrame(() => {
    scrolling = false;
    const isAtEnd = list.scrollTop + list.clientHeight >= list.scrollHeight - rowHeight();
    const isUpwards = list.scrollTop < lastTop;
    lastTop = list.scrollTop;
    if (isFollowing && isUpwards && !isAtEnd) follow(false);
    else if (!isFollowing && isAtEnd && !isUpwards) follow(true);
    else if (!isFollowing) look();
  });
});
list.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : undefined;
  if (!link) return;
  event.preventDefault();
  post({ type: 'open', row: Number(link.dataset['row']), index: Number(link.dataset['index']) });
});
new ResizeObserver(() => look()).observe(list);

query.addEventListener('input', () => {
  clearTimeout(typing);
  typing = setTimeout(() => {
    current = undefined;
    changeSettings({});
  }, TYPING_PAUSE);
});
query.addEventListener('keydown', (event) => {
  if (event.key === 'Enter') find(event.shiftKey ? -1 : 1);
  if (event.key === 'Escape') list.focus();
});
window.addEventListener('keydown', (event) => {
  const isFind = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f';
  if (isFind) query.select();
  if (isFind || event.key === 'F3') event.preventDefault();
  if (event.key === 'F3') find(event.shiftKey ? -1 : 1);
  if (event.key === 'End' && document.activeElement === list) follow(true);
});
for (const flag of ['isExpression', 'isCaseSensitive', 'isFiltering', 'hasTimes'] satisfies Flag[]) {
  element(flag).addEventListener('click', () => {
    current = undefined;
    changeSettings({ [flag]: !settings[flag] });
  });
}
tail.addEventListener('change', () => changeSettings({ tail: Number(tail.value) }));
minutes.addEventListener('change', () => changeSettings({ minutes: Number(minutes.value) }));
element('next').addEventListener('click', () => find(1));
element('previous').addEventListener('click', () => find(-1));
pause.addEventListener('click', () => setPaused(!isPaused));
element('clear').addEventListener('click', () => {
  if (isPaused) setPaused(false);
  post({ type: 'clear' });
});
element('export').addEventListener('click', () => post({ type: 'export' }));
newest.addEventListener('click', () => follow(true));

showSettings();
post({ type: 'ready', settings });
look();
