import { JavaScriptResolver } from '../production/discovery/javascriptResolve';
import { PythonResolver } from '../production/discovery/pythonResolve';
import type { PythonImport } from '../production/discovery/pythonScan';
import type { WorkspaceSources } from '../production/discovery/sources';
import type { DigestedImport, FileDigest } from './digest';

/** A name of a file and where it comes from: `*` stands for the whole module. */
interface LinkedName {
  local: string;
  imported: string;
  file: string;
}

/** One import that leads to another file of the workspace. */
export interface Link {
  file: string;
  line: number;
  names: LinkedName[];
  isReexport: boolean;
}

/** Where the imports of files lead, by the resolvers that the choice of tests uses, too. */
export class Links {
  readonly javascript: JavaScriptResolver;
  readonly python: PythonResolver;
  private readonly known = new Map<string, Link[]>();

  constructor(readonly sources: WorkspaceSources) {
    this.javascript = new JavaScriptResolver(sources);
    this.python = new PythonResolver(sources);
  }

  /** What `digest`, the one of `file`, imports from the workspace. Remembered until `forget`. */
  of(file: string, digest: FileDigest): Link[] {
    const known = this.known.get(file);
    if (known) return known;
    const links = digest.imports.flatMap((one) => this.follow(file, digest, one));
    this.known.set(file, links);
    return links;
  }

  forget(file: string): void {
    this.known.delete(file);
  }

  private follow(file: string, { family }: FileDigest, one: DigestedImport): Link[] {
    const { specifier, line, names, isReexport = false } = one;
    const rest = { line, isReexport };
    if (family === 'python') {
      const links = new Map<string, LinkedName[]>();
      for (const [local, imported] of names)
        for (const target of pythonTargets(this.python, file, specifier, imported)) {
          const whole = target.isModule ? '*' : imported;
          const list = links.get(target.path) ?? [];
          links.set(target.path, [...list, { local, imported: whole, file: target.path }]);
        }
      return [...links].map(([target, linked]) => ({ ...rest, file: target, names: linked }));
    }
    const target = this.javascript.resolve(file, specifier);
    if (target.kind !== 'local' || target.path === file) return [];
    const linked = names.map(([local, imported]) => ({ local, imported, file: target.path }));
    return [{ ...rest, file: target.path, names: linked }];
  }
}

/** A module as Python's `import` names it. */
export function pythonReference(specifier: string, names: readonly string[]): PythonImport {
  const dots = /^\.*/.exec(specifier)?.[0] ?? '';
  return { level: dots.length, module: specifier.slice(dots.length), names: [...names] };
}

/** The module that a name is taken from, or is. */
function pythonTargets(
  resolver: PythonResolver,
  file: string,
  specifier: string,
  imported: string,
): { path: string; isModule: boolean }[] {
  const names = imported === '*' ? [] : [imported];
  const targets = resolver
    .resolve(file, pythonReference(specifier, names))
    .filter(({ onTheWay, path }) => !onTheWay && path !== file);
  const isNamed = ({ path }: { path: string }): boolean =>
    imported !== '*' && (path.endsWith(`/${imported}.py`) || path.endsWith(`/${imported}/__init__.py`));
  const own = targets.filter(isNamed);
  if (own.length > 0) return own.slice(0, 1).map(({ path }) => ({ path, isModule: true }));
  return targets.slice(0, 1).map(({ path }) => ({ path, isModule: imported === '*' }));
}
