import type { FileDigest } from './digest';
import type { Link, Links } from './links';
import type { WorkspaceView } from './view';

const MAX_USERS = 300;

/** Who uses what of a file, by imports and by calls on what was imported. */
export class Users {
  private readonly importers = new Map<string, Set<string>>();
  private readonly targets = new Map<string, readonly string[]>();

  constructor(
    private readonly links: Links,
    private readonly digestOf: (file: string) => FileDigest | undefined,
  ) {}

  /** Takes what `file` imports; an empty list forgets it. */
  set(file: string, links: readonly Link[]): void {
    for (const target of this.targets.get(file) ?? []) this.importers.get(target)?.delete(file);
    const targets = [...new Set(links.map((link) => link.file))];
    if (targets.length === 0) this.targets.delete(file);
    else this.targets.set(file, targets);
    for (const target of targets)
      this.importers.set(target, (this.importers.get(target) ?? new Set()).add(file));
  }

  /** Files that import `file`. */
  importersOf(file: string): Iterable<string> {
    return this.importers.get(file) ?? [];
  }

  /** Names of the functions of `file` that other files use outside of tests, each with the first place. */
  of(file: string, { functions, defaultName }: FileDigest): WorkspaceView['users'] {
    const names = new Set(functions.filter((one) => !one.isTest).map(({ name }) => name));
    const found = new Map<string, WorkspaceView['users'][number]>();
    for (const importer of this.importers.get(file) ?? []) {
      if (found.size >= MAX_USERS) break;
      const digest = this.digestOf(importer);
      if (!digest || digest.role === 'test') continue;
      const links = this.links.of(importer, digest).filter((link) => link.file === file);
      const add = (name: string, line: number): void => {
        if (names.has(name) && !found.has(name))
          found.set(name, { name, other: { file: importer, startLine: line, endLine: line } });
      };
      for (const { line, names: linked } of links)
        for (const { imported } of linked) add(imported === 'default' ? (defaultName ?? '') : imported, line);
      for (const { calls, startLine } of digest.functions)
        for (const call of calls)
          if (call.includes('.')) add(call.slice(call.lastIndexOf('.') + 1), startLine);
    }
    return [...found.values()];
  }
}
