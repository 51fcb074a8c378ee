import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { WorkspaceSources } from '../production/discovery/sources';
import { languageOf } from '../language';
import type { Grammar, Language } from '../language';
import { MAX_FILE_BYTES } from '../openFile';
import { collectFacts } from '../syntax/collect';
import type { SourceParser } from '../syntax/parser';
import { isWrittenByHand, unjudgedRole } from '../syntax/role';
import { CallGraph } from './callGraph';
import type { FileDigest } from './digest';
import { digestOf, emptyDigest } from './digest';
import { digestKey, storedDigest } from './digestCache';
import type { DigestCache, KeptDigest } from './digestCache';
import { Duplicates } from './duplicates';
import { KeptDigests } from './keptDigests';
import { Links } from './links';
import { PhantomImports } from './phantoms';
import type { LearnedDigest } from './protocol';
import { SharedValues } from './sharedValues';
import { tiesOf } from './ties';
import type { FileTies } from './ties';
import type { WorkspaceView } from './view';
import { Users } from './users';

/** What configures the resolvers is read as text; of all other files the path is enough. */
const CONFIGURATION =
  /(?:^|\/)(?:package\.json|[jt]sconfig[\w.-]*\.json|pyproject\.toml|setup\.(?:cfg|py)|Pipfile|environment\.ya?ml|[\w.-]*requirements?[\w.-]*\.(?:txt|in))$/;
const NO_CONTENT = Buffer.alloc(0);
/** How far imports are followed for what the file's own calls lead to. */
const CLOSURE_DEPTH = 3;
const MAX_CLOSURE = 300;

export interface IndexParts {
  /** Loads the parser when it is asked for: where all was read elsewhere, there is no need of one. */
  parser: () => Promise<SourceParser>;
  cache: DigestCache;
  /** Told before a file is parsed, so that one that brings the parser down is known. */
  onReading: (file: string) => void;
}

/** A file as it is asked about; its text may differ from the disk. */
export interface AskedFile {
  path: string;
  text: string;
  assertFunctions: readonly string[];
}

/** The sources of one workspace: who imports whom, who calls whom, what stands twice. Reads files as it needs them. */
export class WorkspaceIndex {
  private readonly digests = new KeptDigests((file) => this.links.forget(file));
  private readonly unread = new Set<string>();
  private readonly duplicates = new Duplicates();
  private readonly values = new SharedValues();
  private links = new Links(new WorkspaceSources([]));
  private graph = this.makeGraph();
  private users = this.makeUsers();
  private phantoms = new PhantomImports('', this.links);
  private total = 0;

  /** `root` is an absolute path; files are relative to it, with forward slashes. */
  constructor(
    private readonly root: string,
    private readonly parts: IndexParts,
  ) {}

  /** Takes a new list of all files of the workspace. What was read of those that stay is kept. */
  async setFiles(files: readonly string[]): Promise<void> {
    const listed = new Set(files);
    const contents = files.map(async (file) => ({
      path: file,
      content: CONFIGURATION.test(file) ? await this.readBytes(file) : NO_CONTENT,
    }));
    this.links = new Links(new WorkspaceSources(await Promise.all(contents)));
    this.graph = this.makeGraph();
    this.users = this.makeUsers();
    this.phantoms = new PhantomImports(this.root, this.links);
    for (const file of [...this.digests.files()]) if (!listed.has(file)) this.drop(file);
    this.unread.clear();
    const sources = files.filter((file) => languageOf(file) !== undefined && isWrittenByHand(file));
    this.total = sources.length;
    for (const file of sources) {
      const digest = this.digests.get(file);
      if (digest) this.users.set(file, this.links.of(file, digest));
      else this.unread.add(file);
      this.digests.closeOldest();
    }
  }

  /** Files whose content is no longer what was read. */
  changed(files: readonly string[]): void {
    for (const file of files) {
      if (!this.digests.has(file)) continue;
      this.drop(file);
      this.unread.add(file);
    }
  }

  /** Takes what was read of files of the list elsewhere; until they change, they are not read again. */
  learn(digests: readonly LearnedDigest[]): void {
    for (const { file, ...stored } of digests) {
      this.parts.cache.set(stored);
      const kept = this.unread.has(file) ? this.parts.cache.get(stored.key) : undefined;
      if (!kept) continue;
      this.unread.delete(file);
      this.take(file, stored.key, kept);
    }
  }

  /** Leaves a file out from now on: the parser did not survive it. */
  skip(file: string): void {
    this.unread.delete(file);
  }

  /** Reads on until all is read or the time is over. `until` as of `performance.now()`, in milliseconds. */
  async read(until: number): Promise<{ done: number; total: number }> {
    for (const file of this.unread) {
      if (performance.now() > until) break;
      await this.readFile(file);
    }
    return { done: this.total - this.unread.size, total: this.total };
  }

