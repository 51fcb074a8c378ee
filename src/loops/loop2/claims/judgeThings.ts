import type { ClaimContext, Place } from './claimContext';
import { isDocument, needsNoTest, readByName } from './conventions';
import { hollowness, judgeFile, orphaned } from './judgeFile';
import type { Judged } from './judgeFile';
import type { NamedThing } from './names';
import { findPath, namesake } from './paths';
import { testOfDefinition, testOfFile } from './reach';
import { answers, escape, mountsOf, routesIn } from './routes';
import { hollowDefinition, hollowFile } from './substance';
import { placesOf, usesOfDefinition, usesOfFile, word } from './uses';
import type { Definition } from './definitions';

/** A definition's use, and the test that reaches it. */
export async function judgeDefinition(context: ClaimContext, { file, definition }: Place): Promise<Judged> {
  const { name, startLine, kind, decorators } = definition;
  const code = context.workspace.code.get(file);
  const base: Omit<Judged, 'state' | 'why'> = {
    ...{ name, isBeside: context.isTest(file) },
    evidence: [{ file, line: startLine, shows: code?.lineText(startLine).slice(0, 200) ?? '' }],
  };
  const hollow = await hollowDefinition(context, file, definition);
  if (hollow) return { ...base, ...hollowness(file, hollow) };
  if (context.isTest(file)) return { ...base, state: 'good', why: '' };
  const uses = await usesOfDefinition(context, file, definition);
  const elsewhere = uses.find((one) => !one.isTest && one.file !== file);
  const used = elsewhere ?? uses.find((one) => !one.isTest);
  const isFound =
    decorators !== '' || readByName(file) !== undefined || /^(main|activate|deactivate|handler)$/.test(name);
  const isWired =
    elsewhere !== undefined || ((used !== undefined || isFound) && (await isFileUsed(context, file)));
  if (!isWired) return orphaned(base, uses);
  if (used) base.evidence.push({ file: used.file, line: used.line, shows: used.shows });
  if (kind === 'type' || kind === 'value' || needsNoTest(file)) return { ...base, state: 'good', why: '' };
  const test = await testOfDefinition(context, file, definition);
  if (!test) return { ...base, state: 'untested', why: `no test that can fail reaches ${name}` };
  base.evidence.push(test);
  return { ...base, state: 'good', why: '' };
}

async function isFileUsed(context: ClaimContext, file: string): Promise<boolean> {
  return (await usesOfFile(context, file)).some(({ isTest }) => !isTest);
}

/** A symbol; undefined where it is a word that says nothing about the code. */
export async function judgeSymbol(
  context: ClaimContext,
  thing: NamedThing,
  files: readonly string[],
): Promise<Judged | undefined> {
  const exact = context.places(thing.name);
  const places = exact.length > 0 ? exact : await context.similarPlaces(thing.name);
  const [best, ...others] = nearest(places, files);
  if (!best) return judgeWord(context, thing, files);
  const first = await judgeDefinition(context, best);
  if (first.state === 'good' || files.includes(best.file)) return first;
  for (const other of others.slice(0, 4)) {
    const judged = await judgeDefinition(context, other);
    if (judged.state === 'good') return judged;
  }
  return first;
}

/** Those in the files of the task first. */
function nearest(places: readonly Place[], files: readonly string[]): Place[] {
  const near = places.filter(({ file }) => files.includes(file));
  return [...near, ...places.filter(({ file }) => !files.includes(file))];
}

