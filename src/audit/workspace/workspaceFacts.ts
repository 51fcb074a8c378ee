import { throwIfCancelled } from '../../base/errors';
import { IndexThread, IndexThreadLost, START_PATIENCE_MS } from './indexThread';
import type { IndexAnswer, IndexQuestion, IndexWorkerData, LearnedDigest } from './protocol';
import type { FileTies } from './ties';
import type { WorkspaceView } from './view';
import type { AskedFile } from './workspaceIndex';

/** The files of a project that its ignore files do not name. */
type ListSources = (
  root: string,
  signal: AbortSignal | undefined,
) => Promise<{ files: readonly { path: string }[] }>;

export interface FactsOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((message: string) => void) | undefined;
  /** Waits until all of the workspace is read; otherwise a few seconds. */
  waitsForAll?: boolean;
}

/** How long an audit of one file waits for what only all of the workspace can tell. */
const SHORT_WAIT_MS = 3000;
const SLICE_MS = 250;
/** The parser reads the largest file in a fraction of this; what takes longer is never read again. */
const PATIENCE_MS = 2000;
const PROGRESS_AFTER_MS = 500;
/** More lost threads than that are a defect of ours, not of files. */
const MAX_LOST = 20;
const MAX_BYTES = 64_000_000;

interface KnownWorkspace {
  /** Undefined while the list is to be made anew. */
  files: string[] | undefined;
  /** Files whose content has changed since. */
  changed: Set<string>;
  /** Files that the parser did not survive. */
  skipped: Set<string>;
  /** The thread that was told of it. */
  toldTo: IndexThread | undefined;
  /** All of it is read in that thread, and nothing has changed since. */
  isRead: boolean;
}

/** What the rest of a workspace says about a file: read once in a thread of its own, then kept up by `changed`. */
export class WorkspaceFacts {
  private readonly workspaces = new Map<string, KnownWorkspace>();
  private readonly data: IndexWorkerData;
  private thread: IndexThread | undefined;
  private queue: Promise<unknown> = Promise.resolve();
  private lost = 0;

  constructor(
    private readonly parts: {
      distDirectory: string;
      cacheFile?: string;
      listSources: ListSources;
      /** How long the thread may read one file, in milliseconds. */
      patienceMs?: number;
    },
  ) {
    const { distDirectory, cacheFile } = parts;
    this.data = { distDirectory, maxBytes: MAX_BYTES, ...(cacheFile === undefined ? {} : { cacheFile }) };
  }

  /**
   * What the workspace says of one file, with the files that could not be read. Rejects with `CancelledError` on abort,
   * with `UserError` when the workspace can't be read at all.
   */
  async viewOf(
    root: string,
    file: AskedFile,
    options: FactsOptions = {},
  ): Promise<{ view: WorkspaceView | undefined; skipped: string[] }> {
    return this.inTurn(async () => {
      await this.read(root, options);
      const { view } = await this.ask({ kind: 'view', root, file }, root);
      return { view, skipped: [...this.workspace(root).skipped] };
    }, options.signal);
  }

  /** Test files whose tests call functions of a file, with how many of them; as far as the workspace is read. */
  async testsReaching(
    root: string,
    file: string,
    options: FactsOptions = {},
  ): Promise<{ file: string; functions: number }[]> {
    return this.inTurn(async () => {
      await this.read(root, options);
      return (await this.ask({ kind: 'tests', root, file }, root)).tests ?? [];
    }, options.signal);
  }

  /** What ties a file to the rest of its workspace; undefined for one that can't be read. */
  async tiesOf(root: string, file: string, options: FactsOptions = {}): Promise<FileTies | undefined> {
    return this.inTurn(async () => {
      await this.read(root, options);
      return (await this.ask({ kind: 'ties', root, file }, root)).ties;
    }, options.signal);
  }

  /** Takes what was read of files elsewhere, so that they are not read again. */
  async learn(root: string, digests: LearnedDigest[], signal?: AbortSignal): Promise<void> {
    return this.inTurn(async () => {
      await this.tell(root, signal);
      await this.ask({ kind: 'learn', root, digests }, root);
    }, signal);
  }

