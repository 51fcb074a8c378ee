import type { RunKeeper } from '../../src/loops/loop1/keptRun';
import type { Loop1Run } from '../../src/loops/loop1/run';

/** Keeps runs as text, as a file would, and who has claimed them. */
export class MemoryKeeper implements RunKeeper {
  readonly saved: string[] = [];
  private readonly claimed = new Set<string>();
  private readonly runs = new Map<string, string>();

  async save(run: Loop1Run): Promise<void> {
    const text = JSON.stringify(run);
    this.saved.push(text);
    this.runs.delete(run.id);
    this.runs.set(run.id, text);
  }

  async list(): Promise<Loop1Run[]> {
    return [...this.runs.values()].map((text) => JSON.parse(text) as Loop1Run).reverse();
  }

  async claim(id: string): Promise<{ release(): Promise<void> } | undefined> {
    if (this.claimed.has(id)) return undefined;
    this.claimed.add(id);
    return {
      release: async () => {
        this.claimed.delete(id);
      },
    };
  }
}
