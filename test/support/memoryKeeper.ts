import type { RunKeeper } from '../../src/loops/keptRun';
import type { Loop1Run } from '../../src/loops/loop1/run';

/** Keeps runs as text, as a file would, and who has claimed them. */
export class MemoryKeeper implements RunKeeper<Loop1Run> {
  readonly saved: string[] = [];
  private readonly claimed = new Set<string>();
  private readonly runs = new Map<string, string>();
  private readonly listeners = new Set<() => void>();

  async save(run: Loop1Run): Promise<void> {
    const text = JSON.stringify(run);
    this.saved.push(text);
    this.runs.delete(run.id);
    this.runs.set(run.id, text);
    for (const listener of this.listeners) listener();
  }

  async list(limit?: number): Promise<Loop1Run[]> {
    const texts = [...this.runs.values()].reverse().slice(0, limit);
    return texts.map((text) => JSON.parse(text) as Loop1Run);
  }

  onDidChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
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
