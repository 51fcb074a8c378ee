import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { writeFileAtomically } from '../../../base/atomicFile';
import { hasCode, UserError } from '../../../base/errors';
import { runGit, runGitOn } from '../../../base/git';
import { realPath, relativeInside } from '../../../base/paths';
import { readRegularFile } from '../../../base/regularFile';
import { mayHoldSecrets } from '../../../base/secretFiles';
import { oneLine } from '../../../base/text';
import { t } from '../../../base/texts';

/** A file as it was. */
interface KeptFile {
  /** Relative to the workspace. */
  file: string;
  /** SHA-256 in hex; null where there was none. */
  hash: string | null;
  isExecutable: boolean;
}

/** Files of a task as they were at one moment: a commit of git holds them, apart from all branches. */
export interface KeptFiles {
  commit: string;
  files: readonly KeptFile[];
  /** ISO UTC. */
  at: string;
}

interface ReadFile extends KeptFile {
  content: Buffer;
}

const MAX_BYTES = 16_000_000;

/** Keeps what files of a workspace are by git, and puts them back. Touches no branch, no index, and no other file. */
export class FileKeeper {
  constructor(private readonly root: string) {}

  /**
   * Keeps files in a commit on a ref of its own. Those that may hold secrets, that are too big or no files, are left out. Rejects with
   * `UserError` where the folder is in no repository of git.
   */
  async keep(
    name: { runId: string; taskId: string; what: string },
    files: readonly string[],
    now: Date,
  ): Promise<KeptFiles> {
    const read = (await Promise.all(files.map((file) => this.read(file)))).flatMap((one) => one ?? []);
    const ref = refOf(name);
    const parent = await this.commitOf(ref);
    const stream = streamOf(read, {
      ...{ ref, parent, seconds: Math.floor(now.getTime() / 1000) },
      message: `${oneLine(name.taskId, 80)}: ${name.what}\n`,
    });
    const printed = await runGitOn(this.root, ['fast-import', '--quiet', '--done'], { input: stream });
    const [commit] = /^[0-9a-f]{40,64}$/m.exec(printed.toString('latin1')) ?? [];
    if (commit === undefined) throw new UserError(t('git did not keep the files of the task'));
    return {
      commit,
      files: read.map(({ file, hash, isExecutable }) => ({ file, hash, isExecutable })),
      at: now.toISOString(),
    };
  }

  /** What is there now of a file; undefined for what can't be kept. */
  async read(file: string): Promise<ReadFile | undefined> {
    const absolute = await this.placeOf(file);
    if (absolute === undefined || mayHoldSecrets(file)) return undefined;
    try {
      const content = await readRegularFile(absolute, MAX_BYTES);
      const { mode } = await fs.stat(absolute);
      return { file, content, hash: hashOf(content), isExecutable: (mode & 0o100) !== 0 };
    } catch (error) {
      return hasCode(error, 'ENOENT')
        ? { file, content: Buffer.alloc(0), hash: null, isExecutable: false }
        : undefined;
    }
  }

  /** What was kept of a file; undefined where it was not there. */
  async contentOf({ commit, files }: KeptFiles, file: string): Promise<Buffer | undefined> {
    const kept = files.find((one) => one.file === file);
    if (!kept || kept.hash === null) return undefined;
    return runGitOn(this.root, ['cat-file', 'blob', `${commit}:${file}`], {});
  }

  /** Makes files what they were. Each has to be still what `now` says of it: rejects with `UserError` at the first that is not. */
  async putBack(kept: KeptFiles, now: KeptFiles): Promise<void> {
    for (const { file, hash, isExecutable } of kept.files) {
      const current = await this.read(file);
      if (current?.hash === hash) continue;
      const seen = now.files.find((one) => one.file === file);
      const absolute = await this.placeOf(file);
      if (!current || absolute === undefined || seen?.hash !== current.hash)
        throw new UserError(
          t('{0} was changed while it was put back', file),
          t('Look at it, then undo once more.'),
        );
      const content = await this.contentOf(kept, file);
      if (content === undefined) await fs.rm(absolute);
      else {
        await writeFileAtomically(absolute, content);
        if (isExecutable) await fs.chmod(absolute, 0o755);
      }
    }
  }

  /** Absolute, with no link in its way; undefined where it leads out of the workspace. */
  private async placeOf(file: string): Promise<string | undefined> {
    const wanted = path.join(this.root, file);
    const folder = await realPath(path.dirname(wanted));
    const place = path.join(folder, path.basename(wanted));
    return relativeInside(await realPath(this.root), place) === undefined ? undefined : place;
  }

  private async commitOf(ref: string): Promise<string | undefined> {
    const printed = await runGit(this.root, ['for-each-ref', '--format=%(objectname)', ref], undefined);
    return /^[0-9a-f]{40,64}$/.exec(printed.trim())?.[0];
  }
}

function hashOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function refOf({ runId, taskId }: { runId: string; taskId: string }): string {
  const name = createHash('sha256').update(taskId).digest('hex').slice(0, 16);
  return `refs/seaworthy/loop2/${runId}/${name}`;
}

/** What `git fast-import` reads: one commit with these files and no other. */
function streamOf(
  files: readonly ReadFile[],
  about: { ref: string; parent: string | undefined; seconds: number; message: string },
): Buffer {
  const { ref, parent, seconds, message } = about;
  const data = (content: Buffer): Buffer[] => [
    Buffer.from(`data ${content.length}\n`),
    content,
    Buffer.from('\n'),
  ];
  const head = `commit ${ref}\nmark :1\ncommitter Seaworthy <seaworthy@localhost> ${seconds} +0000\n`;
  return Buffer.concat([
    Buffer.from(`feature done\n${head}`),
    ...data(Buffer.from(message)),
    Buffer.from(`${parent === undefined ? '' : `from ${parent}\n`}deleteall\n`),
    ...files.flatMap(({ file, content, hash, isExecutable }) =>
      hash === null
        ? []
        : [Buffer.from(`M ${isExecutable ? '100755' : '100644'} inline ${quoted(file)}\n`), ...data(content)],
    ),
    Buffer.from('get-mark :1\ndone\n'),
  ]);
}

function quoted(file: string): string {
  return `"${file.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}
