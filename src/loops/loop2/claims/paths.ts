import { posix } from 'node:path';
import type { ClaimContext } from './claimContext';

const ENDINGS = ['.ts', '.tsx', '.js', '.jsx', '.mjs', '.cjs', '.mts', '.py', '.vue', '.svelte', '.md'];
const MAX_FOUND = 200;

/** What a written path leads to. */
export interface FoundPath {
  files: string[];
  isFolder: boolean;
}

/** The files of a path as a task writes it: below another folder too, without or with another ending; undefined for none. */
export function findPath({ workspace: { files } }: ClaimContext, written: string): FoundPath | undefined {
  const path = posix
    .normalize(written.replaceAll('\\', '/').replace(/:\d+$/, ''))
    .replace(/^(?:\.\/|\/)+/, '');
  if (path === '' || path === '.' || path.startsWith('..')) return undefined;
  if (/\*/.test(path)) return below(files, path.replace(/\/?[^/]*\*.*$/, ''));
  if (files.has(path)) return { files: [path], isFolder: false };
  const folder = path.replace(/\/$/, '');
  const inFolder = below(files, folder);
  if (inFolder) return inFolder;
  const stem = folder.replace(/\.[cm]?[jt]sx?$/, '');
  const variants = [
    ...ENDINGS.map((ending) => stem + ending),
    ...ENDINGS.slice(0, 4).map((ending) => `${stem}/index${ending}`),
  ];
  const isCode = stem !== folder || !/\.\w+$/.test(folder);
  const near = isCode ? variants.find((each) => files.has(each)) : undefined;
  if (near !== undefined) return { files: [near], isFolder: false };
  const ends = [...files.keys()].filter((each) => each.endsWith(`/${folder}`)).slice(0, MAX_FOUND);
  if (ends.length > 0) return { files: ends.slice(0, 1), isFolder: false };
  return undefined;
}

/** A file of the same name elsewhere, to be told of where the named one is not there. */
export function namesake({ workspace: { files } }: ClaimContext, written: string): string | undefined {
  const base = posix.basename(written);
  if (/^(?:index|__init__|main|page|route|mod)\.\w+$/.test(base)) return undefined;
  return [...files.keys()].find((each) => posix.basename(each) === base);
}

function below(files: ReadonlyMap<string, number>, folder: string): FoundPath | undefined {
  const found: string[] = [];
  for (const file of files.keys()) {
    const isBelow = file.startsWith(`${folder}/`) || file.includes(`/${folder}/`);
    if (isBelow && found.push(file) >= MAX_FOUND) break;
  }
  return found.length > 0 ? { files: found, isFolder: true } : undefined;
}
