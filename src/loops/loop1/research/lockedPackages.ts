import { isAside } from '../facts/projectFacts';
import type { ProjectFacts } from '../facts/projectFacts';

/** A package as a lockfile names it. */
export interface LockedPackage {
  /** As OSV names it. */
  ecosystem: 'npm' | 'PyPI';
  name: string;
  version: string;
  file: string;
  /** From 1. */
  line: number;
}

const MAX_PACKAGES = 5000;
const NPM_KEY = /^\s{4}"(?:.*node_modules\/)((?:@[^/"]+\/)?[^/"]+)":\s*\{/;
const NPM_VERSION = /^\s{6}"version":\s*"(\d[^"]*)"/;
const PNPM = /^\s{2}['"]?\/?((?:@[^/@\s'"]+\/)?[^@\s'"/]+)@(\d[^\s'":()]*)/;
const YARN_KEY = /^"?((?:@[^/@\s]+\/)?[^@\s"]+)@/;
const PINNED = /^\s*([A-Za-z][\w.-]*)(?:\[[^\]]*\])?\s*==\s*(\d[\w.+!-]*)/;

/** What lockfiles and pinned requirements name, each once. */
export function lockedPackages({ parts }: ProjectFacts): LockedPackage[] {
  const found = new Map<string, LockedPackage>();
  for (const [file, text] of parts.texts) {
    if (isAside(file)) continue;
    for (const each of packagesIn(file, text)) {
      found.set(`${each.ecosystem} ${each.name} ${each.version}`, each);
      if (found.size >= MAX_PACKAGES) return [...found.values()];
    }
  }
  return [...found.values()];
}

function packagesIn(file: string, text: string): LockedPackage[] {
  const name = file.split('/').at(-1) ?? '';
  const lines = text.split(/\r?\n/);
  const make =
    (ecosystem: LockedPackage['ecosystem']) =>
    (each: { name: string; version: string; line: number }): LockedPackage => ({ ecosystem, file, ...each });
  if (name === 'package-lock.json' || name === 'npm-shrinkwrap.json')
    return pairs(lines, NPM_KEY, NPM_VERSION).map(make('npm'));
  if (name === 'yarn.lock') return pairs(lines, YARN_KEY, /^\s{2}version:?\s+"?(\d[^"\s]*)/).map(make('npm'));
  if (name === 'pnpm-lock.yaml') return singles(lines, PNPM).map(make('npm'));
  if (name === 'poetry.lock' || name === 'uv.lock')
    return pairs(lines, /^name = "([^"]+)"/, /^version = "(\d[^"]*)"/).map(make('PyPI'));
  return /^requirements[\w.-]*\.txt$/.test(name) ? singles(lines, PINNED).map(make('PyPI')) : [];
}

function singles(lines: readonly string[], pattern: RegExp) {
  return lines.flatMap((line, index) => {
    const [, name, version] = pattern.exec(line.slice(0, 500)) ?? [];
    return name !== undefined && version !== undefined ? [{ name, version, line: index + 1 }] : [];
  });
}

/** A name, and the version that follows it. */
function pairs(lines: readonly string[], key: RegExp, value: RegExp) {
  const found: { name: string; version: string; line: number }[] = [];
  let open: { name: string; line: number } | undefined;
  for (const [index, line] of lines.entries()) {
    const short = line.slice(0, 500);
    const [, name] = key.exec(short) ?? [];
    if (name !== undefined) open = { name, line: index + 1 };
    const [, version] = value.exec(short) ?? [];
    if (version === undefined || !open) continue;
    found.push({ ...open, version });
    open = undefined;
  }
  return found;
}
