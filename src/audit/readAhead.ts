import { isCancelled, throwIfCancelled } from '../base/errors';
import type { AnalysisInput } from './stage';
import type { StoredDigest } from './workspace/digestCache';
import type { LearnedDigest } from './workspace/protocol';

/** Files that are on their way to the threads at a time: one in each, and one waiting for each. */
const AT_ONCE = 4;
const DIGESTS_AT_ONCE = 32;

/** A file of a workspace, whose absolute path is `root`. */
export interface FileAhead {
  root: string;
  input: AnalysisInput;
}

interface Parts {
  analyzer: {
    readAhead(file: AnalysisInput, signal?: AbortSignal): Promise<StoredDigest | undefined>;
  };
  facts: {
    learn(root: string, digests: LearnedDigest[], signal?: AbortSignal): Promise<void>;
    skip(root: string, file: string): void;
  };
}

/**
 * Reads files that are going to be audited together: each is parsed once, for the rules and for what it says to the
 * others. What can't be read is left to its audit, which says why.
 */
export class ReadAhead {
  private readonly learned = new Map<string, LearnedDigest[]>();

  constructor(private readonly parts: Parts) {}

  /** @param files gives each file when it is its turn; undefined where there is nothing to read */
  async read(
    files: Iterable<Promise<FileAhead | undefined>>,
    options: { signal?: AbortSignal | undefined; onRead?: ((done: number) => void) | undefined } = {},
  ): Promise<void> {
    const queue = files[Symbol.iterator]();
    let done = 0;
    const work = async (): Promise<void> => {
      try {
        for (let next = queue.next(); !next.done; next = queue.next()) {
          const file = await next.value;
          throwIfCancelled(options.signal);
          if (file) await this.readFile(file, options.signal);
          options.onRead?.((done += 1));
        }
      } finally {
        // Where one breaks, the others end with the file that they have.
        queue.return?.();
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    for (const root of this.learned.keys()) await this.tell(root, options.signal);
  }

  private async readFile({ root, input }: FileAhead, signal: AbortSignal | undefined): Promise<void> {
    try {
      const digest = await this.parts.analyzer.readAhead(input, signal);
      if (!digest) return;
      const learned = this.learned.get(root) ?? [];
      learned.push({ file: input.path, ...digest });
      this.learned.set(root, learned);
      if (learned.length >= DIGESTS_AT_ONCE) await this.tell(root, signal);
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.parts.facts.skip(root, input.path);
    }
  }

  private async tell(root: string, signal: AbortSignal | undefined): Promise<void> {
    const digests = this.learned.get(root)?.splice(0) ?? [];
    if (digests.length > 0) await this.parts.facts.learn(root, digests, signal);
  }
}
