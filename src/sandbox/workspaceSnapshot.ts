import { realpath } from 'node:fs/promises';
import { messageOf, throwIfCancelled, UserError } from '../base/errors';
import { readRegularFile } from '../base/regularFile';
import { mayHoldSecrets } from '../base/secretFiles';
import { t } from '../base/texts';
import type { SandboxFile } from './sandbox';
import { isInside, SNAPSHOT_LIMITS, tooBig, WorkspaceWalk } from './workspaceWalk';
import type { WalkedFile, WithheldFile } from './workspaceWalk';
import type { TakeSnapshot } from './snapshot';

const PARALLEL_READS = 16;

/** See `TakeSnapshot`. */
export const takeSnapshot: TakeSnapshot = async (root, options = {}) => {
  const { overlays = new Map<string, string>(), include = [], signal } = options;
  const walk = new WorkspaceWalk(await realRoot(root), signal);
  await walk.walk();
  for (const file of include) await walk.include(file);

  const wanted = [...walk.files.values()].filter((file) => !overlays.has(file.path));
  if (wanted.reduce((sum, file) => sum + file.size, 0) > SNAPSHOT_LIMITS.totalBytes) throw tooBig(wanted);
  const files = [...(await readAll(wanted, walk.withheld, signal)), ...readOverlays(overlays, walk)];
  const byPath = (a: { path: string }, b: { path: string }): number =>
    a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
  return { files: files.sort(byPath), withheld: walk.withheld.sort(byPath) };
};

async function realRoot(root: string): Promise<string> {
  try {
    return await realpath(root);
  } catch (error) {
    throw new UserError(
      t('The workspace {0} can not be read: {1}', root, messageOf(error)),
      t('Open a folder that exists.'),
    );
  }
}

async function readAll(
  wanted: readonly WalkedFile[],
  withheld: WithheldFile[],
  signal: AbortSignal | undefined,
): Promise<SandboxFile[]> {
  const files: SandboxFile[] = [];
  const queue = wanted.values();
  const worker = async (): Promise<void> => {
    for (const { path, source, executable } of queue) {
      throwIfCancelled(signal);
      try {
        const content = await readRegularFile(source, SNAPSHOT_LIMITS.fileBytes);
        files.push({ path, content, ...(executable && { executable }) });
      } catch (error) {
        withheld.push({ path, why: `can not be read: ${messageOf(error)}` });
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, worker));
  return files;
}

function* readOverlays(overlays: ReadonlyMap<string, string>, walk: WorkspaceWalk): Generator<SandboxFile> {
  for (const [path, text] of overlays) {
    const content = Buffer.from(text);
    if (!isInside(path)) walk.withheld.push({ path, why: 'outside the workspace' });
    else if (mayHoldSecrets(path)) walk.withheld.push({ path, why: 'may hold secrets or personal settings' });
    else if (content.length > SNAPSHOT_LIMITS.fileBytes) walk.withheld.push({ path, why: 'too big' });
    else yield { path, content, ...(walk.files.get(path)?.executable && { executable: true }) };
  }
}
