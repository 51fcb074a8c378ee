import { fill, made } from './host';
import { grouped, locale } from './texts';

/** A button of ours: what it does, and by which name it is found again when its surroundings are made anew. */
export function button(text: string, key: string, act: () => void, className = ''): HTMLButtonElement {
  const one = made('button', text, className) as HTMLButtonElement;
  one.type = 'button';
  one.dataset['key'] = key;
  one.addEventListener('click', act);
  return one;
}

/** As `fill`, and who was at one of its buttons is at it still. */
export function refill(id: string, content: unknown, make: () => HTMLElement[]): void {
  const active = document.activeElement as HTMLElement | null;
  const key = active?.closest(`#${id}`) ? active.dataset['key'] : undefined;
  fill(id, content, make);
  if (key === undefined || active?.isConnected) return;
  document
    .querySelector<HTMLElement>(`#${id} [data-key="${CSS.escape(key)}"]`)
    ?.focus({ preventScroll: true });
}

/** An element around others. */
export function around(tag: string, className: string, ...inner: (HTMLElement | SVGElement)[]): HTMLElement {
  const one = made(tag, '', className);
  one.append(...inner);
  return one;
}

/** Percent and points, as people read them. */
export function figure(value: number): string {
  return grouped(value, { maximumFractionDigits: value < 10 ? 2 : 1 });
}

export function day(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : date.toLocaleDateString(locale());
}

const SVG = 'http://www.w3.org/2000/svg';

export function drawn(tag: string, attributes: Record<string, string | number>, text = ''): SVGElement {
  const one = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) one.setAttribute(name, String(value));
  one.textContent = text;
  return one;
}
