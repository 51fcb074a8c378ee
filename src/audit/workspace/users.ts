import type { FileDigest } from './digest';
import type { Link } from './links';
import type { WorkspaceView } from './view';

const MAX_USERS = 300;

/** Who uses what of a file, by imports and by calls on what was imported. */
export class Users {
  private readonly importers = new Map<string, Map<string, Link[]>>();
  private readonly targets = new Map<string, Set<string>>();

  constructor(private readonly digestOf: (file: string) => FileDigest | undefined) {}

  /** Takes what `file` imports; an empty list forgets it. */
  set(file: string, links: readonly Link[]): void {
    for (const target of this.targets.get(file) ?? []) this.importers.get(target)?.delete(file);
    this.targets.set(file, new Set(links.map((link) => link.file)));
    for (const link of links) {
      const importers = this.importers.get(link.file) ?? new Map<string, Link[]>();
      importers.set(file, [...(importers.get(file) ?? []), link]);
      this.importers.set(link.file, importers);
    }
  }

  /** Names of the functions of `file` that other files use outside of tests, each with the first place. */
  of(file: string, { functions, defaultName }: FileDigest): WorkspaceView['users'] {
    const names = new Set(functions.filter((one) => !one.isTest).map(({ name }) => name));
    const found = new Map<string, WorkspaceView['users'][number]>();
    for (const [importer, links] of this.importers.get(file) ?? []) {
      const digest = this.digestOf(importer);
      if (!digest || digest.role === 'test' || found.size >= MAX_USERS) continue;
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