  /** What the workspace says of one file; undefined for a language without rules. */
  async view({ path: file, text, assertFunctions }: AskedFile): Promise<WorkspaceView | undefined> {
    const key = digestKey({ path: file, text });
    const kept = await this.digest(key, file, text);
    if (!kept) return undefined;
    // Until the file on the disk is read, or read again, this text is what is known of it.
    this.take(file, key, kept);
    this.unread.delete(file);
    await this.readClosure(file);
    const { digest, prints } = kept;
    this.digests.closeOldest();
    return {
      complete: this.unread.size === 0,
      phantoms: this.phantoms.of(file, digest),
      ...this.assertions(file, digest, assertFunctions),
      users: this.users.of(file, digest),
      duplicates: this.duplicates.of(file, prints),
      sharedValues: this.values.of(file, digest.compared),
    };
  }

  /** Test files whose tests call functions of `file`, directly or through others, with how many of its functions they reach. */
  testsReaching(file: string): { file: string; functions: number }[] {
    const found = new Map<string, Set<unknown>>();
    this.digests.closeOldest();
    for (const test of this.digests.tests()) {
      for (const one of this.digests.get(test)?.functions ?? []) {
        if (!one.isTest) continue;
        const reached = this.graph.reachedIn(file, { file: test, function: one });
        if (reached.size === 0) continue;
        const all = found.get(test) ?? new Set();
        for (const callee of reached) all.add(callee);
        found.set(test, all);
      }
    }
    return [...found].map(([test, functions]) => ({ file: test, functions: functions.size }));
  }

  /** What ties a file to the rest; undefined for one that was not read. */
  tiesOf(file: string): FileTies | undefined {
    this.digests.closeOldest();
    return tiesOf(file, {
      links: this.links,
      graph: this.graph,
      importersOf: (one) => this.users.importersOf(one),
      digestOf: (one) => this.digests.get(one),
    });
  }

  private assertions(
    file: string,
    digest: FileDigest,
    patterns: readonly string[],
  ): Pick<WorkspaceView, 'asserting' | 'silent'> {
    const asserting = new Set<string>();
    const silent = new Set<string>();
    for (const test of digest.functions) {
      if (!test.isTest || test.asserts) continue;
      for (const call of test.calls) {
        const answer = this.graph.assertion(file, call, test.in, patterns);
        if (answer !== 'unknown') (answer === 'asserts' ? asserting : silent).add(call);
      }
    }
    return { asserting: [...asserting], silent: [...silent].filter((call) => !asserting.has(call)) };
  }

  private async readClosure(file: string): Promise<void> {
    let front = [file];
    let count = 0;
    for (let depth = 0; depth < CLOSURE_DEPTH; depth++) {
      const next: string[] = [];
      for (const one of front) {
        const digest = this.digests.get(one);
        for (const link of digest ? this.links.of(one, digest) : []) {
          if (!this.unread.has(link.file) || count >= MAX_CLOSURE) continue;
          count++;
          await this.readFile(link.file);
          next.push(link.file);
        }
      }
      front = next;
    }
  }

  private async readFile(file: string): Promise<void> {
    this.unread.delete(file);
    const bytes = await this.readBytes(file);
    if (bytes.length === 0 || bytes.length > MAX_FILE_BYTES) return;
    const text = bytes.toString('utf8');
    const key = digestKey({ path: file, text });
    const kept = await this.digest(key, file, text);
    if (kept) this.take(file, key, kept);
  }

  private async digest(key: string, file: string, text: string): Promise<KeptDigest | undefined> {
    const known = languageOf(file);
    if (!known) return undefined;
    const cached = this.parts.cache.get(key);
    if (cached) return cached;
    const made = await this.makeDigest(file, text, known);
    const stored = storedDigest(key, made);
    this.parts.cache.set(stored);
    // From the cache: its strings do not lean on the text of the file.
    return this.parts.cache.get(key) ?? { ...made, text: stored.text };
  }

  private async makeDigest(
    file: string,
    text: string,
    { language, grammar }: { language: Language; grammar: Grammar },
  ): Promise<Pick<KeptDigest, 'digest' | 'prints'>> {
    const unjudged = unjudgedRole({ path: file, text });
    if (unjudged) return emptyDigest(language, unjudged);
    const parser = await this.parts.parser();
    this.parts.onReading(file);
    return digestOf(collectFacts(await parser.parse(text, grammar), file, language));
  }

  private take(file: string, key: string, { digest, text, prints }: KeptDigest): void {
    if (this.digests.keyOf(file) === key) return;
    if (this.digests.has(file)) this.drop(file);
    this.digests.set(file, key, digest, text);
    this.duplicates.set(file, prints);
    this.values.set(file, digest.compared);
    this.users.set(file, this.links.of(file, digest));
    this.links.forget(file);
  }

  private drop(file: string): void {
    this.digests.delete(file);
    this.duplicates.set(file, undefined);
    this.values.set(file, []);
    this.users.set(file, []);
  }

  private makeGraph(): CallGraph {
    return new CallGraph(this.links, (file) => this.digests.get(file));
  }

  private makeUsers(): Users {
    return new Users(this.links, (file) => this.digests.get(file));
  }

  private async readBytes(file: string): Promise<Buffer> {
    const absolute = path.join(this.root, file);
    try {
      const { size } = await fs.stat(absolute);
      return size > MAX_FILE_BYTES ? NO_CONTENT : await fs.readFile(absolute);
    } catch {
      // Deleted since it was listed, or unreadable: it says nothing.
      return NO_CONTENT;
    }
  }
}
