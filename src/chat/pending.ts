import { randomUUID } from 'node:crypto';
import type { ChatCommand } from './words';

/** What is done when the answer is yes. */
export interface PendingAction {
  /** What it is the answer to. */
  command: ChatCommand;
  /** Of what: `Restart of shop`. */
  title: string;
  /** What was shown: the yes is for this, and for nothing else. */
  question: string;
  /** Says again what would be done, as a yes to something else is none; left out where `run` sees to that itself. */
  ask?: (signal: AbortSignal) => Promise<string>;
  /** Carries out what `question` says; resolves to what came of it. */
  run: (call: { signal: AbortSignal; onProgress: (message: string) => void }) => Promise<string>;
  /** Commands that make sense afterwards. */
  next: readonly Suggestion[];
}

export interface Suggestion {
  command: string;
  prompt: string;
  label: string;
}

/** A question without an answer counts as a no after this, in milliseconds: what was planned gets old. */
export const PATIENCE_MS = 5 * 60_000;
const MAX_OPEN = 50;

/** Questions of conversations that wait for their yes. Each is good for one answer. */
export class PendingActions {
  private readonly open = new Map<string, { action: PendingAction; expiresAt: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Returns the id by which a conversation knows its question. */
  add(action: PendingAction): string {
    const id = randomUUID();
    const [oldest] = this.open.keys();
    if (this.open.size >= MAX_OPEN && oldest !== undefined) this.open.delete(oldest);
    this.open.set(id, { action, expiresAt: this.now() + PATIENCE_MS });
    return id;
  }

  /** Takes a question out; `expired` where its time has run out, undefined where there is none. */
  take(id: unknown): PendingAction | 'expired' | undefined {
    if (typeof id !== 'string') return undefined;
    const found = this.open.get(id);
    this.open.delete(id);
    if (!found) return undefined;
    return this.now() > found.expiresAt ? 'expired' : found.action;
  }
}