  /** Leaves a file out until it changes: the parser gave up on it elsewhere. */
  skip(root: string, file: string): void {
    const known = this.workspace(root);
    known.skipped.add(file);
    // A list that was not told of it would be read with it.
    known.toldTo = undefined;
  }

  /** To be told of each file that changes; without `content`, files came or went. Does nothing for a root not asked about. */
  changed(root: string, file?: string): void {
    const known = this.workspaces.get(root);
    if (!known) return;
    if (file === undefined) known.files = undefined;
    else {
      known.changed.add(file);
      known.skipped.delete(file);
    }
  }

  /** Writes what was read, for the next process. */
  async save(): Promise<void> {
    if (!this.thread) return;
    await this.inTurn(async () => this.thread?.ask({ kind: 'save' }, START_PATIENCE_MS), undefined);
  }

  async dispose(): Promise<void> {
    await this.save().catch(() => undefined);
    await this.thread?.end();
    this.thread = undefined;
  }

  private async inTurn<T>(work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const mine = this.queue.then(() => {
      throwIfCancelled(signal);
      return work();
    });
    this.queue = mine.catch(() => undefined);
    return mine;
  }

  private async read(root: string, { signal, onProgress, waitsForAll }: FactsOptions): Promise<void> {
    await this.tell(root, signal);
    const known = this.workspace(root);
    if (known.isRead && this.thread && known.toldTo === this.thread) return;
    const begun = performance.now();
    for (;;) {
      throwIfCancelled(signal);
      const { progress } = await this.ask({ kind: 'read', root, milliseconds: SLICE_MS }, root);
      known.isRead = progress === undefined || progress.done >= progress.total;
      if (known.isRead || !progress) return;
      const took = performance.now() - begun;
      if (took > PROGRESS_AFTER_MS)
        onProgress?.(`Reading the workspace (${progress.done}/${progress.total} files)`);
      if (waitsForAll !== true && took > SHORT_WAIT_MS) return;
    }
  }

  /** Brings the thread up to date about one workspace. */
  private async tell(root: string, signal: AbortSignal | undefined): Promise<void> {
    const known = this.workspace(root);
    if (!known.files) {
      const { files } = await this.parts.listSources(root, signal);
      known.files = files.map(({ path }) => path);
      known.toldTo = undefined;
      known.isRead = false;
    }
    if (known.changed.size > 0) {
      const files = [...known.changed];
      known.changed.clear();
      known.isRead = false;
      await this.ask({ kind: 'changed', root, files }, root);
    }
  }

  /** Asks the thread; a new one, which is told all there is to know, where the old one was lost. */
  private async ask(question: IndexQuestion, root: string): Promise<IndexAnswer> {
    const known = this.workspace(root);
    for (;;) {
      try {
        const isFresh = this.thread === undefined;
        const thread = (this.thread ??= new IndexThread(this.data));
        if (known.toldTo !== thread && known.files) {
          const { files, skipped } = known;
          const patience = isFresh ? START_PATIENCE_MS : 2 * PATIENCE_MS;
          await thread.ask({ kind: 'files', root, files, skipped: [...skipped] }, patience);
          known.toldTo = thread;
          known.isRead = false;
        }
        // Another question about a file that the parser does not survive would end the same way.
        if (question.kind === 'view' && known.skipped.has(question.file.path)) return {};
        const { patienceMs = PATIENCE_MS } = this.parts;
        return await thread.ask(
          question,
          question.kind === 'tests' || question.kind === 'ties' ? START_PATIENCE_MS : patienceMs,
        );
      } catch (error) {
        if (!(error instanceof IndexThreadLost)) throw error;
        this.thread = undefined;
        this.lost += 1;
        if (error.file === undefined || this.lost > MAX_LOST) throw error;
        known.skipped.add(error.file);
      }
    }
  }

  private workspace(root: string): KnownWorkspace {
    const known = this.workspaces.get(root) ?? {
      files: undefined,
      changed: new Set(),
      skipped: new Set(),
      toldTo: undefined,
      isRead: false,
    };
    this.workspaces.set(root, known);
    return known;
  }
}
