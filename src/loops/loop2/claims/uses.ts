import type { CodeFile } from '../../loop1/facts/projectFacts';
import type { ClaimContext } from './claimContext';
import { isDocument, readByName } from './conventions';
import type { Definition } from './definitions';
import { escape, stemOf } from './routes';

/** A place where something is used. */
export interface Use {
  file: string;
  line: number;
  shows: string;
  isTest: boolean;
}

const IMPORTS = {
  javascript:
    /^[ \t]*import\b[^'"`;]*(?:['"][^'"\n]*['"])?;?|^[ \t]*export\s*(?:type\s*)?(?:\{[^}]*\}|\*(?:\s*as\s+\w+)?)(?:\s*from\s*['"][^'"\n]*['"])?;?|^[ \t]*(?:const|let|var)\s*(?:\{[^}]*\}|\w+)\s*=\s*require\([^)]*\);?|module\.exports\s*=\s*\{[\w\s,]*\};?|^[ \t]*export\s+default\s+\w+;?[ \t]*$/gm,
  python: /^[ \t]*from\s+[.\w]+\s+import\s+(?:\([^)]*\)|[^\n]*)|^[ \t]*import\s+[^\n]*/gm,
};
const MAX_USES = 60;
const MAX_HANDS = 4;

const withoutImports = new WeakMap<CodeFile, string>();

/** Code without comments, insides of strings and the names it imports or hands on; as long as the source. */
function usingCode(file: CodeFile): string {
  const known = withoutImports.get(file);
  if (known !== undefined) return known;
  const pattern = IMPORTS[file.language === 'python' ? 'python' : 'javascript'];
  const code = file.bare.replace(pattern, (statement) => statement.replace(/[^\n]/g, ' '));
  withoutImports.set(file, code);
  return code;
}

