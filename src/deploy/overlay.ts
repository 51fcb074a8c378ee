import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import * as path from 'node:path';

/**
 * A folder in which a workspace can be looked at as if it had files that only its target has: links to the workspace's
 * entries, and to `files` of `target` (relative to both), which are empty where there is no target. To be removed by the caller.
 */
export async function overlay(
  workspace: string,
  target: string | undefined,
  files: readonly string[],
): Promise<string> {
  const folder = await fs.mkdtemp(path.join(os.tmpdir(), 'seaworthy-overlay-'));
  await linkEntries(workspace, folder, '', files);
  for (const file of files) {
    const place = path.join(folder, file);
    await fs.mkdir(path.dirname(place), { recursive: true });
    if (target === undefined) await fs.writeFile(place, '');
    else await fs.symlink(path.join(target, file), place);
  }
  return folder;
}

/** Links to all entries of a folder, but to those in which one of `files` is to lie: they become folders of links again. */
async function linkEntries(
  workspace: string,
  folder: string,
  inside: string,
  files: readonly string[],
): Promise<void> {
  for (const entry of await fs.readdir(path.join(workspace, inside), { withFileTypes: true })) {
    const name = path.posix.join(inside, entry.name);
    if (files.includes(name)) continue;
    if (entry.isDirectory() && files.some((file) => file.startsWith(`${name}/`))) {
      await fs.mkdir(path.join(folder, name));
      await linkEntries(workspace, folder, name, files);
    } else await fs.symlink(path.join(workspace, name), path.join(folder, name));
  }
}

/** Those of `files` that the workspace has not, and the target has or can't be asked for. Relative paths that stay inside. */
export async function onlyInTarget(
  files: readonly string[],
  workspace: string,
  target: string | undefined,
): Promise<string[]> {
  const inside = files
    .map((file) => path.posix.normalize(file))
    .filter((file) => !/^(\/|\.\.(\/|$))/.test(file));
  const found = await Promise.all(
    [...new Set(inside)].map(async (file) => {
      if (await isThere(path.join(workspace, file))) return [];
      return target === undefined || (await isThere(path.join(target, file))) ? [file] : [];
    }),
  );
  return found.flat();
}

async function isThere(file: string): Promise<boolean> {
  return fs.access(file).then(
    () => true,
    () => false,
  );
}
