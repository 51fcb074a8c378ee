import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import { UserError } from '../base/errors';
import { readCache, writeCache } from './cacheFile';
import type { AnalysisInput, StaticAnalysis, StaticAnalyzer } from './stage';
import type { StoredDigest } from './workspace/digestCache';
import { NOTHING_AROUND, saysNothing } from './workspace/view';

const MAX_ENTRIES = 20_000;
const MAX_BYTES = 40_000_000;
/** The keys hold the version of the rules, so that the file as a whole fits any. */
const VERSION = '';

/**
 * Remembers what an analyzer said of a text under the same settings and rules, so that an unchanged file costs nothing. What
 * was not asked for the longest goes first.
 */
export class CachedAnalyzer implements StaticAnalyzer {
  private readonly entries = new Map<string, string>();
  private bytes = 0;
  private loading: Promise<void> | undefined;
  private version: Promise<string> | undefined;
  private isChanged = false;
  /** Files that were refused when they were read ahead; asked for once, they are tried again. */
  private readonly refused = new Map<string, UserError>();

  /**
   * @param file where it is kept; only in memory when undefined
   * @param rulesFile the program that holds the rules: another one gives other findings
   */
  constructor(
    private readonly inner: StaticAnalyzer,
    private readonly file: string | undefined,
    private readonly rulesFile: string,
  ) {}

  async analyze(file: AnalysisInput, signal?: AbortSignal): Promise<StaticAnalysis> {
    await (this.loading ??= this.load());
    const key = await this.keyOf(file);
    const known = this.take(key) ?? (await this.takeAhead(file));
    if (known) return known;
    const analysis = await this.inner.analyze(file, signal);
    this.keep(key, JSON.stringify(analysis));
    return analysis;
  }

  /**
   * Analyses a file before its workspace is known, for an `analyze` that follows, and gives what the file says to the
   * others; undefined where that was done before. A file that is refused is refused by the next `analyze` as well.
   */
  async readAhead(file: AnalysisInput, signal?: AbortSignal): Promise<StoredDigest | undefined> {
    await (this.loading ??= this.load());
    const key = await this.keyOf({ ...file, workspace: NOTHING_AROUND });
    if (this.entries.has(key)) return undefined;
    try {
      const { digest, ...analysis } = await this.inner.analyze({ ...file, isAhead: true }, signal);
      this.keep(key, JSON.stringify(analysis));
      return digest;
    } catch (error) {
      if (error instanceof UserError) this.refused.set(key, error);
      throw error;
    }
  }

  /** Writes what is new. Resolves in any case: a cache that can't be written is only slower. */
  async flush(): Promise<void> {
    if (!this.file || !this.isChanged) return;
    this.isChanged = false;
    await writeCache(this.file, VERSION, this.entries);
  }

  async dispose(): Promise<void> {
    await this.flush();
    await this.inner.dispose();
  }

  /** What was read ahead, where what the workspace says of the file changes nothing about it. */
  private async takeAhead(file: AnalysisInput): Promise<StaticAnalysis | undefined> {
    const { workspace } = file;
    const key = await this.keyOf({ ...file, workspace: NOTHING_AROUND });
    const refusal = this.refused.get(key);
    this.refused.delete(key);
    if (refusal) throw refusal;
    if (!workspace || !saysNothing(workspace)) return undefined;
    const ahead = this.take(key);
    return workspace.users.length > 0 && ahead?.asksForUsers ? undefined : ahead;
  }

  private async keyOf({ text, ...rest }: AnalysisInput): Promise<string> {
    this.version ??= fs.readFile(this.rulesFile).then(hash, () => '');
    return hash(`${await this.version}\n${hash(text)}\n${JSON.stringify(rest)}`);
  }

  private take(key: string): StaticAnalysis | undefined {
    const text = this.entries.get(key);
    if (text === undefined) return undefined;
    this.entries.delete(key);
    try {
      const analysis = JSON.parse(text) as StaticAnalysis;
      if (!Array.isArray(analysis.theater) || !Array.isArray(analysis.quality)) return undefined;
      this.entries.set(key, text);
      return analysis;
    } catch {
      return undefined;
    }
  }

  private keep(key: string, text: string): void {
    this.entries.set(key, text);
    this.bytes += text.length;
    this.isChanged = true;
    for (const [oldest, old] of this.entries) {
      if (this.entries.size <= MAX_ENTRIES && this.bytes <= MAX_BYTES) break;
      this.entries.delete(oldest);
      this.bytes -= old.length;
    }
  }

  private async load(): Promise<void> {
    if (!this.file) return;
    const limits = { version: VERSION, maxBytes: 2 * MAX_BYTES };
    await readCache(this.file, limits, ([key = '', text = '']) => {
      this.entries.set(key, text);
      this.bytes += text.length;
    });
  }
}

function hash(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
