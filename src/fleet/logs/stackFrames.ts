import * as path from 'node:path';

/** A place in a source file that a line of a log names. */
export interface FramePlace {
  /** Where it stands in the text. */
  start: number;
  end: number;
  /** As it was written; in the container's own file system, unless it is relative. */
  file: string;
  /** From 1. */
  line: number;
  /** From 1; 1 where none is named. */
  column: number;
}

const PYTHON = /File "([^"\n]{1,400})", line (\d{1,7})/g;
/** The end of a name with an extension, then the line and perhaps the column. The name is read backwards from here. */
const NUMBERS = /\.[A-Za-z]{1,5}:(\d{1,7})(?::(\d{1,5}))?(?![\w.])/g;
const NAME_CHARACTER = /[\w@+.~/\\-]/;
const MAX_NAME = 300;
/** Frames of one line; a line of more is no trace. */
const MAX_FRAMES = 5;
/** Traces are written at the front of lines. */
const MAX_LENGTH = 2000;

export function framesIn(text: string): FramePlace[] {
  const head = text.slice(0, MAX_LENGTH);
  const frames: FramePlace[] = [];
  for (const { 0: whole, 1: file = '', 2: line, index } of head.matchAll(PYTHON))
    frames.push({ start: index, end: index + whole.length, file, line: Number(line), column: 1 });
  if (frames.length > 0) return frames.slice(0, MAX_FRAMES);
  for (const { 0: whole, 1: line, 2: column, index } of head.matchAll(NUMBERS)) {
    const start = nameStart(head, index);
    const file = head.slice(start, index) + (/^\.[A-Za-z]+/.exec(whole)?.[0] ?? '');
    const numbers = { line: Number(line), column: Number(column ?? 1) };
    if (start < index) frames.push({ start, end: index + whole.length, file, ...numbers });
    if (frames.length === MAX_FRAMES) break;
  }
  return frames;
}

/** Where the name begins that goes on at `end`. */
function nameStart(text: string, end: number): number {
  let start = end;
  while (start > 0 && end - start < MAX_NAME && NAME_CHARACTER.test(text[start - 1] ?? '')) start--;
  // A drive of Windows.
  return /(^|[^A-Za-z])[A-Za-z]:$/.test(text.slice(Math.max(0, start - 3), start)) ? start - 2 : start;
}

/** Where the files of a container come from, as far as the engine tells. */
export interface ContainerPaths {
  /** Absolute in the container; empty when it has none. */
  workingFolder: string;
  /** `source` on the engine's host, `target` in the container. */
  binds: readonly { source: string; target: string }[];
  /** The folder its project was started from, on the engine's host. */
  projectFolder: string | undefined;
}

/**
 * Paths on this machine at which the file of a frame may be, likeliest first: by its mount; then what is left of it
 * without the working folder, and without more and more of its folders, within the workspace's folders. All lie in
 * one of these.
 */
export function candidatesFor(file: string, paths: ContainerPaths, folders: readonly string[]): string[] {
  const clean = path.posix.normalize(file.replaceAll('\\', '/'));
  if (clean.includes('/node_modules/') || clean.startsWith('..')) return [];
  const { workingFolder, binds, projectFolder } = paths;
  const absolute = clean.startsWith('/') ? clean : path.posix.join(workingFolder || '/', clean);
  const found: string[] = [];
  for (const { source, target } of binds) {
    const rest = within(target, absolute);
    if (rest !== undefined) found.push(path.join(source, rest));
  }
  const bases = [...(projectFolder === undefined ? [] : [projectFolder]), ...folders];
  const rest = within(workingFolder || '/', absolute);
  if (rest !== undefined) found.push(...bases.map((base) => path.join(base, rest)));
  const steps = absolute.split('/').filter(Boolean);
  // A bare name is too little: there are many index.js.
  for (let from = 0; from < Math.min(steps.length - 1, 12); from++)
    found.push(...bases.map((base) => path.join(base, ...steps.slice(from))));
  return [...new Set(found)].filter((each) => folders.some((folder) => within(folder, each) !== undefined));
}

function within(folder: string, file: string): string | undefined {
  const base = folder.endsWith('/') || folder.endsWith(path.sep) ? folder : `${folder}/`;
  const normal = file.replaceAll('\\', '/');
  const start = base.replaceAll('\\', '/');
  return normal.startsWith(start) ? normal.slice(start.length) : undefined;
}
