import { realpath } from 'node:fs/promises';
import { WorkspaceWalk } from './workspaceWalk';
import type { WalkedFile, WithheldFile } from './workspaceWalk';

/** The files of a project that its ignore files do not name, and what of it can't be taken. Sizes in bytes. */
export async function listSources(
  root: string,
  signal: AbortSignal | undefined,
): Promise<{ files: WalkedFile[]; withheld: WithheldFile[] }> {
  const walk = new WorkspaceWalk(await realpath(root), signal);
  await walk.walk();
  return { files: [...walk.files.values()], withheld: walk.withheld };
}
