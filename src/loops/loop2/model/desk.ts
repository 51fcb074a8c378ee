import * as path from 'node:path';
import { realPath, relativeInside } from '../../../base/paths';
import { mayHoldSecrets } from '../../../base/secretFiles';
import { secretLines, withoutSecrets } from '../../../base/secretText';
import type { FileEdit } from '../../loop1/remediation/remedy';
import { hashOfText } from '../proposal/draft';

const MAX_LISTED = 300;
const MAX_READ = 60_000;
const MAX_WRITTEN = 200_000;
const HIDDEN = /\(a secret stands here, line (\d+)\)/;

/** What a worker wanted and may not have. */
export class Refused extends Error {}

/**
 * What a worker without a person sees of a workspace: the texts as they were, and its own changes over them. It can change nothing but the
 * targets of its task, and nothing is on the disk before its edits are applied. Secrets are not shown; where the line that stands for one is
 * written back, the secret is there again.
 */
export class Desk {
  private readonly changed: Map<string, string>;

  constructor(
    /** Absolute path of the workspace. */
    private readonly root: string,
    private readonly texts: ReadonlyMap<string, string>,
    private readonly targets: readonly string[],
    /** What it has written before, by file. */
    before: ReadonlyMap<string, string> = new Map(),
  ) {
    this.changed = new Map([...before].filter(([file]) => targets.includes(file)));
  }

  list(folder: string): string {
    const prefix = folder === '' || folder === '.' ? '' : `${folder.replace(/\/+$/, '')}/`;
    const all = new Set([...this.texts.keys(), ...this.changed.keys()]);
    const files = [...all].filter((file) => file.startsWith(prefix) && !mayHoldSecrets(file)).sort();
    const more = files.length > MAX_LISTED ? `\n(and ${files.length - MAX_LISTED} more)` : '';
    return files.length === 0 ? 'there is no file in it' : `${files.slice(0, MAX_LISTED).join('\n')}${more}`;
  }

  read(file: string): string {
    const text = this.textOf(file);
    if (text === undefined) throw new Refused(`there is no text file ${file} in the workspace`);
    if (mayHoldSecrets(file)) throw new Refused(`${file} may hold secrets and is not shown`);
    const shown = shownOf(file, text);
    return shown.length > MAX_READ
      ? `${shown.slice(0, MAX_READ)}\n(cut here: it can be changed by "replace" alone)`
      : shown;
  }

  async write(file: string, text: string): Promise<string> {
    const before = this.textOf(file) ?? '';
    if (before.length > MAX_READ && this.targets.includes(file))
      throw new Refused(`${file} is too long to be written as a whole: use "replace"`);
    return this.put(file, text, before);
  }

  /** Replaces a text that stands in a file once. */
  async replace(file: string, find: string, text: string): Promise<string> {
    const before = this.textOf(file);
    if (before === undefined) throw new Refused(`there is no text file ${file} in the workspace`);
    const [head = '', tail, ...more] = find === '' ? [] : shownOf(file, before).split(find);
    if (tail === undefined || more.length > 0)
      throw new Refused(`what is to be replaced has to stand in ${file} exactly once`);
    return this.put(file, `${head}${text}${tail}`, before);
  }

  /** What differs from the workspace as it was. */
  get edits(): FileEdit[] {
    return [...this.changed].flatMap(([file, after]) => {
      const text = this.texts.get(file);
      return text === after ? [] : [{ file, before: hashOfText(text), after }];
    });
  }

  private textOf(file: string): string | undefined {
    return this.changed.get(file) ?? this.texts.get(file);
  }

  private async put(file: string, shown: string, before: string): Promise<string> {
    if (!this.targets.includes(file))
      throw new Refused(`${file} is no target of the task; you may write ${this.targets.join(', ')} alone`);
    const text = withSecrets(file, shown, before);
    if (text.length > Math.max(MAX_WRITTEN, before.length + MAX_READ))
      throw new Refused(`${file} would be longer than ${MAX_WRITTEN} characters`);
    // A target may be a link that leads elsewhere.
    const real = await realPath(path.join(this.root, file));
    if (relativeInside(await realPath(this.root), real) !== file)
      throw new Refused(`${file} leads to another place and is not written`);
    this.changed.set(file, text);
    return 'written';
  }
}

function shownOf(file: string, text: string): string {
  return withoutSecrets(file, text, (line) => `(a secret stands here, line ${line})`);
}

function withSecrets(file: string, shown: string, before: string): string {
  if (!HIDDEN.test(shown)) return shown;
  const lines = before.split('\n');
  const hidden = secretLines(file, before);
  return shown
    .split('\n')
    .map((line) => {
      const number = Number(HIDDEN.exec(line)?.[1] ?? 0);
      if (number === 0) return line;
      if (!hidden.has(number) || line !== `(a secret stands here, line ${number})`)
        throw new Refused(`the line that stands for a secret of ${file} has to be left as it is`);
      return lines[number - 1] ?? '';
    })
    .join('\n');
}
