import { createHash } from 'node:crypto';
import * as path from 'node:path';
import { realPath, relativeInside } from '../../../base/paths';
import { mayHoldSecrets } from '../../../base/secretFiles';
import type { FileEdit } from '../../loop1/remediation/remedy';

const MAX_LISTED = 300;
const MAX_READ = 60_000;
const MAX_WRITTEN = 200_000;

/** What a worker wanted and may not have. */
export class Refused extends Error {}

/**
 * What a worker without a person sees of a workspace: the texts as they were, and its own changes over them. It can change nothing but the
 * targets of its task, and nothing is on the disk before its edits are applied.
 */
export class Desk {
  private readonly changed = new Map<string, string>();

  constructor(
    /** Absolute path of the workspace. */
    private readonly root: string,
    private readonly texts: ReadonlyMap<string, string>,
    private readonly targets: readonly string[],
  ) {}

  list(folder: string): string {
    const prefix = folder === '' || folder === '.' ? '' : `${folder.replace(/\/+$/, '')}/`;
    const all = new Set([...this.texts.keys(), ...this.changed.keys()]);
    const files = [...all].filter((file) => file.startsWith(prefix) && !mayHoldSecrets(file)).sort();
    const more = files.length > MAX_LISTED ? `\n(and ${files.length - MAX_LISTED} more)` : '';
    return files.length === 0 ? 'there is no file in it' : `${files.slice(0, MAX_LISTED).join('\n')}${more}`;
  }

  read(file: string): string {
    const text = this.changed.get(file) ?? this.texts.get(file);
    if (text === undefined) throw new Refused(`there is no text file ${file} in the workspace`);
    if (mayHoldSecrets(file)) throw new Refused(`${file} may hold secrets and is not shown`);
    return text.length > MAX_READ ? `${text.slice(0, MAX_READ)}\n(cut here)` : text;
  }

  async write(file: string, text: string): Promise<string> {
    if (!this.targets.includes(file))
      throw new Refused(`${file} is no target of the task; you may write ${this.targets.join(', ')} alone`);
    if (text.length > MAX_WRITTEN)
      throw new Refused(`${file} would be longer than ${MAX_WRITTEN} characters`);
    // A target may be a link that leads elsewhere.
    const real = await realPath(path.join(this.root, file));
    if (relativeInside(await realPath(this.root), real) !== file)
      throw new Refused(`${file} leads to another place and is not written`);
    this.changed.set(file, text);
    return 'written';
  }

  /** What differs from the workspace as it was. */
  get edits(): FileEdit[] {
    return [...this.changed].flatMap(([file, after]) => {
      const text = this.texts.get(file);
      const before = text === undefined ? null : createHash('sha256').update(text).digest('hex');
      return text === after ? [] : [{ file, before, after }];
    });
  }
}
