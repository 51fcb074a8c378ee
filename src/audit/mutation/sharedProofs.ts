import type { MutationReport } from './proof';

/**
 * Proofs of one audit of many files. A file whose tests stand in one file and that test file ask for the same proof, often at
 * the same time.
 */
export class SharedProofs {
  private readonly asked = new Map<string, Promise<MutationReport>>();

  /** What `prove` comes to, for the first and the second who ask under the same key. */
  once(key: string, prove: () => Promise<MutationReport>): Promise<MutationReport> {
    const known = this.asked.get(key);
    if (known) {
      // Nobody else asks for it, and all of them together are large.
      this.asked.delete(key);
      return known;
    }
    const proof = prove();
    this.asked.set(key, proof);
    return proof;
  }
}
