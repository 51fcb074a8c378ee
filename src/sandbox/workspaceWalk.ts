import { lstat, opendir, realpath } from 'node:fs/promises';
import * as path from 'node:path';
import { throwIfCancelled, UserError } from '../base/errors';
import { readRegularFile } from '../base/regularFile';
import { mayHoldSecrets } from '../base/secretFiles';
import { t } from '../base/texts';
import { IgnoreRules } from './ignoreRules';

/** Bounds of one snapshot. Sizes in bytes. */
export const SNAPSHOT_LIMITS = {
  files: 20_000,
  totalBytes: 64_000_000,
  fileBytes: 10_000_000,
  pathBytes: 1024,
  depth: 40,
  /** Folder entries looked at, ignored ones too. */
  entries: 500_000,
  ignoreFileBytes: 256_000,
};

/** Built or fetched, never written by hand: dependencies get into a sandbox another way. */
const NEVER_TAKEN = new Set(['.git', 'node_modules', '.venv', 'venv', '__pycache__']);

/** A file that will be taken. `source` is the absolute path to read, which is another one for a link. */
export interface WalkedFile {
  path: string;
  source: string;
  size: number;
  executable: boolean;
}

export interface WithheldFile {
  path: string;
  why: string;
}

interface Folder {
  path: string;
  rules: IgnoreRules;
}

/** Looks through a workspace without reading its files. `root` is a real path: no link on the way to it. */
export class WorkspaceWalk {
  readonly files = new Map<string, WalkedFile>();
  readonly withheld: WithheldFile[] = [];
  private entries = 0;

  constructor(
    private readonly root: string,
    private readonly signal: AbortSignal | undefined,
  ) {}

  /** Takes everything that no ignore file names. Rejects with `UserError` past the number of files. */
  async walk(): Promise<void> {
    const exclude = await this.readIgnoreFile('.git/info/exclude');
    const folders: Folder[] = [{ path: '', rules: IgnoreRules.none.with('', exclude) }];
    for (let folder = folders.pop(); folder; folder = folders.pop()) {
      const ignoreFile = await this.readIgnoreFile(join(folder.path, '.gitignore'));
      await this.walkFolder(folder.path, folder.rules.with(folder.path, ignoreFile), folders);
    }
  }

  /** Takes one file, ignored or not. A path with nothing behind it is passed over: it may be in the editor alone. */
  async include(file: string): Promise<void> {
    if (!isInside(file)) this.withhold(file, 'outside the workspace');
    else if (!this.files.has(file)) await this.takeResolved(file);
  }

  private async walkFolder(folder: string, rules: IgnoreRules, folders: Folder[]): Promise<void> {
    let entries;
    try {
      entries = await opendir(path.join(this.root, folder));
    } catch (error) {
      this.withhold(`${folder}/`, unreadable(error));
      return;
    }
    for await (const entry of entries) {
      throwIfCancelled(this.signal);
      this.countEntry();
      const name = join(folder, entry.name);
      const isFolder = entry.isDirectory();
      if (NEVER_TAKEN.has(entry.name) || rules.ignores(name, isFolder)) continue;
      if (mayHoldSecrets(name))
        this.withhold(isFolder ? `${name}/` : name, 'may hold secrets or personal settings');
      else if (Buffer.byteLength(name) > SNAPSHOT_LIMITS.pathBytes)
        this.withhold(name, 'its path is too long');
      else if (isFolder) this.enter(name, rules, folders);
      else if (entry.isSymbolicLink()) await this.takeResolved(name);
      else if (entry.isFile()) await this.take(name, path.join(this.root, name));
      else this.withhold(name, 'not a regular file');
    }
  }

  private enter(folder: string, rules: IgnoreRules, folders: Folder[]): void {
    if (folder.split('/').length > SNAPSHOT_LIMITS.depth) this.withhold(`${folder}/`, 'nested too deeply');
    else folders.push({ path: folder, rules });
  }

