import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { describeError } from '../../base/errors';
import { END_THREAD, leaveThread } from '../../base/threads';
import { SourceParser } from '../syntax/parser';
import { DigestCache } from './digestCache';
import type { IndexAnswer, IndexQuestion, IndexReply, IndexRequest, IndexWorkerData } from './protocol';
import { WorkspaceIndex } from './workspaceIndex';

/** Workspaces that are known at a time; the one asked last stays. */
const MAX_WORKSPACES = 4;

/** Entry of the worker thread that knows workspaces: answers one question at a time. */
class IndexServer {
  private readonly indexes = new Map<string, WorkspaceIndex>();
  private readonly cache: DigestCache;
  private parser: Promise<SourceParser> | undefined;
  private version = '';

  constructor(
    private readonly data: IndexWorkerData,
    private readonly post: (reply: IndexReply) => void,
  ) {
    this.cache = new DigestCache(data.maxBytes);
  }

  async start(): Promise<void> {
    const { distDirectory, cacheFile } = this.data;
    if (cacheFile === undefined) return;
    // Another build of this program digests otherwise.
    const program = await fs.readFile(path.join(distDirectory, 'indexWorker.js'));
    this.version = createHash('sha256').update(program).digest('hex');
    await this.cache.load(cacheFile, this.version);
  }

  async answer(question: IndexQuestion): Promise<IndexAnswer> {
    switch (question.kind) {
      case 'files': {
        const index = this.indexOf(question.root);
        await index.setFiles(question.files);
        for (const file of question.skipped) index.skip(file);
        return {};
      }
      case 'changed':
        this.indexOf(question.root).changed(question.files);
        return {};
      case 'learn':
        this.indexOf(question.root).learn(question.digests);
        return {};
      case 'read': {
        const until = performance.now() + question.milliseconds;
        return { progress: await this.indexOf(question.root).read(until) };
      }
      case 'view': {
        const view = await this.indexOf(question.root).view(question.file);
        return view ? { view } : {};
      }
      case 'tests':
        return { tests: this.indexOf(question.root).testsReaching(question.file) };
      case 'ties': {
        const ties = this.indexOf(question.root).tiesOf(question.file);
        return ties ? { ties } : {};
      }
      case 'save':
        if (this.data.cacheFile !== undefined) await this.cache.save(this.data.cacheFile, this.version);
        return {};
    }
  }

  private indexOf(root: string): WorkspaceIndex {
    const { cache } = this;
    const onReading = (reading: string): void => this.post({ reading });
    const parser = (): Promise<SourceParser> => (this.parser ??= this.loadParser());
    const index = this.indexes.get(root) ?? new WorkspaceIndex(root, { parser, cache, onReading });
    this.indexes.delete(root);
    this.indexes.set(root, index);
    for (const other of this.indexes.keys()) {
      if (this.indexes.size <= MAX_WORKSPACES) break;
      this.indexes.delete(other);
    }
    return index;
  }

  private async loadParser(): Promise<SourceParser> {
    this.post({ loading: true });
    return SourceParser.load(this.data.distDirectory);
  }
}

function serve(): void {
  const port = parentPort;
  if (!port) throw new Error('The index runs in a worker thread only');
  const server = new IndexServer(workerData as IndexWorkerData, (reply) => port.postMessage(reply));
  let queue = server.start();
  port.on('message', (request: IndexRequest | typeof END_THREAD) => {
    if (request === END_THREAD) return leaveThread(port);
    const { id, question } = request;
    const answered = queue.then(() => server.answer(question));
    queue = answered.then(
      (answer) => port.postMessage({ id, answer } satisfies IndexReply),
      (error: unknown) => port.postMessage({ id, error: describeError(error) } satisfies IndexReply),
    );
  });
}

serve();