/** A name that nothing defines: it may be used (of a library), or stand in a text. */
export function judgeWord(
  context: ClaimContext,
  thing: NamedThing,
  files: readonly string[],
): Judged | undefined {
  const { name, isCode } = thing;
  const last = name.split('.').at(-1) ?? name;
  const base = { name, isBeside: false };
  const order = [...files, ...context.workspace.texts.keys()];
  const pattern = new RegExp(`(?<![\\w$])${escape(last)}(?![\\w$])`, isCode ? '' : 'i');
  for (const file of order) {
    const text = context.workspace.texts.get(file);
    if (text === undefined || isDocument(file) || !text.toLowerCase().includes(last.toLowerCase())) continue;
    const code = context.workspace.code.get(file);
    const found = code ? placesOf(code, word(last))[0] : undefined;
    const match = found === undefined ? pattern.exec(code ? code.plain : text) : undefined;
    const line = found ?? (match ? text.slice(0, match.index).split('\n').length : undefined);
    if (line === undefined) continue;
    if (!isCode) return undefined;
    const shows = (text.split('\n')[line - 1] ?? '').trim().slice(0, 200);
    return { ...base, state: 'good', why: '', evidence: [{ file, line, shows }], isText: true };
  }
  const evidence = files
    .slice(0, 1)
    .map((file) => ({ file, line: 1, shows: `${name} does not stand in it` }));
  return { ...base, state: 'missing', why: `${name} is nowhere in the code`, evidence };
}

/** A path: what it leads to, or that it leads nowhere. */
export async function judgePath(context: ClaimContext, written: string, isPlace: boolean): Promise<Judged> {
  const found = findPath(context, written);
  if (!found) {
    const other = namesake(context, written);
    const evidence = [{ file: written, line: 1, shows: 'there is no such file' }];
    if (other !== undefined) evidence.push({ file: other, line: 1, shows: 'a file of this name is here' });
    return {
      name: written,
      isBeside: isDocument(written),
      state: 'missing',
      why: `${written} does not exist`,
      evidence,
    };
  }
  const [file = written] = found.files;
  const there: Judged = {
    name: written,
    isBeside: true,
    state: 'good',
    why: '',
    evidence: [{ file, line: 1, shows: 'the file is there' }],
  };
  if (found.isFolder) {
    const isEmpty = found.files.every(
      (each) => context.workspace.files.get(each) === 0 && !/\.(git)?keep$|__init__\.py$/.test(each),
    );
    return isEmpty
      ? { ...there, isBeside: false, state: 'stub', why: `all files in ${written} are empty` }
      : there;
  }
  if (!isPlace) return judgeFile(context, file);
  const hollow = await hollowFile(context, file);
  return hollow?.isWhole && !/\w/.test(context.workspace.code.get(file)?.bare ?? '')
    ? { ...there, isBeside: false, state: 'stub', why: hollow.why }
    : there;
}

/** What a task says it removed: it must be gone. */
export function judgeGone(context: ClaimContext, thing: NamedThing, files: readonly string[]): Judged {
  const { kind, name } = thing;
  const base = { name, isBeside: false };
  const gone: Judged = { ...base, state: 'good', why: '', evidence: [], isGone: true };
  const still = (file: string, line: number, shows: string): Judged => ({
    ...base,
    state: 'missing',
    why: `${name} is still there`,
    evidence: [{ file, line, shows }],
  });
  if (kind === 'path') {
    const found = findPath(context, name);
    const exact = found?.files.find(
      (file) => file === name || file.startsWith(name) || file.endsWith(`/${name}`),
    );
    return exact === undefined ? gone : still(exact, 1, 'the file is there');
  }
  const last = name.split('.').at(-1) ?? name;
  for (const file of files.length > 0 ? files : context.workspace.code.keys()) {
    const code = context.workspace.code.get(file);
    const line = code?.text.includes(last)
      ? placesOf(code, new RegExp(`(?<![\\w$])${escape(last)}(?![\\w$])`, 'g'))[0]
      : undefined;
    if (line !== undefined && kind === 'symbol') return still(file, line, code?.lineText(line) ?? '');
  }
  return gone;
}

