import { throwIfCancelled } from '../../../base/errors';
import { readRegularFile } from '../../../base/regularFile';
import type { SandboxFile } from '../../../sandbox/sandbox';
import type { WalkedFile } from '../../../sandbox/workspaceWalk';
import { ImportGraph } from '../discovery/importGraph';
import { WorkspaceSources } from '../discovery/sources';
import { isTestFile } from '../discovery/testFiles';
import { testFileByPath } from '../discovery/testNames';

type ListSources = (root: string, signal: AbortSignal) => Promise<{ files: WalkedFile[] }>;

const PARALLEL_READS = 16;
/** Larger files are not looked into. */
const MAX_BYTES = 1_000_000;
/** The editor shares this thread: how long it is worked on before others run, in milliseconds. */
const MAX_SLICE_MS = 15;

/**
 * The test files of a workspace that no ignore file names, sorted by path. Only files whose names leave it open are read.
 * Rejects with `CancelledError` on abort, with `UserError` when there are too many files.
 */
export async function findTestFiles(
  root: string,
  listSources: ListSources,
  signal: AbortSignal,
): Promise<string[]> {
  const { files } = await listSources(root, signal);
  const found = files.filter(({ path }) => testFileByPath(path) === 'yes').map(({ path }) => path);
  const open = files.filter(({ path, size }) => testFileByPath(path) === 'maybe' && size <= MAX_BYTES);
  const read = await readAll(open, signal);
  const graph = new ImportGraph(new WorkspaceSources(read));
  let sliceStart = performance.now();
  for (const { path } of read) {
    if (isTestFile(graph, path)) found.push(path);
    if (performance.now() - sliceStart <= MAX_SLICE_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    throwIfCancelled(signal);
    sliceStart = performance.now();
  }
  return found.sort();
}

async function readAll(files: readonly WalkedFile[], signal: AbortSignal): Promise<SandboxFile[]> {
  const read: SandboxFile[] = [];
  const queue = files.values();
  const work = async (): Promise<void> => {
    for (const { path, source } of queue) {
      throwIfCancelled(signal);
      // One that is gone again holds no tests.
      const content = await readRegularFile(source, MAX_BYTES).catch(() => undefined);
      if (content) read.push({ path, content });
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, work));
  return read;
}
