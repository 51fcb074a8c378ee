import { posix } from 'node:path';
import { parse } from 'smol-toml';
import type { WorkspaceSources } from './sources';
import { isRecord } from './tsconfig';

/** Folders inside a project that its modules are commonly imported from. */
const SOURCE_FOLDERS = ['src', 'lib'];

/** Files that say what a project is called and what it needs. */
const MANIFESTS = ['pyproject.toml', 'setup.cfg', 'setup.py'];
const REQUIREMENTS = /^requirements[\w.-]*\.(?:txt|in)$/;

/** Where the projects of a workspace have their modules, by their manifests. */
export class PythonRoots {
  private readonly known = new Map<string, readonly string[]>();
  private siblings: { folder: string; name: RegExp }[] | undefined;

  constructor(private readonly sources: WorkspaceSources) {}

  /** Folders that modules of the project in `folder` are imported from, those of projects it depends on last. */
  of(folder: string): readonly string[] {
    const known = this.known.get(folder);
    if (known) return known;
    const needs = [...MANIFESTS, ...this.sources.namesIn(folder).filter((name) => REQUIREMENTS.test(name))]
      .map((name) => this.text(folder, name))
      .join('\n');
    const used = this.projects().filter((other) => other.folder !== folder && other.name.test(needs));
    const roots = [folder, ...used.map((other) => other.folder)].flatMap((each) => this.own(each));
    this.known.set(folder, roots);
    return roots;
  }

  private own(folder: string): string[] {
    const configured = [
      ...this.fromPyproject(folder),
      ...this.fromSettings(folder),
      ...(/package_dir\s*=\s*\{\s*["']["']\s*:\s*["']([^"']+)["']/
        .exec(this.text(folder, 'setup.py'))
        ?.slice(1) ?? []),
    ];
    return ['', ...configured, ...SOURCE_FOLDERS]
      .filter((name) => !posix.isAbsolute(name) && !posix.normalize(name).startsWith('..'))
      .map((name) => (posix.join(folder, name) === '.' ? '' : posix.join(folder, name).replace(/\/$/, '')));
  }

  private fromPyproject(folder: string): string[] {
    const text = this.text(folder, 'pyproject.toml');
    if (text === '') return [];
    try {
      const tool = at(parse(text), 'tool');
      const packages = at(tool, 'poetry', 'packages');
      return [
        ...strings(at(tool, 'pytest', 'ini_options', 'pythonpath')),
        ...strings(at(tool, 'pytest', 'pythonpath')),
        ...strings(at(tool, 'setuptools', 'package-dir', '')),
        ...strings(at(tool, 'setuptools', 'packages', 'find', 'where')),
        ...(Array.isArray(packages) ? packages.flatMap((one) => strings(at(one, 'from'))) : []),
      ];
    } catch {
      // Half-written text names no folder; whoever needs the file says so better.
      return [];
    }
  }

  private fromSettings(folder: string): string[] {
    const [cfg, ...pytest] = ['setup.cfg', 'pytest.ini', 'tox.ini'].map((name) => this.text(folder, name));
    const found = [
      /^\[options\][^[]*?^package_dir\s*=\s*\n?\s*=\s*(\S+)/m.exec(cfg ?? '')?.[1],
      /^\[options\.packages\.find\][^[]*?^where\s*=\s*(\S+)/m.exec(cfg ?? '')?.[1],
    ];
    const paths = [cfg ?? '', ...pytest].flatMap((text) =>
      (/^\[(?:tool:)?pytest\][^[]*?^pythonpath\s*=((?:[^\n]*\n?(?:[ \t]+[^\n]+\n?)*))/m.exec(text)?.[1] ?? '')
        .split(/\s+/)
        .filter(Boolean),
    );
    return [...found.filter((name) => name !== undefined), ...paths];
  }

  /** Every project with a name, and how another would write that name. */
  private projects(): { folder: string; name: RegExp }[] {
    if (this.siblings) return this.siblings;
    const found = new Map<string, string>();
    for (const path of this.sources.paths) {
      if (!/(?:^|\/)(?:pyproject\.toml|setup\.cfg)$/.test(path)) continue;
      const folder = posix.dirname(path) === '.' ? '' : posix.dirname(path);
      const name = /^name\s*=\s*["']?([A-Za-z0-9][\w.-]*)/m.exec(this.sources.text(path) ?? '')?.[1];
      if (name !== undefined) found.set(folder, name);
    }
    this.siblings = [...found].map(([folder, name]) => ({
      folder,
      name: new RegExp(`(?<![\\w.-])${name.split(/[-_.]+/).join('[-_.]+')}(?![\\w.-])`, 'i'),
    }));
    return this.siblings;
  }

  private text(folder: string, name: string): string {
    return this.sources.text(posix.join(folder, name)) ?? '';
  }
}

function at(value: unknown, ...keys: string[]): unknown {
  return keys.reduce<unknown>((inner, key) => (isRecord(inner) ? inner[key] : undefined), value);
}

function strings(value: unknown): string[] {
  return [value].flat().filter((one): one is string => typeof one === 'string');
}
