/**
 * How one module names another. `reexport` hands names on, `type` is erased before anything runs, `resolve` asks for a path;
 * of `prefix`, a name put together while it runs, only the beginning is known.
 */
type ImportKind = 'import' | 'reexport' | 'dynamic' | 'require' | 'resolve' | 'prefix' | 'type';

interface ImportReference {
  specifier: string;
  kind: ImportKind;
}

export interface JavaScriptScan {
  imports: ImportReference[];
  /** Every identifier that is called as a plain function, for example `describe`. */
  calls: Set<string>;
  /** It does nothing but import and export: what imports it means what is behind it. */
  handsOn: boolean;
}

interface Token {
  /** An identifier or keyword, the text of a string literal, that of a template up to its first code, or one character. */
  text: string;
  kind: 'word' | 'string' | 'template' | 'punctuation';
}

const WORD_START = /[\p{L}_$]/u;
const WORD = /[\p{L}\p{N}_$]*/uy;
const REGEX_AFTER_WORD = new Set([
  'return',
  'typeof',
  'case',
  'in',
  'of',
  'delete',
  'void',
  'throw',
  'new',
  'do',
  'else',
  'await',
  'yield',
]);

/** Words of modules that do more than hand names on. */
const DEEDS = new Set([
  'function',
  'class',
  'if',
  'for',
  'while',
  'return',
  'switch',
  'new',
  'throw',
  'await',
  'yield',
  'enum',
  'describe',
  'it',
  'test',
  'expect',
  'assert',
]);

/** Words, strings and punctuation of JavaScript or TypeScript text; comments, templates' text and regular expressions are passed over. */
class Tokens {
  private at = 0;
  /** For each open template literal, the depth of braces at which its text goes on. */
  private readonly templates: number[] = [];
  private depth = 0;
  private previous: Token | undefined;
  /** A word stands in the text that belongs to neither imports nor exports. */
  does = false;
  exports = false;
  /** Variables that are declared. */
  declared = 0;

  constructor(private readonly text: string) {}

  next(): Token | undefined {
    const token = this.read();
    // What comes after the head of a template is code of its own.
    if (token) this.previous = token.kind === 'template' ? undefined : token;
    return token;
  }

  private read(): Token | undefined {
    while (this.at < this.text.length) {
      const character = this.text[this.at] as string;
      if (/\s/.test(character)) this.at++;
      else if (character === '/' && this.skipCommentOrRegex()) continue;
      else if (character === '"' || character === "'") return this.readString(character);
      else if (character === '`') return this.readTemplate();
      else if (character === '}' && this.templates.at(-1) === this.depth) {
        this.templates.pop();
        this.skipTemplate(this.at + 1);
      } else if (WORD_START.test(character)) return this.readWord();
      else return this.readPunctuation(character);
    }
    return undefined;
  }

  private readWord(): Token {
    WORD.lastIndex = this.at;
    const text = WORD.exec(this.text)?.[0] ?? '';
    this.at += Math.max(1, text.length);
    if (DEEDS.has(text)) this.does = true;
    if (text === 'export' || text === 'exports') this.exports = true;
    if (text === 'const' || text === 'let' || text === 'var') this.declared++;
    return { text, kind: 'word' };
  }

  private readPunctuation(character: string): Token {
    if (character === '{') this.depth++;
    if (character === '}') this.depth--;
    if (character === '=' && this.text[this.at + 1] === '>') this.does = true;
    this.at++;
    return { text: character, kind: 'punctuation' };
  }

  /** A string that is never closed ends with its line: an apostrophe in JSX text must not swallow the file. */
  private readString(quote: string): Token {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== quote && this.text[end] !== '\n')
      end += this.text[end] === '\\' ? 2 : 1;
    const text = this.text.slice(this.at + 1, end);
    this.at = end + 1;
    return { text, kind: 'string' };
  }

  private readTemplate(): Token {
    const from = this.at + 1;
    const open = this.templates.length;
    this.skipTemplate(from);
    const hasCode = this.templates.length > open;
    return {
      text: this.text.slice(from, this.at - (hasCode ? 2 : 1)),
      kind: hasCode ? 'template' : 'string',
    };
  }

  private skipTemplate(from: number): void {
    for (let at = from; at < this.text.length; at++) {
      const character = this.text[at];
      if (character === '\\') at++;
      else if (character === '`') {
        this.at = at + 1;
        this.previous = { text: '', kind: 'string' };
        return;
      } else if (character === '$' && this.text[at + 1] === '{') {
        this.templates.push(this.depth);
        this.at = at + 2;
        this.previous = undefined;
        return;
      }
    }
    this.at = this.text.length;
  }

  private skipCommentOrRegex(): boolean {
    const following = this.text[this.at + 1];
    if (following === '/') {
      const end = this.text.indexOf('\n', this.at);
      this.at = end === -1 ? this.text.length : end;
      return true;
    }
    if (following === '*') {
      const end = this.text.indexOf('*/', this.at + 2);
      this.at = end === -1 ? this.text.length : end + 2;
      return true;
    }
    return this.regexMayStart() && this.skipRegex();
  }

  private regexMayStart(): boolean {
    const previous = this.previous;
    if (!previous) return true;
    if (previous.kind === 'string') return false;
    if (previous.kind === 'word') return REGEX_AFTER_WORD.has(previous.text);
    return !/[)\]}<.\d]/.test(previous.text);
  }

  private skipRegex(): boolean {
    let inClass = false;
    for (let at = this.at + 1; at < this.text.length; at++) {
      const character = this.text[at];
      if (character === '\n') return false;
      if (character === '\\') at++;
      else if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
      else if (character === '/' && !inClass) {
        this.at = at + 1;
        this.previous = { text: '', kind: 'string' };
        return true;
      }
    }
    return false;
  }
}

