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

/** Whole numbers as people read them. */
export function grouped(number: number): string {
  return number.toLocaleString('en-US');
}
