import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { setImmediate as breathe } from 'node:timers/promises';
import { messageOf, throwIfCancelled, UserError } from '../../../base/errors';
import { readRegularFile } from '../../../base/regularFile';
import { t } from '../../../base/texts';
import { WorkspaceWalk } from '../../../sandbox/workspaceWalk';
import type { WalkedFile } from '../../../sandbox/workspaceWalk';
import type { ProjectFacts } from './projectFacts';
import type { FactParts } from './projectFacts';

/** Sizes in bytes. */
const LIMITS = { file: 512_000, lockfile: 12_000_000, total: 160_000_000 };
const PARALLEL_READS = 16;
/** Code is told from comments in so many files before others get their turn. */
const FILES_AT_ONCE = 20;

const LOCKFILE =
  /(^|\/)(package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|poetry\.lock|uv\.lock|Pipfile\.lock|bun\.lock)$/;
const BINARY =
  /\.(png|jpe?g|gif|webp|ico|icns|bmp|tiff?|avif|svgz|pdf|zip|gz|tgz|bz2|xz|zst|7z|rar|jar|war|class|so|dylib|dll|exe|o|a|wasm|woff2?|ttf|otf|eot|mp[34]|wav|ogg|flac|mov|avi|webm|sqlite3?|db|parquet|npy|npz|pkl|onnx|pt|bin|dat|vsix|map)$/i;

/** What was read of a workspace, and a hash over all of it. */
export interface ReadWorkspace {
  parts: FactParts;
  /** SHA-256 in hex over the paths and what is in them. */
  contentHash: string;
}

/**
 * Reads a workspace for the pre-mortem: each file that no ignore file names, as far as it is text and not too large. What
 * can't be read is listed with the reason. Rejects with `UserError` where the folder itself can't be read.
 */
export async function readWorkspace(root: string, signal: AbortSignal | undefined): Promise<ReadWorkspace> {
  const { walk, isPartial } = await walkThrough(root, signal);
  const files = [...walk.files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  const texts = new Map<string, string>();
  const hashes = new Map<string, string>();
  const withheld = [...walk.withheld];
  let bytes = 0;
  const queue = files.values();
  const read = async (): Promise<void> => {
    for (const file of queue) {
      throwIfCancelled(signal);
      const limit = LOCKFILE.test(file.path) ? LIMITS.lockfile : LIMITS.file;
      if (BINARY.test(file.path) || file.size > limit || bytes + file.size > LIMITS.total) {
        if (!BINARY.test(file.path)) withheld.push({ path: file.path, why: 'too large to be read' });
        continue;
      }
      bytes += file.size;
      const content = await contentOf(file, limit, withheld);
      if (!content) continue;
      hashes.set(file.path, createHash('sha256').update(content).digest('hex'));
      if (!content.subarray(0, 8000).includes(0)) texts.set(file.path, content.toString('utf8'));
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_READS }, read));
  const hash = createHash('sha256');
  for (const { path, size } of files) hash.update(`${path}\0${hashes.get(path) ?? size}\n`);
  const ordered = new Map(files.flatMap(({ path }) => entryOf(texts, path)));
  const sizes = new Map(files.map(({ path, size }) => [path, size]));
  return {
    parts: { files: sizes, texts: ordered, withheld, isPartial },
    contentHash: hash.digest('hex'),
  };
}

function entryOf(texts: ReadonlyMap<string, string>, path: string): [string, string][] {
  const text = texts.get(path);
  return text === undefined ? [] : [[path, text]];
}

/** Tells code from comments in all files, and lets others do their work in between. */
export async function prepareCode(facts: ProjectFacts, signal: AbortSignal | undefined): Promise<void> {
  for (const [index, file] of facts.productCode.entries()) {
    if (index % FILES_AT_ONCE === 0) {
      await breathe();
      throwIfCancelled(signal);
    }
    // Asking for it makes it, and it is kept.
    file.lineAt(file.bare.length);
  }
}

async function walkThrough(root: string, signal: AbortSignal | undefined) {
  let real: string;
  try {
    real = await realpath(root);
  } catch (error) {
    throw new UserError(
      t('The workspace {0} can not be read: {1}', root, messageOf(error)),
      t('Name a folder that exists.'),
    );
  }
  const walk = new WorkspaceWalk(real, signal);
  try {
    await walk.walk();
    return { walk, isPartial: false };
  } catch (error) {
    // More files than a walk takes: what it has is still worth looking at.
    if (!(error instanceof UserError) || walk.files.size === 0) throw error;
    return { walk, isPartial: true };
  }
}

async function contentOf(
  { path, source }: WalkedFile,
  limit: number,
  withheld: { path: string; why: string }[],
): Promise<Buffer | undefined> {
  try {
    return await readRegularFile(source, limit);
  } catch (error) {
    withheld.push({ path, why: `can not be read: ${messageOf(error)}` });
    return undefined;
  }
}
