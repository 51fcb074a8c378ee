import { Tokens } from './javascriptTokens';
import type { Token } from './javascriptTokens';

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