/** Functions besides `require` that load, or lead to, the module that their first argument names. */
const LOADERS = new Set([
  'resolve',
  'importActual',
  'requireActual',
  'proxyquire',
  'rewire',
  'esmock',
  'importFresh',
  'jiti',
  'URL',
]);

/** Longest run of tokens between `import` and its specifier that is still followed. */
const MAX_CLAUSE = 2000;

/** Finds what a module imports, with literals only, without parsing it: text with errors still gives what can be seen. */
export function scanJavaScript(text: string): JavaScriptScan {
  const tokens = new Tokens(text);
  const imports: ImportReference[] = [];
  const calls = new Set<string>();
  let before: Token | undefined;
  let token = tokens.next();
  while (token) {
    const isProperty = before?.kind === 'punctuation' && before.text === '.';
    if (token.kind !== 'word' || (isProperty && !LOADERS.has(token.text))) {
      before = token;
      token = tokens.next();
      continue;
    }
    if (token.text === 'import' || token.text === 'export') {
      const result = readClause(tokens, token.text);
      if (result.reference) imports.push(result.reference);
      before = undefined;
      token = result.next;
      continue;
    }
    const following = tokens.next();
    if (following?.text === '(' && following.kind === 'punctuation') {
      if (!isProperty) calls.add(token.text);
      if (token.text === 'require' || LOADERS.has(token.text)) {
        const argument = tokens.next();
        imports.push(...loaded(token.text, argument));
        before = following;
        token = argument;
        continue;
      }
    } else if (following?.text === '.') calls.add(token.text);
    before = token;
    token = following;
  }
  const required = imports.filter(({ kind }) => kind === 'require').length;
  const handsOn = imports.length > 0 && tokens.exports && !tokens.does && tokens.declared <= required;
  return { imports, calls, handsOn };
}

/** What a call of `require` or of a loader names by its first argument. */
function loaded(name: string, argument: Token | undefined): ImportReference[] {
  const { kind, text: specifier = '' } = argument ?? {};
  if (kind === 'template') return [{ specifier, kind: 'prefix' }];
  if (kind !== 'string') return [];
  if (name === 'require') return [{ specifier, kind: 'require' }];
  // These take what is no module as well: an address, a folder, a name of anything.
  return name === 'resolve' || /^\.{1,2}\//.test(specifier) ? [{ specifier, kind: 'resolve' }] : [];
}

/** Reads on from `import` or `export` to the specifier, if there is one; `next` is the first token not used. */
function readClause(
  tokens: Tokens,
  keyword: 'import' | 'export',
): { reference?: ImportReference; next: Token | undefined } {
  let token = tokens.next();
  if (keyword === 'import') {
    if (token?.kind === 'string')
      return { reference: { specifier: token.text, kind: 'import' }, next: tokens.next() };
    if (token?.text === '(') {
      const argument = tokens.next();
      if (argument?.kind === 'template')
        return { reference: { specifier: argument.text, kind: 'prefix' }, next: tokens.next() };
      if (argument?.kind !== 'string') return { next: argument };
      return { reference: { specifier: argument.text, kind: 'dynamic' }, next: tokens.next() };
    }
    if (token?.kind !== 'word' && token?.text !== '{' && token?.text !== '*') return { next: token };
  } else if (token?.text !== '{' && token?.text !== '*' && token?.text !== 'type') return { next: token };

  const kind: ImportKind = keyword === 'import' ? 'import' : 'reexport';
  const first = token;
  let typeOnly = false;
  for (let length = 0; token && length < MAX_CLAUSE; length++) {
    const following = tokens.next();
    if (token === first && token.text === 'type') {
      typeOnly = following?.text !== 'from' && following?.text !== ',' && following?.text !== '=';
      if (keyword === 'export' && following?.text !== '{' && following?.text !== '*')
        return { next: following };
    }
    if (token.kind === 'word' && token.text === 'from' && following?.kind === 'string') {
      return {
        reference: { specifier: following.text, kind: typeOnly ? 'type' : kind },
        next: tokens.next(),
      };
    }
    if (keyword === 'import' && token.text === '=' && token.kind === 'punctuation')
      return { next: following };
    // Only names, commas, braces and a star stand in a clause: anything else is another statement.
    if (following?.kind === 'punctuation' && !/[{},*=]/.test(following.text)) return { next: following };
    if (token.text === '}' && following?.text !== 'from') return { next: following };
    token = following;
  }
  return { next: token };
}
