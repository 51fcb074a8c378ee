import type { FileDigest } from './digest';

interface Kept {
  key: string;
  text: string;
  isTest: boolean;
}

/** What is kept open at a time, in characters of its text: the objects take some four times as much. */
const OPEN_CHARACTERS = 3_000_000;

/** The digests of all files of a workspace, as text; the last ones asked for as objects, too. */
export class KeptDigests {
  private readonly kept = new Map<string, Kept>();
  private readonly open = new Map<string, FileDigest>();
  private openCharacters = 0;

  /** `onClose` is told of each file whose digest is no longer open, so that what was made from it can go, too. */
  constructor(
    private readonly onClose: (file: string) => void,
    private readonly maxOpen = OPEN_CHARACTERS,
  ) {}

  has(file: string): boolean {
    return this.kept.has(file);
  }

  /** Under which key of the cache the digest of a file is. */
  keyOf(file: string): string | undefined {
    return this.kept.get(file)?.key;
  }

  files(): IterableIterator<string> {
    return this.kept.keys();
  }

  tests(): string[] {
    return [...this.kept].filter(([, { isTest }]) => isTest).map(([file]) => file);
  }

  /** The same object until `closeOldest`, which closes what was not asked for the longest. */
  get(file: string): FileDigest | undefined {
    const kept = this.kept.get(file);
    if (!kept) return undefined;
    const known = this.open.get(file);
    const digest = known ?? (JSON.parse(kept.text) as FileDigest);
    if (known) this.open.delete(file);
    else this.openCharacters += kept.text.length;
    this.open.set(file, digest);
    return digest;
  }

  set(file: string, key: string, { role }: FileDigest, text: string): void {
    this.delete(file);
    this.kept.set(file, { key, text, isTest: role === 'test' });
  }

  delete(file: string): void {
    this.close(file);
    this.kept.delete(file);
  }

  /** To be called between two questions: within one, a function has to stay the same object. */
  closeOldest(): void {
    for (const file of this.open.keys()) {
      if (this.openCharacters <= this.maxOpen) return;
      this.close(file);
    }
  }

  private close(file: string): void {
    if (this.open.delete(file)) this.openCharacters -= this.kept.get(file)?.text.length ?? 0;
    this.onClose(file);
  }
}
