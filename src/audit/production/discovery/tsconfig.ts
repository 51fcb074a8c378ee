import { posix } from 'node:path';

/** The part of a tsconfig.json that decides what runs. Paths have forward slashes. */
export interface TypeScriptSettings {
  /** Folder that bare names are looked up in, if the configuration names one. */
  baseUrl?: string;
  /** Pattern with at most one star, and the places it stands for, relative to `pathsFolder`. */
  paths: [pattern: string, targets: string[]][];
  pathsFolder: string;
  jsx?: string;
  jsxImportSource?: string;
  module?: string;
}

const MAX_EXTENDS = 8;
const MAX_REFERENCES = 20;

/** Reads a configuration with what it extends. A file that can't be read or parsed counts as empty. */
export function readTypeScriptSettings(
  file: string,
  readText: (path: string) => string | undefined,
  depth = 0,
): TypeScriptSettings {
  const folder = posix.dirname(file);
  const settings: TypeScriptSettings = { paths: [], pathsFolder: folder };
  const content = parseJsonWithComments(readText(file) ?? '');
  if (!isRecord(content)) return settings;
  const parents = Array.isArray(content['extends']) ? content['extends'] : [content['extends']];
  for (const parent of parents) {
    if (typeof parent !== 'string' || !parent.startsWith('.') || depth >= MAX_EXTENDS) continue;
    const path = posix.join(folder, parent.endsWith('.json') ? parent : `${parent}.json`);
    Object.assign(settings, readTypeScriptSettings(path, readText, depth + 1));
  }
  readOptions(content['compilerOptions'], folder, settings);
  return settings.paths.length > 0 || settings.baseUrl !== undefined
    ? settings
    : (referredSettings(content['references'], folder, readText, depth) ?? settings);
}

/** Of a configuration that only holds others together, the first of these that says where bare names lie. */
function referredSettings(
  references: unknown,
  folder: string,
  readText: (path: string) => string | undefined,
  depth: number,
): TypeScriptSettings | undefined {
  if (!Array.isArray(references) || depth >= MAX_EXTENDS) return undefined;
  for (const reference of references.slice(0, MAX_REFERENCES)) {
    const name = isRecord(reference) ? reference['path'] : undefined;
    // A folder is another project, whose files have its own tsconfig.json above them.
    if (typeof name !== 'string' || !name.endsWith('.json')) continue;
    const settings = readTypeScriptSettings(posix.join(folder, name), readText, depth + 1);
    if (settings.paths.length > 0 || settings.baseUrl !== undefined) return settings;
  }
  return undefined;
}

function readOptions(options: unknown, folder: string, settings: TypeScriptSettings): void {
  if (!isRecord(options)) return;
  if (typeof options['baseUrl'] === 'string') {
    settings.baseUrl = posix.join(folder, options['baseUrl']);
    settings.pathsFolder = settings.baseUrl;
  }
  if (isRecord(options['paths'])) {
    settings.pathsFolder = settings.baseUrl ?? folder;
    settings.paths = Object.entries(options['paths']).map(([pattern, targets]) => [
      pattern,
      Array.isArray(targets) ? targets.filter((target) => typeof target === 'string') : [],
    ]);
  }
  for (const name of ['jsx', 'jsxImportSource', 'module'] as const) {
    const value = options[name];
    if (typeof value === 'string') settings[name] = value;
  }
}

/** The paths a bare specifier stands for by `paths` and `baseUrl`, best first; empty when none applies. */
export function aliasTargets(specifier: string, settings: TypeScriptSettings): string[] {
  const matches = settings.paths
    .map(([pattern, targets]) => ({ pattern, targets, star: starOf(specifier, pattern) }))
    .filter((match) => match.star !== undefined)
    .sort((a, b) => b.pattern.length - a.pattern.length);
  const places = (matches[0]?.targets ?? []).map((target) =>
    posix.join(
      settings.pathsFolder,
      target.replace('*', () => matches[0]?.star ?? ''),
    ),
  );
  if (settings.baseUrl !== undefined) places.push(posix.join(settings.baseUrl, specifier));
  return places;
}

function starOf(specifier: string, pattern: string): string | undefined {
  const [start = '', end, ...more] = pattern.split('*');
  if (more.length > 0) return undefined;
  if (end === undefined) return specifier === pattern ? '' : undefined;
  const fits =
    specifier.length >= start.length + end.length && specifier.startsWith(start) && specifier.endsWith(end);
  return fits ? specifier.slice(start.length, specifier.length - end.length) : undefined;
}

/** Parses JSON with comments and trailing commas; undefined when it is not even that. */
export function parseJsonWithComments(text: string): unknown {
  const plain = text
    .replace(/^\uFEFF/, '')
    .replace(
      /("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[^]*?\*\//g,
      (_, string: string | undefined) => string ?? '',
    );
  const withoutTrailingCommas = plain.replace(
    /("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g,
    (_, string: string | undefined) => string ?? '',
  );
  try {
    return JSON.parse(withoutTrailingCommas);
  } catch {
    return undefined;
  }
}

/** An object with string keys, as far as JSON goes. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
