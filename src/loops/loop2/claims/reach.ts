import type { ClaimContext, Place } from './claimContext';
import { closingOf, definitionAround } from './definitions';
import type { Definition } from './definitions';
import { soundTests } from './hollowTests';
import { answers, mountsOf, pathsIn, routesIn } from './routes';
import type { Route } from './routes';
import { namedInTexts, usesOfDefinition } from './uses';
import type { Use } from './uses';

/** A test that leads to something. */
export interface ReachingTest {
  file: string;
  line: number;
  shows: string;
}

/** Handed over at load to what calls it with each request or event. */
const REGISTERED =
  /\b(?:add_middleware|add_event_handler|add_exception_handler|exception_handler|connect|use|register\w*|subscribe|on|once|addEventListener)\(/;
const MAX_LOADS = 4;
const MAX_DEPTH = 5;
const MAX_VISITED = 80;

/** A test that reaches a file at all; undefined for none. */
export async function testOfFile(context: ClaimContext, file: string): Promise<ReachingTest | undefined> {
  for (const { file: importer, line, role } of (await context.ties(file))?.importers ?? []) {
    const test = role === 'test' ? await soundAt(context, importer, line) : undefined;
    if (test) return test;
  }
  const byPath = await testOfRoutes(context, file, routesIn(context, file));
  if (byPath) return byPath;
  const run = await runByTest(context, file);
  if (run) return run;
  const visited = new Set<string>();
  const outer = context.definitions(file).filter(({ indent, kind }) => indent === 0 && kind !== 'type');
  for (const definition of outer.slice(0, 25)) {
    const test = await follow(context, file, definition, 0, visited);
    if (test) return test;
  }
  return undefined;
}

/** A test that reaches a definition; undefined for none. */
export async function testOfDefinition(
  context: ClaimContext,
  file: string,
  definition: Definition,
): Promise<ReachingTest | undefined> {
  const found = await follow(context, file, definition, 0, new Set());
  return found ?? (/^(main|cli|run)$/.test(definition.name) ? runByTest(context, file) : undefined);
}

async function follow(
  context: ClaimContext,
  file: string,
  definition: Definition,
  depth: number,
  visited: Set<string>,
): Promise<ReachingTest | undefined> {
  const key = `${file}:${definition.startLine}:${definition.name}`;
  if (depth > MAX_DEPTH || visited.has(key) || visited.size > MAX_VISITED) return undefined;
  visited.add(key);
  const uses = await usesOfDefinition(context, file, definition);
  for (const use of uses.filter(({ isTest }) => isTest)) {
    const test = await soundAt(context, use.file, use.line);
    if (test) return test;
  }
  const routed = await testOfRoutes(context, file, routesOf(context, file, definition, uses));
  if (routed) return routed;
  const commanded = await testOfCommand(context, file, definition);
  if (commanded) return commanded;
  return followUses(context, { file, definition }, uses, depth, visited);
}

async function followUses(
  context: ClaimContext,
  { file, definition }: Place,
  uses: readonly Use[],
  depth: number,
  visited: Set<string>,
): Promise<ReachingTest | undefined> {
  let isHandled = false;
  for (const use of uses.filter(({ isTest }) => !isTest)) {
    const handled = routeAround(context, use);
    if (handled) {
      // What a handler calls runs when its path is asked for, not when it is set up.
      isHandled = true;
      const asked = await testOfRoutes(context, use.file, [handled]);
      if (asked) return asked;
      continue;
    }
    const around = definitionAround(context.definitions(use.file), use.line);
    const isHeld = REGISTERED.test(use.shows) && (around === undefined || around.kind !== 'function');
    const loaded = isHeld ? await testThatLoads(context, use.file) : undefined;
    if (loaded) return loaded;
    if (!around || around === definition) continue;
    const test = await follow(context, use.file, around, depth + 1, visited);
    if (test) return test;
  }
  return isHandled ? undefined : calledByTest(context, file, definition);
}

/** A test whose imports lead to a file. */
async function testThatLoads(context: ClaimContext, file: string): Promise<ReachingTest | undefined> {
  const seen = new Set([file]);
  let front = [file];
  for (let depth = 0; depth < MAX_LOADS; depth++) {
    const next: string[] = [];
    for (const one of front)
      for (const { file: importer, role } of (await context.ties(one))?.importers ?? []) {
        if (seen.has(importer)) continue;
        seen.add(importer);
        next.push(importer);
        const folder = importer.endsWith('conftest.py')
          ? importer.slice(0, -'conftest.py'.length)
          : undefined;
        const tests =
          folder === undefined
            ? role === 'test'
              ? [importer]
              : []
            : testFiles(context).filter((test) => test.startsWith(folder));
        for (const test of tests) {
          const [sound] = (await soundTests(context, test)).sound;
          if (sound) return { file: test, line: sound.line, shows: `the test "${sound.title}"` };
        }
      }
    front = next;
  }
  return undefined;
}

/** The route in whose handler a use stands. */
function routeAround(context: ClaimContext, { file, line }: Use): Route | undefined {
  const route = routesIn(context, file)
    .filter((one) => one.line <= line)
    .at(-1);
  const bare = context.workspace.code.get(file)?.bare;
  if (!route || bare === undefined || route.line === line) return undefined;
  const start = bare
    .split('\n')
    .slice(0, route.line - 1)
    .join('\n').length;
  const open = bare.indexOf('(', start + 1);
  const close = open < 0 ? undefined : closingOf(bare, open);
  const end = close === undefined ? 0 : bare.slice(0, close).split('\n').length;
  return line <= end ? route : undefined;
}

async function calledByTest(
  context: ClaimContext,
  file: string,
  { name, within, kind }: Definition,
): Promise<ReachingTest | undefined> {
  for (const { file: test, line, reaches } of (await context.ties(file))?.tests ?? []) {
    const isReached = reaches.some((one) =>
      kind === 'class'
        ? one.in === name
        : one.name === name && (within === undefined || one.in === undefined || one.in === within),
    );
    const sound = isReached ? await soundAt(context, test, line) : undefined;
    if (sound) return sound;
  }
  return undefined;
}

/** The test around a line, if it can fail; what stands outside of tests prepares all of them. */
async function soundAt(context: ClaimContext, file: string, line: number): Promise<ReachingTest | undefined> {
  const { sound } = await soundTests(context, file);
  const tests = (await context.ties(file))?.functions.filter(({ isTest }) => isTest) ?? [];
  const isInside = tests.some((one) => one.startLine <= line && line <= one.endLine);
  const found =
    sound.find((one) => one.line <= line && line <= one.endLine) ?? (isInside ? undefined : sound[0]);
  return found && { file, line: found.line, shows: `the test "${found.title}"` };
}

/** Routes that lead to a definition: written at it, or where it is handed over. */
function routesOf(
  context: ClaimContext,
  file: string,
  definition: Definition,
  uses: readonly Use[],
): Route[] {
  const above = definition.decorators === '' ? 0 : definition.decorators.split('\n').length;
  const { startLine, endLine } = definition;
  const own = routesIn(context, file).filter(({ line }) => line >= startLine - above && line <= endLine);
  const handed = uses.flatMap((use) =>
    use.isTest
      ? []
      : routesIn(context, use.file).filter(({ line }) => line <= use.line && use.line - line <= 3),
  );
  const isPage = /default/.test(context.workspace.code.get(file)?.lineText(startLine) ?? '');
  return [...own, ...handed, ...(isPage ? routesIn(context, file).filter(({ line }) => line === 1) : [])];
}

async function testOfRoutes(
  context: ClaimContext,
  file: string,
  routes: readonly Route[],
): Promise<ReachingTest | undefined> {
  if (routes.length === 0) return undefined;
  const mounts = await mountsOf(context, file);
  for (const test of testFiles(context)) {
    for (const { path, line } of pathsIn(context.workspace.code.get(test)?.plain ?? '')) {
      const route = routes.find((one) => answers(one.path, mounts, path));
      if (!route || !isAskedWith(context, test, line, route.method)) continue;
      const sound = await soundAt(context, test, line);
      if (sound) return sound;
    }
  }
  return undefined;
}

function isAskedWith(context: ClaimContext, test: string, line: number, method: string): boolean {
  const code = context.workspace.code.get(test);
  const around = [line - 1, line, line + 1, line + 2].map((each) => code?.lineText(each) ?? '').join('\n');
  const named = /\b(?:\.|method:\s*['"`])?(get|post|put|patch|delete)\b['"`(]/i.exec(around)?.[1];
  return method === '' || named === undefined || new RegExp(`\\b${method}\\b`, 'i').test(around);
}

/** `@cli.command()` and its like: a test runs the command by its name. */
async function testOfCommand(
  context: ClaimContext,
  file: string,
  { name, decorators }: Definition,
): Promise<ReachingTest | undefined> {
  const command = /\.(?:command|group|task|callback|tool)\(\s*(?:name\s*=\s*)?(?:['"]([\w:-]+)['"])?/.exec(
    decorators,
  );
  if (!command) return undefined;
  const names = command[1] === undefined ? [name, name.replaceAll('_', '-')] : [command[1]];
  const pattern = new RegExp(`['"](?:${names.join('|')})['" ]`);
  const importers = new Set((await context.ties(file))?.importers.map((one) => one.file) ?? []);
  for (const test of testFiles(context)) {
    if (!importers.has(test)) continue;
    const lines = context.workspace.code.get(test)?.plain.split('\n') ?? [];
    for (const [index, line] of lines.entries()) {
      const sound = pattern.test(line) ? await soundAt(context, test, index + 1) : undefined;
      if (sound) return sound;
    }
  }
  return undefined;
}

/** A test that starts the file as a program. */
async function runByTest(context: ClaimContext, file: string): Promise<ReachingTest | undefined> {
  for (const use of namedInTexts(context, file)) {
    const around = context.workspace.code.get(use.file)?.plain ?? '';
    const starts =
      /\b(spawn|spawnSync|exec|execSync|execFile|execFileSync|fork|subprocess|run_module|runpy|execa)\b/.test(
        around,
      );
    const sound = use.isTest && starts ? await soundAt(context, use.file, use.line) : undefined;
    if (sound) return sound;
  }
  return undefined;
}

function testFiles(context: ClaimContext): string[] {
  return [...context.workspace.code.values()].filter(({ role }) => role === 'test').map(({ path }) => path);
}
