import { fileURLToPath } from 'node:url';

/** What an error of the audited code says about itself; every part is checked, since the code may throw anything. */
export interface ErrorDescription {
  name: string;
  message: string;
  file?: string;
  line?: number;
  missing?: string;
}

const FRAME = /(?:\(|at (?:async )?)((?:file:\/\/)?\/[^\s()]+?):(\d+):\d+\)?$/;
const HEADER = /^((?:file:\/\/)?\/[^\n]+?):(\d+)\n/;
const MAX_MESSAGE = 2000;

/** Describes a thrown value; the place is the first stack frame in `target`, else the first inside `root`. */
export function describeThrown(error: unknown, root: string, target: string): ErrorDescription {
  if (typeof error !== 'object' || error === null)
    return { name: 'Thrown value', message: String(error).slice(0, MAX_MESSAGE) };
  const text = (name: 'name' | 'message' | 'stack' | 'code'): string => textOf(error, name);
  const name = text('name') || 'Error';
  const message = text('message').slice(0, MAX_MESSAGE);
  const place = placeIn(text('stack'), root, target);
  const missing = missingModule(message, text('code'));
  const importer =
    missing === undefined ? undefined : /(?:imported from |Require stack:\s+- )([^\n]+)/.exec(message)?.[1];
  return {
    name,
    message,
    ...(importer?.startsWith(`${root}/`) ? { file: toPath(importer) } : {}),
    ...place,
    ...(missing === undefined ? {} : { missing }),
  };
}

/** The place a stack trace points at: the first frame in `target`, else the first one in the project's own files. */
export function placeIn(stack: string, root: string, target: string): { file?: string; line?: number } {
  const places = [HEADER.exec(stack), ...stack.split('\n').map((line) => FRAME.exec(line.trim()))]
    .flatMap((match) => (match?.[1] && match[2] ? [{ file: toPath(match[1]), line: Number(match[2]) }] : []))
    .filter(({ file }) => file.startsWith(`${root}/`) && !file.includes('/node_modules/'));
  return places.find(({ file }) => file === target) ?? places[0] ?? {};
}

/** The specifier that an error of Node's module loader could not find. */
export function missingModule(message: string, code: string): string | undefined {
  if (code === 'ERR_DLOPEN_FAILED') return 'a native module built for another system';
  if (!/MODULE_NOT_FOUND$/.test(code)) return undefined;
  return /^Cannot find (?:package|module) '([^']+)'/.exec(message)?.[1];
}

function toPath(place: string): string {
  try {
    return place.startsWith('file:') ? fileURLToPath(place.replace(/[?#].*$/, '')) : place;
  } catch {
    return '';
  }
}

/** A property of a thrown value as text; empty when it is none, or when reading it throws in turn. */
export function textOf(value: unknown, name: 'name' | 'message' | 'stack' | 'code'): string {
  try {
    const property =
      typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
    return typeof property === 'string' ? property : '';
  } catch {
    return '';
  }
}
