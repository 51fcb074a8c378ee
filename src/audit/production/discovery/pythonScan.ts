/** One import as Python resolves it: `level` dots, then a dotted module, then perhaps a name taken from it. */
export interface PythonImport {
  level: number;
  module: string;
  names: string[];
}

export interface PythonScan {
  imports: PythonImport[];
  /** Has a function `test...` outside of any class: only pytest runs those. */
  hasTestFunction: boolean;
  /** Has a class derived from something with `Test` in its name, such as `TestCase`. */
  hasTestCase: boolean;
  /** Has such a class that is derived from no `TestCase` by that name, so that it may be none. */
  mayBeNoTestCase: boolean;
  /** Has a function or method `test...` anywhere. */
  hasTests: boolean;
  /** Has a class `Test...` that derives from no `TestCase`: only pytest runs its methods. */
  hasPlainTestClass: boolean;
}

/** A string literal this long is prose, not the name of a module. */
const MAX_VALUE = 200;
const PLAIN_TEXT = /[^#'"\\\n\r()[\]{}]+/y;

/** Statements of Python text, without comments and with every string literal as `"..."`. Joined lines are one. */
function pythonStatements(text: string): string[] {
  const statements: string[] = [];
  let current = '';
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    PLAIN_TEXT.lastIndex = at;
    const plain = PLAIN_TEXT.exec(text)?.[0] ?? '';
    current += plain;
    at += plain.length;
    const character = text[at];
    if (character === undefined) break;
    if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
    } else if (character === '"' || character === "'") {
      const { value, end } = stringAt(text, at);
      current += JSON.stringify(value);
      at = end;
    } else if (character === '\\') {
      const joined = /^\\\r?\n/.exec(text.slice(at, at + 3))?.[0];
      current += joined ? ' ' : character;
      at += joined?.length ?? 1;
    } else {
      if (character === '\n' && depth === 0) {
        statements.push(current);
        current = '';
      } else current += /\s/.test(character) ? ' ' : character;
      if ('([{'.includes(character)) depth++;
      if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
      at++;
    }
  }
  statements.push(current);
  return statements;
}

/** The string literal that begins at a quote. A short one that is never closed ends with its line. */
function stringAt(text: string, at: number): { value: string; end: number } {
  const single = text[at] as string;
  if (text.startsWith(single.repeat(3), at)) return longStringAt(text, at + 3, single.repeat(3));
  let end = at + 1;
  while (end < text.length && text[end] !== single) {
    if (text[end] === '\n') return { value: text.slice(at + 1, end), end };
    end += text[end] === '\\' ? 2 : 1;
  }
  return { value: text.slice(at + 1, end), end: Math.min(text.length, end + 1) };
}

function longStringAt(text: string, from: number, quote: string): { value: string; end: number } {
  let end = text.indexOf(quote, from);
  while (end !== -1 && isEscaped(text, end)) end = text.indexOf(quote, end + 1);
  if (end === -1) return { value: '', end: text.length };
  return { value: text.slice(from, Math.min(end, from + MAX_VALUE)), end: end + quote.length };
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0;
  while (text[at - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}

/** Finds what a Python module imports and which kinds of tests it holds, without parsing it. */
export function scanPython(text: string): PythonScan {
  const scan: PythonScan = {
    imports: [],
    hasTestFunction: false,
    hasTestCase: false,
    mayBeNoTestCase: false,
    hasTests: false,
    hasPlainTestClass: false,
  };
  for (const statement of pythonStatements(text)) {
    if (NAMES_MODULES.test(statement))
      for (const part of statement.split(';')) readImports(part, scan.imports);
    if (/^(?:async\s+)?def\s+test/.test(statement)) scan.hasTestFunction = true;
    if (/^\s*(?:async\s+)?def\s+test/.test(statement)) scan.hasTests = true;
    const testClass = /^class\s+(\w+)\s*(?:\((.*)\))?\s*:/.exec(statement);
    if (testClass?.[2]?.includes('Test')) {
      scan.hasTestCase = true;
      if (!testClass[2].includes('TestCase')) scan.mayBeNoTestCase = true;
    } else if (testClass?.[1]?.startsWith('Test')) scan.hasPlainTestClass = true;
  }
  return scan;
}

const NAMES_MODULES = /import|run_module|pytest_plugins/;
const MODULE = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u;

function readImports(statement: string, imports: PythonImport[]): void {
  const plain = /(?:^|:)\s*import\s+(.+)$/.exec(statement);
  if (plain?.[1]) {
    for (const clause of plain[1].split(',')) {
      const module = clause.trim().split(/\s+/)[0] ?? '';
      if (MODULE.test(module)) imports.push({ level: 0, module, names: [] });
    }
  }
  const from = /(?:^|:)\s*from\s*(\.*)\s*([^\s(]*)\s+import\b\s*\(?([^)]*)\)?/.exec(statement);
  if (from) {
    const [, dots = '', module = '', list = ''] = from;
    const names = list
      .split(',')
      .map((name) => name.trim().split(/\s+/)[0] ?? '')
      .filter((name) => name === '*' || MODULE.test(name));
    if (module === '' || MODULE.test(module)) imports.push({ level: dots.length, module, names });
  }
  readNamedImports(statement, imports);
}

/** Modules that are imported by their names as texts. */
function readNamedImports(statement: string, imports: PythonImport[]): void {
  const calls = statement.matchAll(
    /\b(import_module|__import__|importorskip|run_module)\s*\(\s*"(\.*)([^"]+)"(?:\s*,\s*(?:package\s*=\s*)?(?:"([^"]+)"|(__package__|__name__)))?/g,
  );
  for (const [, name, dots = '', module = '', base, own] of calls) {
    if (!MODULE.test(module)) continue;
    if (dots === '') imports.push({ level: 0, module, names: [] });
    else if (own !== undefined) imports.push({ level: dots.length, module, names: [] });
    else if (name === 'import_module' && base !== undefined && MODULE.test(base)) {
      const parts = base.split('.');
      const above = parts.slice(0, parts.length - dots.length + 1);
      imports.push({ level: 0, module: [...above, module].join('.'), names: [] });
    }
  }
  const plugins = /^pytest_plugins\s*(?::[^=]*)?=(.*)$/.exec(statement)?.[1] ?? '';
  for (const [, module = ''] of plugins.matchAll(/"([^"]+)"/g))
    if (MODULE.test(module)) imports.push({ level: 0, module, names: [] });
}
