import { posix } from 'node:path';
import type { ClaimContext } from './claimContext';

/** A path that a server answers, or a page of a site, as the code writes it. */
export interface Route {
  /** Upper case; empty for any. */
  method: string;
  path: string;
  file: string;
  line: number;
}

const CALLED =
  /\.(get|post|put|patch|delete|head|options|all|route|use|websocket|api_route|add_url_rule|add_api_route)\(\s*[rf]?(['"`])(\/[^'"`\n]*|)\2/g;
const DECORATED = /@(Get|Post|Put|Patch|Delete|All|Controller)\(\s*(?:(['"`])([^'"`\n]*)\2)?/g;
const DJANGO = /\b(?:re_)?path\(\s*r?(['"])([^'"\n]*)\1/g;
const ROUTE_PREFIX = /\b(?:prefix|url_prefix|basePath|path)\s*[:=]\s*(['"`])(\/[^'"`\n]*)\1/g;
const OBJECT_ROUTE = /\bpath\s*:\s*(['"`])(\/?[\w:/*-]*)\1/g;
const JSX_ROUTE = /<Route\b[^>]*\bpath=\{?(['"`])([^'"`]*)\1/g;
const METHODS = /methods\s*=\s*\[([^\]]*)\]/;
const STRINGS = /(['"`])((?:https?:\/\/[^/'"`\s]+|\$\{[^}]*\}|\{\w+\})?\/[^'"`\s]*)\1/g;
const PARAMETER = /^[:{<[*$].*|^\(.*\)$/;

/** Paths that a file answers. Prefixes under which it is mounted elsewhere are not in them. */
export function routesIn(context: ClaimContext, file: string): Route[] {
  const code = context.workspace.code.get(file);
  const byFile = fileRoute(file);
  const found: Route[] = byFile === undefined ? [] : [{ method: '', path: byFile, file, line: 1 }];
  if (!code || context.isTest(file)) return found;
  const { plain } = code;
  const add = (index: number, path: string, method: string): void => {
    found.push({ method, path: path.startsWith('/') ? path : `/${path}`, file, line: code.lineAt(index) });
  };
  for (const { 1: name = '', 3: path = '', index } of plain.matchAll(CALLED)) {
    if (name === 'use') continue;
    const methods = METHODS.exec(plain.slice(index, index + 300).split('\n')[0] ?? '')?.[1];
    const listed = methods?.match(/\w+/g) ?? [
      /^(all|route|websocket|api_route|add_url_rule|add_api_route)$/.test(name) ? '' : name.toUpperCase(),
    ];
    for (const method of listed) add(index, path, method);
  }
  for (const { 1: name = '', 3: path = '', index } of plain.matchAll(DECORATED))
    if (name !== 'Controller') add(index, path, name === 'All' ? '' : name.toUpperCase());
  for (const { 2: path = '', index } of plain.matchAll(code.language === 'python' ? DJANGO : OBJECT_ROUTE))
    add(index, path, '');
  for (const { 2: path = '', index } of plain.matchAll(JSX_ROUTE)) add(index, path, '');
  return found;
}

/** Prefixes of paths: those a file gives its own routes, and those under which others mount it. */
export async function mountsOf(context: ClaimContext, file: string): Promise<string[]> {
  const plain = context.workspace.code.get(file)?.plain ?? '';
  const found = [...plain.matchAll(ROUTE_PREFIX)].map(([, , path = '']) => path);
  for (const [, name = '', , path = ''] of plain.matchAll(DECORATED))
    if (name === 'Controller') found.push(`/${path}`);
  for (const { file: importer, names } of (await context.ties(file))?.importers ?? []) {
    const lines = context.workspace.code.get(importer)?.plain.split('\n') ?? [];
    for (const line of lines)
      if (names.some(([local]) => new RegExp(`\\b${escape(local)}\\b`).test(line)))
        for (const [, , path = ''] of line.matchAll(STRINGS)) found.push(path);
  }
  return [...new Set(found)];
}

/** Whether a written path is the one that a route answers, when it stands below one of these prefixes. */
export function answers(route: string, mounts: readonly string[], wanted: string): boolean {
  const asked = segments(wanted);
  return ['', ...mounts].some((mount) => {
    const own = [...segments(mount), ...segments(route)];
    if (own.length === asked.length) return own.every((each, index) => fits(each, asked[index] ?? ''));
    // Mounted where it can't be seen: the end of the path decides, as far as it says anything.
    const tail = asked.slice(-own.length);
    return (
      own.length > 0 &&
      own.length < asked.length &&
      own.some((each) => !PARAMETER.test(each)) &&
      own.every((each, index) => fits(each, tail[index] ?? ''))
    );
  });
}

/** Paths that stand in strings of a text, with their lines. */
export function pathsIn(text: string): { path: string; line: number }[] {
  return text.split('\n').flatMap((line, index) =>
    [...line.slice(0, 2000).matchAll(STRINGS)].map(([, , path = '']) => ({
      path: path.replace(/^https?:\/\/[^/]+|^\$\{[^}]*\}|^\{\w+\}/, '').replace(/[?#].*$/, ''),
      line: index + 1,
    })),
  );
}

function fits(own: string, asked: string): boolean {
  if (PARAMETER.test(own)) return true;
  return PARAMETER.test(asked) ? asked.startsWith('$') : own.toLowerCase() === asked.toLowerCase();
}

function segments(path: string): string[] {
  return path.split('/').filter((each) => each !== '');
}

/** The path that a file answers by where it stands: Next.js, SvelteKit and their like. */
function fileRoute(file: string): string | undefined {
  const app =
    /(?:^|\/)app\/(.*?)\/?(?:page|route)\.[jt]sx?$/.exec(file) ??
    /(?:^|\/)routes\/(.*?)\/?\+(?:page|server)(?:\.server)?\.(?:svelte|[jt]s)$/.exec(file);
  const pages = /(?:^|\/)pages\/(.*?)(?:\/?index)?\.(?:[jt]sx?|vue|astro)$/.exec(file);
  const path = app?.[1] ?? pages?.[1];
  if (path === undefined) return undefined;
  return `/${path
    .split('/')
    .filter((each) => !/^\(.*\)$/.test(each))
    .join('/')}`;
}

/** A text as a regular expression that fits it alone. */
export function escape(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The name of the module of a file, by which strings name it. */
export function stemOf(file: string): string {
  return posix.basename(file).replace(/\.[^.]+$/, '');
}
