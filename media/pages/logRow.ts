import type { LinkedRow } from '../../src/protocol';
import { t } from './texts';

const COLOURS = 6;

/** How rows look; `sources` are the names of the containers. */
export interface RowStyle {
  sources: readonly string[];
  hasTimes: boolean;
  current: number | undefined;
}

/** A line of the log as an element. All text goes in as text: nothing in a log becomes markup. */
export function rowElement(row: LinkedRow, { sources, hasTimes, current }: RowStyle): HTMLElement {
  const line = document.createElement('div');
  line.className = `row ${row.channel}`;
  line.classList.toggle('match', row.isMatch);
  line.classList.toggle('current', row.row === current);
  if (hasTimes) line.append(span('time', localTime(row.time), row.time));
  if (sources.length > 1) {
    const width = Math.min(24, Math.max(...sources.map((name) => name.length)));
    const source = span(`source source-${Math.max(0, sources.indexOf(row.source)) % COLOURS}`, row.source);
    source.style.width = `${width}ch`;
    line.append(source);
  }
  if (row.channel === 'mark') line.append(row.source && sources.length < 2 ? `${row.source}: ` : '');
  line.append(...textOf(row));
  return line;
}

/** The pieces of the text, cut where links begin and end. */
function textOf({ pieces, links, row }: LinkedRow): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const { text, classes } of pieces) {
    const cuts = new Set([0, text.length]);
    for (const { start, end } of links)
      for (const cut of [start - at, end - at]) if (cut > 0 && cut < text.length) cuts.add(cut);
    const places = [...cuts].sort((a, b) => a - b);
    for (let index = 0; index + 1 < places.length; index++) {
      const from = places[index] ?? 0;
      const part = text.slice(from, places[index + 1]);
      const link = links.find(({ start, end }) => start <= at + from && at + from < end);
      nodes.push(link ? linkTo(part, classes, row, link.index) : span(classes.join(' '), part));
    }
    at += text.length;
  }
  return nodes;
}

function linkTo(text: string, classes: readonly string[], row: number, index: number): HTMLElement {
  const link = document.createElement('a');
  link.href = '#';
  link.className = classes.join(' ');
  link.textContent = text;
  link.title = t('Open in the editor');
  link.dataset['row'] = String(row);
  link.dataset['index'] = String(index);
  return link;
}

function span(className: string, text: string, title = ''): HTMLElement {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = text;
  if (title !== '') made.title = title;
  return made;
}

function localTime(time: string): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return time;
  const two = (number: number): string => String(number).padStart(2, '0');
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${clock}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}
