import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { Claim } from '../../../base/claims';
import { messageOf, throwIfCancelled, UserError } from '../../../base/errors';
import { runGit } from '../../../base/git';
import { realPath, relativeInside } from '../../../base/paths';
import { t } from '../../../base/texts';
import { isInside } from '../../../sandbox/workspaceWalk';
import type { FileEdit } from '../../loop1/remediation/remedy';

/** A copy of a workspace with what was written for one task in it, to be audited there. */
export interface Stage {
  /** Absolute path of what is the workspace in it. */
  root: string;
  close(): Promise<void>;
}

/** The files of a workspace that its ignore files do not name. `source`: the absolute path to read. */
type ListFiles = (
  root: string,
  signal: AbortSignal | undefined,
) => Promise<{ files: readonly { path: string; source: string }[] }>;

interface Parts {
  /** Absolute path of the workspace. */
  root: string;
  /** Outside of the workspace; stages lie in it by number. */
  folder: string;
  /** The right to use one; undefined while somebody else, another process too, has it. */
  claim: (name: string) => Promise<Claim | undefined>;
  list: ListFiles;
}

/** More tasks than that are not worked on at the same time. */
const MAX_STAGES = 16;
const PARALLEL_COPIES = 16;
const NAME = 'seaworthy-stage';
/** Forced, as one whose folder is gone may still be known by its path. */
const ADD = ['worktree', 'add', '--force', '--quiet', '--detach', '--no-checkout'];

/**
 * Where work of which nobody has seen anything yet is audited: in a git worktree each, or, where the workspace is in no repository, in a
 * plain copy. The worktree has no branch, and holds the files as they lie in the workspace, saved or committed or neither; branch, index
 * and files of the workspace are not touched. Stages that a killed process has left are removed before the next is made.
 */
export class Stages {
  private swept: Promise<void> | undefined;

  constructor(private readonly parts: Parts) {}

  /** Rejects with `UserError` where no copy can be made, with `CancelledError` on abort. */
  async open(edits: readonly FileEdit[], signal: AbortSignal): Promise<Stage> {
    await this.sweep();
    const { number, claim } = await this.take();
    const place = this.placeOf(number);
    const close = async (): Promise<void> => {
      try {
        await this.remove(place);
      } finally {
        await claim.release();
      }
    };
    try {
      await this.remove(place);
      const root = await this.make(place, signal);
      for (const { file, after } of edits) await write(root, file, after);
      return { root, close };
    } catch (error) {
      await close();
      throw error;
    }
  }

  /** Removes what killed processes have left, once in a process. Never rejects. */
  sweep(): Promise<void> {
    this.swept ??= this.sweepAll().catch(() => undefined);
    return this.swept;
  }

  private async sweepAll(): Promise<void> {
    const names = await fs.readdir(this.parts.folder).catch(() => []);
    for (const name of names) {
      const number = Number(name.slice(NAME.length + 1));
      if (!name.startsWith(`${NAME}-`) || !Number.isInteger(number)) continue;
      const claim = await this.parts.claim(name);
      if (!claim) continue;
      try {
        await this.remove(this.placeOf(number));
      } finally {
        await claim.release();
      }
    }
  }

  private async take(): Promise<{ number: number; claim: Claim }> {
    for (let number = 1; number <= MAX_STAGES; number++) {
      const claim = await this.parts.claim(`${NAME}-${number}`);
      if (claim) return { number, claim };
    }
    throw new UserError(
      t('{0} copies of the workspace are in use already', MAX_STAGES),
      t('Wait until one of the tasks has been audited.'),
    );
  }

  private placeOf(number: number): string {
    return path.join(this.parts.folder, `${NAME}-${number}`);
  }

  /** Resolves to what is the workspace in the new place. */
  private async make(place: string, signal: AbortSignal): Promise<string> {
    const { root, folder, list } = this.parts;
    await fs.mkdir(folder, { recursive: true });
    const prefix = await this.addWorktree(place, signal);
    const target = path.join(place, prefix ?? '');
    await fs.mkdir(target, { recursive: true });
    const { files } = await list(root, signal);
    const queue = files.values();
    const copy = async (): Promise<void> => {
      for (const file of queue) {
        throwIfCancelled(signal);
        await copyFile(file.source, path.join(target, file.path));
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_COPIES }, copy));
    return realPath(target);
  }

  /** Resolves to where in its repository the workspace lies; undefined where it is in none that has a commit. */
  private async addWorktree(place: string, signal: AbortSignal): Promise<string | undefined> {
    const { root } = this.parts;
    let prefix: string;
    try {
      prefix = (await runGit(root, ['rev-parse', '--show-prefix'], signal)).replace(/\n$/, '');
      await runGit(root, ['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], signal);
    } catch {
      throwIfCancelled(signal);
      return undefined;
    }
    // Nothing is checked out: files come from the workspace, and no filter of the repository is started.
    await runGit(root, [...ADD, place, 'HEAD'], signal);
    return prefix;
  }

  private async remove(place: string): Promise<void> {
    const isLinked = await fs.lstat(path.join(place, '.git')).then(
      () => true,
      () => false,
    );
    if (isLinked)
      await runGit(this.parts.root, ['worktree', 'remove', '--force', '--force', place], undefined).catch(
        (error: unknown) => {
          // The repository may be gone; the folder has to go all the same.
          if (!(error instanceof UserError)) throw new Error(messageOf(error), { cause: error });
        },
      );
    await fs.rm(place, { recursive: true, force: true, maxRetries: 3 });
  }
}

async function copyFile(from: string, to: string): Promise<void> {
  await fs.mkdir(path.dirname(to), { recursive: true });
  try {
    await fs.copyFile(from, to, fs.constants.COPYFILE_FICLONE);
  } catch (error) {
    // It was there a moment ago: somebody works in the workspace.
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

async function write(root: string, file: string, text: string): Promise<void> {
  const absolute = path.join(root, file);
  if (!isInside(file) || relativeInside(root, await realPath(absolute)) !== file)
    throw new UserError(t('{0} leads out of the workspace and is not written', file));
  await fs.mkdir(path.dirname(absolute), { recursive: true });
  await fs.writeFile(absolute, text);
}
