/** The editor's side of a page, as far as we use it. */
interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): EditorApi;

export const editor = acquireVsCodeApi();

/** The element of this id, which the page's HTML holds. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element ${id}`);
  return found as T;
}

/** A new element. All text goes in as text: nothing that is told becomes markup. */
export function made(tag: string, text = '', className = ''): HTMLElement {
  const one = document.createElement(tag);
  one.textContent = text;
  if (className !== '') one.className = className;
  return one;
}

const filled = new Map<string, string>();

/** Makes anew only what differs: one may be reading or marking it. */
export function fill(id: string, content: unknown, make: () => HTMLElement[]): void {
  const key = JSON.stringify(content);
  if (filled.get(id) === key) return;
  filled.set(id, key);
  element(id).replaceChildren(...make());
}
