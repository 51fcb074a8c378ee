/** More wildcards than this in one name could keep the matcher busy for minutes on a name made for it. */
const MAX_STARS = 6;
const MAX_PATTERNS = 2000;

interface Pattern {
  matches: RegExp;
  isException: boolean;
}

/** What a `.dockerignore` keeps out of a build context, by Docker's rules, which are not those of `.gitignore`. */
export class DockerIgnore {
  private readonly patterns: readonly Pattern[];

  constructor(text: string) {
    this.patterns = text
      .replace(/^\ufeff/, '')
      .split(/\r?\n/)
      .slice(0, MAX_PATTERNS)
      .flatMap(readPattern);
  }

  /** Whether a file, by its path relative to the context, is kept out. The last pattern that fits decides. */
  ignores(file: string): boolean {
    const parts = file.split('/');
    // A pattern that names a folder holds for all that is in it.
    const paths = parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
    let isIgnored = false;
    for (const { matches, isException } of this.patterns)
      if (isException === isIgnored && paths.some((path) => matches.test(path))) isIgnored = !isException;
    return isIgnored;
  }
}

function readPattern(line: string): Pattern[] {
  if (line.startsWith('#')) return [];
  const isException = line.trim().startsWith('!');
  const written = line.trim().replace(/^!\s*/, '');
  const path = clean(written);
  if (path === '') return [];
  const matches = (path.match(/\*+|\?/g) ?? []).length > MAX_STARS ? undefined : expression(path);
  if (matches) return [{ matches, isException }];
  // Too much is built anew rather than too little.
  return isException ? [{ matches: /^/, isException }] : [];
}

/** Undefined for what is no pattern, such as a range the wrong way round. */
function expression(path: string): RegExp | undefined {
  try {
    return new RegExp(`^${source(path)}$`, 's');
  } catch {
    return undefined;
  }
}

/** Without what says nothing: `./`, double slashes, slashes at the ends, `a/..`. */
function clean(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

const TOKEN = /\*\*\/|\*+|\?|\[\^?[^\]/]+\]|\\.|[^]/g;

function source(path: string): string {
  return path.replace(TOKEN, (token) => {
    if (token === '**/') return '(?:.*/)?';
    if (token.startsWith('**')) return '.*';
    if (token === '*') return '[^/]*';
    if (token === '?') return '[^/]';
    if (token.length > 2 && token.startsWith('[')) return `[${token.slice(1, -1).replace(/[\\[]/g, '\\$&')}]`;
    const character = token.startsWith('\\') && token.length === 2 ? token.slice(1) : token;
    return character.replace(/[.+^${}()|[\]\\/*?-]/g, '\\$&');
  });
}