/** Who uses a file: by import, by a text that names it, or because a tool finds it by its name. */
export async function usesOfFile(context: ClaimContext, file: string, hands = 0): Promise<Use[]> {
  const found: Use[] = [];
  const byName = readByName(file);
  if (byName !== undefined) found.push({ file, line: 1, shows: byName, isTest: false });
  for (const one of (await context.ties(file))?.importers ?? []) {
    if (found.length >= MAX_USES) break;
    const code = context.workspace.code.get(one.file);
    if (!code || !(await isUsed(context, code, one, hands))) continue;
    found.push(use(context, code, one.line));
  }
  if (/^if __name__ == ['"]__main__['"]|^#!/m.test(context.workspace.texts.get(file) ?? ''))
    found.push({ file, line: 1, shows: 'it can be run by itself', isTest: false });
  return [...found, ...namedInTexts(context, file)];
}

async function isUsed(
  context: ClaimContext,
  code: CodeFile,
  { names, isReexport }: { names: [string, string][]; isReexport: boolean },
  hands: number,
): Promise<boolean> {
  if (isReexport) {
    // What is only handed on is used when the one that hands it on is.
    return (
      hands < MAX_HANDS && (await usesOfFile(context, code.path, hands + 1)).some(({ isTest }) => !isTest)
    );
  }
  if (names.length === 0) return true;
  const text = usingCode(code);
  if (names.some(([local]) => local === '*' || word(local).test(text))) return true;
  const handed = code.path.endsWith('__init__.py') || /module\.exports|^export\s*\{/m.test(code.plain);
  return (
    handed &&
    hands < MAX_HANDS &&
    (await usesOfFile(context, code.path, hands + 1)).some(({ isTest }) => !isTest)
  );
}

/** Files that are no documents and name a file by its path, or by its name as a module. */
export function namedInTexts(context: ClaimContext, file: string): Use[] {
  const base = file.split('/').pop() ?? file;
  const stem = stemOf(file);
  const isCommon = /^(index|main|__init__|utils?|types?|page|route)$/.test(stem);
  const folder = file.split('/').at(-2);
  const dotted = file
    .replace(/^src\//, '')
    .replace(/\.py$/, '')
    .replaceAll('/', '.');
  const tail = folder === undefined ? base : `${folder}/${stem}`;
  const built = file.replace(/^src\//, '').replace(/\.[cm]?tsx?$/, '.js');
  const wanted = [
    ...(isCommon ? [] : [base, base.replace(/\.([cm]?)tsx?$/, '.$1js')]),
    ...(folder === undefined ? [] : [tail]),
    ...(file.endsWith('.py') && dotted.includes('.') ? [dotted] : []),
    ...(isCommon ? [`dist/${built}`, `build/${built}`, `./${built}`, file] : []),
  ];
  const pattern = new RegExp(`(?<![\\w.-])(?:${[...new Set(wanted)].map(escape).join('|')})(?![\\w-])`);
  return usesInTexts(context, file, wanted, pattern);
}

/** Files other than `file`, documents aside, whose strings or text match; those without any of the words are not searched. */
function usesInTexts(context: ClaimContext, file: string, words: readonly string[], pattern: RegExp): Use[] {
  const found: Use[] = [];
  for (const [path, text] of context.workspace.texts) {
    if (path === file || isDocument(path) || found.length >= MAX_USES) continue;
    if (!words.some((each) => text.includes(each))) continue;
    const code = context.workspace.code.get(path);
    const seen = code ? stringsOf(code) : text;
    const match = pattern.exec(seen);
    if (!match) continue;
    const line = seen.slice(0, match.index).split('\n').length;
    found.push({ file: path, line, shows: lineOf(text, line), isTest: context.isTest(path) });
  }
  return found;
}

/** What of code stands in strings and not in imports. */
function stringsOf(code: CodeFile): string {
  const pattern = IMPORTS[code.language === 'python' ? 'python' : 'javascript'];
  return code.plain
    .replace(pattern, (statement) => statement.replace(/[^\n]/g, ' '))
    .split('\n')
    .map((line) => (/['"`]/.test(line) ? line : ''))
    .join('\n');
}

/** Who uses a definition, in its own file too. */
export async function usesOfDefinition(
  context: ClaimContext,
  file: string,
  definition: Definition,
  hands = 0,
): Promise<Use[]> {
  const code = context.workspace.code.get(file);
  if (!code) return [];
  const { name, within, startLine, endLine } = definition;
  const isMember = within !== undefined;
  const own = placesOf(code, isMember ? member(name) : word(name)).filter(
    (line) => line < startLine || line > endLine,
  );
  const found = own.map((line) => use(context, code, line));
  if (isMember) return [...found, ...(await usesOfMember(context, file, name))];
  const isDefault = new RegExp(
    `export\\s+default\\s+(?:async\\s+)?(?:function\\s+|class\\s+|\\w+\\()*${escape(name)}\\b|module\\.exports\\s*=\\s*${escape(name)}\\b`,
  ).test(code.plain);
  for (const { file: importer, names, isReexport } of (await context.ties(file))?.importers ?? []) {
    const other = context.workspace.code.get(importer);
    if (!other || found.length >= MAX_USES) continue;
    for (const pattern of patternsOf(name, names, isDefault))
      found.push(...placesOf(other, pattern).map((line) => use(context, other, line)));
    const outer =
      names.find(([, imported]) => imported === name)?.[0] ??
      (names.some(([local]) => local === '*') ? name : undefined);
    const isHanded = isReexport || importer.endsWith('__init__.py');
    if (isHanded && outer !== undefined && hands < MAX_HANDS)
      found.push(...(await usesOfDefinition(context, importer, handedOn(outer), hands + 1)));
  }
  return [...found, ...namedAsText(context, file, name)];
}

const handedOn = (name: string): Definition => ({
  ...{ name, kind: 'value', startLine: 0, endLine: 0, indent: 0, within: undefined, decorators: '' },
});

function patternsOf(name: string, names: readonly [string, string][], isDefault: boolean): RegExp[] {
  const found = [word(name)];
  for (const [local, imported] of names) {
    if (local === '*' || local === name) continue;
    if (imported === name || (isDefault && (imported === 'default' || imported === '*')))
      found.push(word(local));
    else if (imported === '*')
      found.push(new RegExp(`(?<![\\w$.])${escape(local)}\\.${escape(name)}(?![\\w$])`, 'g'));
  }
  return found;
}

/** Members are called on objects whose kind is not known: those count that stand where the file is known. */
async function usesOfMember(context: ClaimContext, file: string, name: string): Promise<Use[]> {
  const near = new Set<string>();
  let front = [file];
  for (let depth = 0; depth < 3; depth++) {
    const next: string[] = [];
    for (const one of front)
      for (const { file: importer } of (await context.ties(one))?.importers ?? [])
        if (!near.has(importer)) {
          near.add(importer);
          next.push(importer);
        }
    front = next.slice(0, MAX_USES);
  }
  const found: Use[] = [];
  for (const each of near) {
    const code = context.workspace.code.get(each);
    if (code && found.length < MAX_USES)
      found.push(...placesOf(code, member(name)).map((line) => use(context, code, line)));
  }
  return found;
}

/** `"shop.views.Basket"`, `pkg.cli:main` */
function namedAsText(context: ClaimContext, file: string, name: string): Use[] {
  const pattern = new RegExp(`\\b${escape(stemOf(file))}[.:#]${escape(name)}\\b`);
  return usesInTexts(context, file, [name], pattern);
}

/** Lines of code on which a pattern stands, each once. */
export function placesOf(code: CodeFile, pattern: RegExp): number[] {
  const text = usingCode(code);
  return [...new Set([...text.matchAll(pattern)].slice(0, MAX_USES).map(({ index }) => code.lineAt(index)))];
}

function use(context: ClaimContext, code: CodeFile, line: number): Use {
  return {
    file: code.path,
    line,
    shows: code.lineText(line).slice(0, 200),
    isTest: context.isTest(code.path),
  };
}

export const word = (name: string): RegExp => new RegExp(`(?<![\\w$.])${escape(name)}(?![\\w$])`, 'g');
const member = (name: string): RegExp => new RegExp(`(?<=[\\w$)\\]?!]\\.)${escape(name)}(?![\\w$])`, 'g');

function lineOf(text: string, line: number): string {
  return (text.split('\n')[line - 1] ?? '').trim().slice(0, 200);
}
