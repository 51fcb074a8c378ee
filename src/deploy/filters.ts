import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { relativeInside } from '../base/paths';
import { isDatabaseImage } from '../fleet/databases';
import type { DeployFolders } from './buildInputs';
import type { ComposeService } from './composeConfig';
import type { DeployEnvironment } from './project';

/** A rule of rsync; the first that fits a file decides. */
export interface Filter {
  /** In words of rsync: `+ PATTERN` or `- PATTERN`. */
  rule: string;
  pattern: string;
  keeps: 'sent' | 'excluded' | 'protected';
}

/** Made by tools from what is sent, or kept by them. */
const EXCLUDED = [
  ...['.git', '.hg', '.svn', '.DS_Store', '.idea', '.vscode', '/seaworthy.json', '/.scar-projects.json'],
  ...['.claude', '.cursor'],
  ...['node_modules', 'bower_components', '.venv', 'venv', '__pycache__', '*.pyc', '.tox', '.nox'],
  ...['.cache', '.pytest_cache', '.mypy_cache', '.ruff_cache', '.parcel-cache', '.turbo', '.nyc_output'],
];

/** What an environment has of its own: its secrets and the data of its users. */
const PROTECTED = [
  ...['.env*', '/data/', '/volumes/', '/uploads/', '/backups/'],
  ...['*.sqlite', '*.sqlite3', '*.sqlite-*', '*.sqlite3-*'],
];

/** They hold no secrets and say which ones are needed. */
const TEMPLATES = ['.env.example', '.env.sample', '.env.template'];

/** The filters of an environment. `data`: relative paths in the target that hold data. */
export function filtersOf(
  { exclude, protect }: Pick<DeployEnvironment, 'exclude' | 'protect'>,
  data: readonly string[],
): Filter[] {
  const own = [...protect, ...exclude];
  const plain = (patterns: readonly string[]): string[] =>
    patterns.filter((pattern) => !pattern.startsWith('!'));
  const sent = own.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return [
    ...sent.map((pattern) => filter('sent', pattern)),
    ...plain(protect).map((pattern) => filter('protected', pattern)),
    ...data.map((path) => filter('protected', `/${literal(path)}`)),
    ...TEMPLATES.map((pattern) => filter('sent', pattern)),
    ...PROTECTED.map((pattern) => filter('protected', pattern)),
    ...plain(exclude).map((pattern) => filter('excluded', pattern)),
    ...EXCLUDED.map((pattern) => filter('excluded', pattern)),
  ];
}

function filter(keeps: Filter['keeps'], pattern: string): Filter {
  return { rule: `${keeps === 'sent' ? '+' : '-'} ${pattern}`, pattern, keeps };
}

/** To rsync a backslash means itself, but for patterns with wildcards. */
function literal(path: string): string {
  return /[*?[]/.test(path) ? path.replace(/[\\*?[]/g, '\\$&') : path;
}

/** Where containers keep what they store. */
const STORES = /^\/(var\/lib|var\/opt|data|bitnami|srv\/data)(\/|$)/;
/** What the image of a database reads and does not write. */
const SETTINGS = /^\/(docker-entrypoint-[\w.-]+|etc|run|usr)(\/|$)/;

/**
 * Relative paths of what containers write: bound to where data is kept, to anywhere in a database but its settings, or
 * missing in the workspace.
 */
export async function dataPaths(
  services: readonly ComposeService[],
  { workspace, configured }: DeployFolders,
): Promise<string[]> {
  const found = new Set<string>();
  for (const { image, binds } of services)
    for (const { source, target } of binds) {
      const bound = relativeInside(configured, source);
      if (bound === undefined) continue;
      const isStore =
        STORES.test(target) || (image !== undefined && isDatabaseImage(image) && !SETTINGS.test(target));
      if (isStore || !(await exists(path.join(workspace, bound)))) found.add(bound);
    }
  return [...found].sort();
}

async function exists(file: string): Promise<boolean> {
  return fs.lstat(file).then(
    () => true,
    () => false,
  );
}
