import createIgnore from 'ignore';
import type { Ignore } from 'ignore';

/** More wildcards than this in one pattern could keep the matcher busy for minutes on a name made for it. */
const MAX_STARS_PER_NAME = 3;
const MAX_DOUBLE_STARS = 4;

/** The ignore files that hold in one folder: its own after those of the folders above, as git reads them. */
export class IgnoreRules {
  private constructor(private readonly levels: readonly { folder: string; rules: Ignore }[]) {}

  static readonly none = new IgnoreRules([]);

  /** These rules, then those of an ignore file in `folder` (relative to the workspace, empty for itself). */
  with(folder: string, ignoreFile: string | undefined): IgnoreRules {
    if (ignoreFile === undefined) return this;
    const rules = createIgnore({ ignorecase: process.platform !== 'linux' });
    rules.add(ignoreFile.split(/\r?\n/).filter(isBounded));
    return new IgnoreRules([...this.levels, { folder, rules }]);
  }

  /** Whether a path is ignored; the last rule that names it decides. */
  ignores(path: string, isFolder: boolean): boolean {
    let ignored = false;
    for (const { folder, rules } of this.levels) {
      const relative = folder === '' ? path : path.slice(folder.length + 1);
      const result = rules.test(isFolder ? `${relative}/` : relative);
      if (result.ignored) ignored = true;
      else if (result.unignored) ignored = false;
    }
    return ignored;
  }
}

function isBounded(pattern: string): boolean {
  const names = pattern.split('/');
  if (names.filter((name) => name === '**').length > MAX_DOUBLE_STARS) return false;
  return names.every((name) => (name.match(/\*+/g) ?? []).length <= MAX_STARS_PER_NAME);
}
