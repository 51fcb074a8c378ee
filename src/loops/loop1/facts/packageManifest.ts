import { parseLocatedJson } from '../../../base/locatedJson';
import type { LocatedValue } from '../../../base/locatedJson';

/** A dependency as a `package.json` writes it. */
interface WrittenDependency {
  name: string;
  /** As written: `^1.2.0`, `*`, `git+ssh://...`. */
  range: string;
  line: number;
  isForDevelopment: boolean;
}

export interface PackageManifest {
  path: string;
  /** Relative to the workspace, with a slash at its end; empty for the workspace itself. */
  folder: string;
  dependencies: readonly WrittenDependency[];
  /** Line of the first dependencies, 1 where there are none. */
  dependenciesLine: number;
  scripts: ReadonlyMap<string, { command: string; line: number }>;
  engine: { range: string; line: number } | undefined;
  /** All of it, with lines. */
  root: LocatedValue;
}

/** Undefined for what is no JSON object. */
export function readPackageManifest(path: string, text: string): PackageManifest | undefined {
  let root: LocatedValue;
  try {
    root = parseLocatedJson(text.replace(/^\ufeff/, ''));
  } catch {
    return undefined;
  }
  if (root.items.length > 0 || typeof root.value !== 'object' || root.value === null) return undefined;
  const sections = ['dependencies', 'optionalDependencies', 'devDependencies'] as const;
  const dependencies = sections.flatMap((section) =>
    [...(root.members.get(section)?.members ?? [])].flatMap(([name, { value, line }]): WrittenDependency[] =>
      typeof value === 'string'
        ? [{ name, range: value, line, isForDevelopment: section === 'devDependencies' }]
        : [],
    ),
  );
  const scripts = [...(root.members.get('scripts')?.members ?? [])].flatMap(
    ([name, { value, line }]): [string, { command: string; line: number }][] =>
      typeof value === 'string' ? [[name, { command: value, line }]] : [],
  );
  const engine = root.members.get('engines')?.members.get('node');
  const first = sections.map((section) => root.members.get(section)).find((section) => section);
  return {
    path,
    folder: path.slice(0, path.lastIndexOf('/') + 1),
    dependencies,
    dependenciesLine: first?.keyLine ?? 1,
    scripts: new Map(scripts),
    engine: typeof engine?.value === 'string' ? { range: engine.value, line: engine.line } : undefined,
    root,
  };
}
