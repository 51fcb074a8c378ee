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
  /** Has a function or method `test...` anywhere. */
  hasTests: boolean;
  /** Has a class `Test...` that derives from no `TestCase`: only pytest runs its methods. */
  hasPlainTestClass: boolean;
}

const STRING_START = /[rRbBuUfFtT]{0,2}('''|"""|'|")/y;

/** Statements of Python text, one a line, without comments and with every string literal as `"..."`. Joined lines are one. */
function pythonStatements(text: string): string[] {
  const statements: string[] = [];
  let current = '';
  let depth = 0;
  let at = 0;
  while (at < text.length) {
    const character = text[at] as string;
    if (character === '#') {
      const end = text.indexOf('\n', at);
      at = end === -1 ? text.length : end;
      continue;
    }
    const string = stringAt(text, at, current);
    if (string) {
      current += JSON.stringify(string.value);
      at = string.end;
      continue;
    }
    if (character === '\\' && /^\r?\n/.test(text.slice(at + 1, at + 3))) {
      at = text.indexOf('\n', at) + 1;
      current += ' ';
      continue;
    }
    if (character === '\n' && depth === 0) {
      statements.push(current);
      current = '';
    } else if (character === '\n') current += ' ';
    else if (character !== '\r') current += character;
    if ('([{'.includes(character)) depth++;
    if (')]}'.includes(character)) depth = Math.max(0, depth - 1);
    at++;
  }
  statements.push(current);
  return statements;
}

function stringAt(text: string, at: number, before: string): { value: string; end: number } | undefined {
  if (/\w$/.test(before)) return undefined;
  STRING_START.lastIndex = at;
  const opening = STRING_START.exec(text);
  const quote = opening?.[1];
  if (!opening || !quote) return undefined;
  const from = at + opening[0].length;
  let end = from;
  while (end < text.length && !text.startsWith(quote, end)) {
    if (quote.length === 1 && text[end] === '\n') break;
    end += text[end] === '\\' ? 2 : 1;
  }
  const closed = text.startsWith(quote, end);
  return {
    value: text.slice(from, Math.min(end, from + 200)),
    end: Math.min(text.length, closed ? end + quote.length : end),
  };
}

/** Finds what a Python module imports and which kinds of tests it holds, without parsing it. */
export function scanPython(text: string): PythonScan {
  const scan: PythonScan = {
    imports: [],
    hasTestFunction: false,
    hasTestCase: false,
    hasTests: false,
    hasPlainTestClass: false,
  };
  for (const statement of pythonStatements(text)) {
    if (/\b(?:import|__import__)\b/.test(statement))
      for (const part of statement.split(';')) readImports(part, scan.imports);
    if (/^(?:async\s+)?def\s+test/.test(statement)) scan.hasTestFunction = true;
    if (/^\s*(?:async\s+)?def\s+test/.test(statement)) scan.hasTests = true;
    const testClass = /^class\s+(\w+)\s*(?:\((.*)\))?\s*:/.exec(statement);
    if (testClass?.[2]?.includes('Test')) scan.hasTestCase = true;
    else if (testClass?.[1]?.startsWith('Test')) scan.hasPlainTestClass = true;
  }
  return scan;
}

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
  for (const call of statement.matchAll(/\b(?:import_module|__import__|importorskip)\s*\(\s*"([^"]+)"/g)) {
    const module = call[1] ?? '';
    if (MODULE.test(module)) imports.push({ level: 0, module, names: [] });
  }
}
