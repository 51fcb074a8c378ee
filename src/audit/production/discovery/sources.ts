import { posix } from 'node:path';
import type { SandboxFile } from '../../../sandbox/sandbox';
import { isRecord, parseJsonWithComments, readTypeScriptSettings } from './tsconfig';
import type { TypeScriptSettings } from './tsconfig';

/** Larger files are not searched for imports. */
const MAX_TEXT_BYTES = 1_000_000;

/** Dependencies and entry points a package.json declares, as far as they are of the right shape. */
export interface Manifest {
  /** Folder of the manifest; empty for the workspace itself. */
  folder: string;
  name: string;
  type: string;
  scripts: Record<string, string>;
  /** Names declared in any of the dependency tables. */
  dependencies: ReadonlySet<string>;
  raw: Record<string, unknown>;
}

/** The files of a snapshot, by path, as text. */
export class WorkspaceSources {
  private readonly files = new Map<string, SandboxFile>();
  private readonly manifests = new Map<string, Manifest | undefined>();
  private readonly settings = new Map<string, TypeScriptSettings | undefined>();
  private names: Map<string, string[]> | undefined;

  constructor(files: readonly SandboxFile[]) {
    for (const file of files) this.files.set(file.path, file);
  }

  get paths(): IterableIterator<string> {
    return this.files.keys();
  }

  has(path: string): boolean {
    return this.files.has(path);
  }

  size(path: string): number {
    return this.files.get(path)?.content.length ?? 0;
  }

  /** Undefined for a missing file and for one too large to be looked into. */
  text(path: string): string | undefined {
    const content = this.files.get(path)?.content;
    return content && content.length <= MAX_TEXT_BYTES ? content.toString('utf8') : undefined;
  }

  /** Names of the files directly in `folder`. */
  namesIn(folder: string): readonly string[] {
    if (!this.names) {
      this.names = new Map();
      for (const path of this.files.keys()) {
        const parent = posix.dirname(path) === '.' ? '' : posix.dirname(path);
        const siblings = this.names.get(parent);
        if (siblings) siblings.push(posix.basename(path));
        else this.names.set(parent, [posix.basename(path)]);
      }
    }
    return this.names.get(folder === '.' ? '' : folder) ?? [];
  }

  /** The package.json of `folder` itself. */
  manifestIn(folder: string): Manifest | undefined {
    if (!this.manifests.has(folder)) this.manifests.set(folder, this.readManifest(folder));
    return this.manifests.get(folder);
  }

  /** The package.json files that govern `path`, the nearest first. */
  manifestsAbove(path: string): Manifest[] {
    return foldersAbove(path).flatMap((folder) => this.manifestIn(folder) ?? []);
  }

  /** The nearest tsconfig.json or jsconfig.json above `path`. */
  typeScriptSettings(path: string): TypeScriptSettings | undefined {
    for (const folder of foldersAbove(path)) {
      for (const name of ['tsconfig.json', 'jsconfig.json']) {
        const file = posix.join(folder, name);
        if (!this.files.has(file)) continue;
        if (!this.settings.has(file))
          this.settings.set(
            file,
            readTypeScriptSettings(file, (at) => this.text(at)),
          );
        return this.settings.get(file);
      }
    }
    return undefined;
  }

  private readManifest(folder: string): Manifest | undefined {
    const raw = parseJsonWithComments(this.text(posix.join(folder, 'package.json')) ?? '');
    if (!isRecord(raw)) return undefined;
    const tables = ['dependencies', 'devDependencies', 'peerDependencies', 'optionalDependencies'];
    const names = tables.flatMap((table) => (isRecord(raw[table]) ? Object.keys(raw[table]) : []));
    const scripts = isRecord(raw['scripts']) ? Object.entries(raw['scripts']) : [];
    return {
      folder,
      name: typeof raw['name'] === 'string' ? raw['name'] : '',
      type: typeof raw['type'] === 'string' ? raw['type'] : '',
      scripts: Object.fromEntries(
        scripts.filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
      ),
      dependencies: new Set(names),
      raw,
    };
  }
}

/** The folders that hold `path`, the nearest first, down to the workspace itself, which is the empty string. */
export function foldersAbove(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== '.' && folder !== '/'; folder = posix.dirname(folder)) {
    folders.push(folder);
  }
  return [...folders, ''];
}
