import type { Loop1Request, Loop2Request, PageReply } from '../../src/protocol';
import { editor, element } from './host';

type Request = Loop1Request | Loop2Request;
type Reply = Omit<PageReply, 'type' | 'id'>;

/** How long a word of success stays. In milliseconds. */
const SHOWN = 6000;

const waiting = new Map<number, (reply: Reply) => void>();
let last = 0;
let timer: number | undefined;

/** Asks the editor for something. Resolves to what became of it. */
export function ask(request: Request): Promise<Reply> {
  const id = ++last;
  editor.postMessage({ id, ...request });
  return new Promise((resolve) => waiting.set(id, resolve));
}

/** The same, and what became of it is said on the page. */
export async function askAndSay(request: Request): Promise<boolean> {
  const reply = await ask(request);
  sayReply(reply);
  return reply.isDone;
}

/** Hands a reply to whoever asked; what nobody waits for is said. */
export function hearReply({ id, isDone, text }: PageReply): void {
  const whoAsked = waiting.get(id);
  waiting.delete(id);
  if (whoAsked) whoAsked({ isDone, text });
  else sayReply({ isDone, text });
}

export function sayReply({ isDone, text }: Reply): void {
  const notice = element('notice');
  notice.textContent = isDone ? '' : text;
  notice.hidden = isDone || text === '';
  if (isDone && text !== '') say(text);
}

/** A word that is seen for a moment, and read out. */
export function say(text: string): void {
  const toast = element('toast');
  toast.textContent = text;
  toast.classList.add('shown');
  clearTimeout(timer);
  timer = window.setTimeout(() => toast.classList.remove('shown'), SHOWN);
}

/** For ears alone: what eyes see change. */
export function announce(text: string): void {
  const status = element('status');
  // Set anew, it would be read out again.
  if (status.textContent !== text) status.textContent = text;
}
