export interface Token {
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
export class Tokens {
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