/** A route: something answers it, does work, and a test asks for it. */
export async function judgeRoute(context: ClaimContext, thing: NamedThing): Promise<Judged> {
  const { name, method } = thing;
  const base = { name: `${method} ${name}`.trim(), isBeside: false };
  for (const file of context.workspace.code.keys()) {
    const routes = routesIn(context, file);
    if (routes.length === 0) continue;
    const mounts = await mountsOf(context, file);
    const route = routes.find(
      (one) =>
        (one.method === '' || method === '' || one.method === method) && answers(one.path, mounts, name),
    );
    if (!route) continue;
    return judgeFoundRoute(context, base, file, route.line);
  }
  return { ...base, state: 'missing', why: `nothing answers ${base.name}`, evidence: [] };
}

async function judgeFoundRoute(
  context: ClaimContext,
  base: { name: string; isBeside: boolean },
  file: string,
  line: number,
): Promise<Judged> {
  const code = context.workspace.code.get(file);
  const evidence = [{ file, line, shows: code?.lineText(line).slice(0, 200) ?? '' }];
  const handler = handlerAt(context, file, line, code?.lineText(line) ?? '');
  const hollow = handler && (await hollowDefinition(context, handler.file, handler.definition));
  if (hollow)
    return {
      ...base,
      state: hollow.isWhole ? 'stub' : 'partial',
      why: hollow.why,
      evidence: [...evidence, { file: handler.file, line: hollow.line, shows: hollow.shows.slice(0, 300) }],
    };
  const uses = await usesOfFile(context, file);
  if (!uses.some(({ isTest }) => !isTest)) return orphaned({ ...base, evidence }, uses);
  const route = routesIn(context, file).filter((one) => one.line === line);
  const fake: Definition = {
    name: '',
    kind: 'function',
    startLine: line,
    endLine: line,
    indent: 0,
    within: undefined,
    decorators: '',
  };
  const test =
    (handler && (await testOfDefinition(context, handler.file, handler.definition))) ??
    (route.length > 0 ? await testOfDefinition(context, file, fake) : await testOfFile(context, file));
  if (!test)
    return { ...base, state: 'untested', why: `no test that can fail asks for ${base.name}`, evidence };
  return { ...base, state: 'good', why: '', evidence: [...evidence, test] };
}

/** The function that is decorated at a line, or named on it. */
function handlerAt(context: ClaimContext, file: string, line: number, text: string): Place | undefined {
  const below = context
    .definitions(file)
    .find((one) => one.decorators !== '' && one.startLine > line && one.startLine - line <= 6);
  if (below && text.startsWith('@')) return { file, definition: below };
  for (const name of (text.match(/[A-Za-z_$][\w$]*(?=\s*[,)])/g) ?? []).reverse()) {
    const [place] = context.places(name).filter(({ definition }) => definition.kind === 'function');
    if (place) return place;
  }
  return undefined;
}

/** A command of the project: a script of its manifest, or a target of its Makefile. */
export function judgeCommand(context: ClaimContext, { name }: NamedThing): Judged | undefined {
  const script = /^(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)/.exec(name)?.[1];
  const target = /^(?:make|just)\s+([\w.-]+)/.exec(name)?.[1];
  const base = { name, isBeside: false };
  if (script !== undefined && !/^(install|ci|i|add|exec|init|audit|publish|pack|link|dlx)$/.test(script)) {
    for (const { path, scripts } of context.workspace.facts.packages) {
      const found = scripts.get(script);
      if (found)
        return {
          ...base,
          state: 'good',
          why: '',
          evidence: [{ file: path, line: found.line, shows: found.command.slice(0, 200) }],
        };
    }
    return { ...base, state: 'missing', why: `no package.json has a script "${script}"`, evidence: [] };
  }
  if (target === undefined) return undefined;
  for (const [file, text] of context.workspace.texts) {
    if (!/(^|\/)(Makefile|justfile)$/.test(file)) continue;
    const line = text.split('\n').findIndex((each) => new RegExp(`^${escape(target)}\\b.*:`).test(each));
    if (line >= 0)
      return {
        ...base,
        state: 'good',
        why: '',
        evidence: [{ file, line: line + 1, shows: text.split('\n')[line] ?? '' }],
      };
  }
  return { ...base, state: 'missing', why: `no Makefile has a target "${target}"`, evidence: [] };
}
