import { posix } from 'node:path';
import { throwIfCancelled } from '../../../base/errors';
import { languageOf } from '../../language';
import { JavaScriptResolver } from './javascriptResolve';
import { scanJavaScript } from './javascriptScan';
import type { JavaScriptScan } from './javascriptScan';
import { PythonResolver } from './pythonResolve';
import { scanPython } from './pythonScan';
import type { PythonScan } from './pythonScan';
import { foldersAbove } from './sources';
import type { WorkspaceSources } from './sources';

/** Text that is read in search of imports in one audit; past it the graph is incomplete. */
const MAX_SCANNED_BYTES = 50_000_000;
/** The editor shares this thread: how long the scan works before it lets others run. */
const MAX_SLICE_MS = 15;

/** Files that pytest takes for tests by their name. */
const PYTHON_TEST = /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/;

export type Family = 'javascript' | 'python';

interface Edge {
  from: string;
  /**
   * 0 when `from` only hands on what the other file exports: such a file does not stand between a test and its subject.
   * 2 when the other file is merely a package on the way to what `from` asked for.
   */
  weight: 0 | 1 | 2;
}

/** Which languages are run by the same interpreter. */
export function familyOf(path: string): Family | undefined {
  const language = languageOf(path)?.language;
  return language === undefined ? undefined : language === 'python' ? 'python' : 'javascript';
}

/** Who imports whom among the sources of a workspace, by literals in the text. */
export class ImportGraph {
  readonly javascript: JavaScriptResolver;
  readonly python: PythonResolver;
  /** False when the workspace was too large to look at all of it. */
  complete = true;
  private readonly importers = new Map<string, Edge[]>();
  private readonly imported = new Map<string, string[]>();
  private readonly javascriptScans = new Map<string, JavaScriptScan>();
  private readonly pythonScans = new Map<string, PythonScan>();

  constructor(private readonly sources: WorkspaceSources) {
    this.javascript = new JavaScriptResolver(sources);
    this.python = new PythonResolver(sources);
  }

  /** Reads every source of one family. Rejects with `CancelledError` on abort. */
  async build(family: Family, signal?: AbortSignal): Promise<void> {
    let scanned = 0;
    let sliceStart = performance.now();
    for (const path of this.sources.paths) {
      if (familyOf(path) !== family) continue;
      scanned += this.sources.size(path);
      if (scanned > MAX_SCANNED_BYTES) {
        this.complete = false;
        return;
      }
      this.add(path, family);
      if (performance.now() - sliceStart > MAX_SLICE_MS) {
        await new Promise((resolve) => setImmediate(resolve));
        throwIfCancelled(signal);
        sliceStart = performance.now();
      }
    }
  }

  /** Steps from each file that leads to `path` by imports; `path` itself is 0, a direct importer 1. */
  distancesTo(path: string): Map<string, number> {
    const distances = new Map([[path, 0]]);
    const waves = [[path]];
    for (let distance = 0; distance < waves.length; distance++) {
      for (const current of waves[distance] ?? []) {
        if (distances.get(current) !== distance) continue;
        for (const { from, weight } of this.importers.get(current) ?? []) {
          const through = distance + weight;
          if ((distances.get(from) ?? Infinity) <= through) continue;
          distances.set(from, through);
          for (let wave = waves.length; wave <= through; wave++) waves.push([]);
          waves[through]?.push(from);
        }
      }
    }
    return distances;
  }

  /** What a file imports from the workspace, in its order. */
  importsOf(path: string): readonly string[] {
    return this.imported.get(path) ?? [];
  }

  /** Whether `from` names `path` itself in an import, not a file that hands it on. */
  importsItself(from: string, path: string): boolean {
    return this.imported.get(from)?.includes(path) ?? false;
  }

  /** `paths` and everything of the workspace they import, however far. */
  closure(paths: readonly string[]): Set<string> {
    const reached = new Set(paths);
    for (const path of reached) for (const target of this.imported.get(path) ?? []) reached.add(target);
    return reached;
  }

  javascriptScan(path: string): JavaScriptScan {
    return remember(this.javascriptScans, path, () => scanJavaScript(this.sources.text(path) ?? ''));
  }

  pythonScan(path: string): PythonScan {
    return remember(this.pythonScans, path, () => scanPython(this.sources.text(path) ?? ''));
  }

  private add(path: string, family: Family): void {
    const targets = family === 'python' ? this.pythonTargets(path) : this.javascriptTargets(path);
    const unique = new Map<string, Edge['weight']>();
    for (const { target, weight } of targets) {
      const known = unique.get(target);
      if (target !== path && (known === undefined || weight < known)) unique.set(target, weight);
    }
    this.imported.set(path, [...unique.keys()]);
    for (const [target, weight] of unique) {
      const edges = this.importers.get(target);
      if (edges) edges.push({ from: path, weight });
      else this.importers.set(target, [{ from: path, weight }]);
    }
  }

  private javascriptTargets(path: string): { target: string; weight: Edge['weight'] }[] {
    const scan = this.javascriptScan(path);
    return scan.imports.flatMap(({ specifier, kind }) => {
      if (kind === 'prefix')
        return this.javascript
          .beginningWith(path, specifier)
          .map((target) => ({ target, weight: 1 as const }));
      const target = kind === 'type' ? undefined : this.javascript.resolve(path, specifier);
      const weight = kind === 'reexport' || scan.handsOn ? 0 : 1;
      return target?.kind === 'local' ? [{ target: target.path, weight }] : [];
    });
  }

  private pythonTargets(path: string): { target: string; weight: Edge['weight'] }[] {
    // A package's __init__.py exists to hand names on.
    const own = posix.basename(path) === '__init__.py' ? 0 : 1;
    const targets = this.pythonScan(path).imports.flatMap((reference) =>
      this.python.resolve(path, reference),
    );
    // Pytest loads these for every module beside or below them.
    const fixtures = foldersAbove(path)
      .map((folder) => posix.join(folder, 'conftest.py'))
      .filter((file) => this.sources.has(file));
    return [
      ...targets.map((target) => ({ target: target.path, weight: target.onTheWay ? 2 : own }) as const),
      ...(PYTHON_TEST.test(path) ? fixtures.map((target) => ({ target, weight: 1 }) as const) : []),
    ];
  }
}

function remember<T>(known: Map<string, T>, key: string, make: () => T): T {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
