import { once } from 'node:events';
import type { Gathered, ResearchSource, SourceId } from '../../src/loops/loop1/research/source';

const NOTHING: Gathered = { parts: {}, artifacts: [], notes: [] };

/** A source that answers when it is told to, and never when it is not. */
export function heldSource(id: SourceId = 'git') {
  let release: () => void = () => undefined;
  let times = 0;
  const signals: AbortSignal[] = [];
  const waiting = new Map<number, () => void>();
  const source: ResearchSource = {
    ...{ id, title: 'Held', needsNetwork: false, timeoutMs: 600_000 },
    gather: async (_context, signal) => {
      const released = new Promise<void>((resolve) => (release = resolve));
      times += 1;
      signals.push(signal);
      waiting.get(times)?.();
      await Promise.race([released, once(signal, 'abort')]);
      return NOTHING;
    },
  };
  /** Resolves when it has been asked so many times. */
  const asked = (wanted: number): Promise<void> =>
    new Promise((resolve) => (times >= wanted ? resolve() : waiting.set(wanted, resolve)));
  return { source, asked, signals, release: () => release() };
}