  /** A file with a link in its path: what it comes to in the end must itself be one we would take. */
  private async takeResolved(file: string): Promise<void> {
    if (mayHoldSecrets(file)) return this.withhold(file, 'may hold secrets or personal settings');
    let real: string;
    try {
      real = await realpath(path.join(this.root, file));
    } catch (error) {
      if (!(await exists(path.join(this.root, file)))) return;
      return this.withhold(file, `a link to nothing (${unreadable(error)})`);
    }
    const target = path.relative(this.root, real).split(path.sep).join('/');
    if (target !== '' && !isInside(target)) return this.withhold(file, 'a link out of the workspace');
    if (mayHoldSecrets(target)) return this.withhold(file, 'a link to what may hold secrets');
    await this.take(file, real);
  }

  private async take(file: string, source: string): Promise<void> {
    try {
      const stats = await lstat(source);
      if (stats.isDirectory()) return this.withhold(file, 'a link to a folder');
      if (!stats.isFile()) return this.withhold(file, 'not a regular file');
      if (stats.size > SNAPSHOT_LIMITS.fileBytes) {
        return this.withhold(file, `over the limit of ${SNAPSHOT_LIMITS.fileBytes / 1e6} MB for one file`);
      }
      this.files.set(file, { path: file, source, size: stats.size, executable: (stats.mode & 0o111) !== 0 });
    } catch (error) {
      return this.withhold(file, unreadable(error));
    }
    if (this.files.size > SNAPSHOT_LIMITS.files) throw tooBig([...this.files.values()]);
  }

  private countEntry(): void {
    if (++this.entries > SNAPSHOT_LIMITS.entries) throw tooBig([...this.files.values()]);
  }

  private async readIgnoreFile(file: string): Promise<string | undefined> {
    try {
      const content = await readRegularFile(path.join(this.root, file), SNAPSHOT_LIMITS.ignoreFileBytes);
      return content.toString('utf8');
    } catch {
      return undefined;
    }
  }

  private withhold(file: string, why: string): void {
    this.withheld.push({ path: file, why });
  }
}

/** The error for a workspace over a limit, naming the folders that make it so. */
export function tooBig(files: readonly WalkedFile[]): UserError {
  const folders = new Map<string, { bytes: number; files: number }>();
  for (const file of files) {
    const slash = file.path.indexOf('/');
    const folder = slash < 0 ? t('files at the top') : file.path.slice(0, slash + 1);
    const sum = folders.get(folder) ?? { bytes: 0, files: 0 };
    folders.set(folder, { bytes: sum.bytes + file.size, files: sum.files + 1 });
  }
  const biggest = [...folders]
    .sort(([, a], [, b]) => b.bytes - a.bytes || b.files - a.files)
    .slice(0, 3)
    .map(([folder, sum]) => t('{0} ({1} in {2} files)', folder, megabytes(sum.bytes), sum.files));
  const total = files.reduce((sum, file) => sum + file.size, 0);
  return new UserError(
    t(
      'The workspace is too big to be copied into a sandbox: at least {0} in {1} files, where {2} in {3} files are the limit. Biggest: {4}.',
      megabytes(total),
      files.length,
      megabytes(SNAPSHOT_LIMITS.totalBytes),
      SNAPSHOT_LIMITS.files,
      biggest.join(', '),
    ),
    t('Name what the code does not need in .gitignore, or open a smaller folder.'),
  );
}

/** Whether a relative path with forward slashes stays inside the folder it is relative to. */
export function isInside(file: string): boolean {
  return file !== '' && !path.isAbsolute(file) && !file.includes('\0') && !file.split('/').includes('..');
}

function join(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

async function exists(file: string): Promise<boolean> {
  return lstat(file).then(
    () => true,
    () => false,
  );
}

function unreadable(error: unknown): string {
  return `can not be read: ${(error as NodeJS.ErrnoException).code ?? 'unknown failure'}`;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
