/** Source of which comments, or comments and the insides of strings, are blanks; both as long as the source itself. */
export interface MaskedCode {
  /** Without comments. */
  plain: string;
  /** Without comments and without what stands in strings, whose quotes are kept. */
  bare: string;
}

/** A slash after one of these begins a regular expression, not a division. */
const BEFORE_REGEX =
  /(?:^|[=([{,;:!&|?+\-*%~^<>]|\b(?:return|typeof|case|in|of|do|else|await|yield|void|delete|throw))\s*$/;
const LOOK_BACK = 20;

/** Tells code from comments and strings, for JavaScript with TypeScript, or for Python. */
export function maskCode(text: string, family: 'javascript' | 'python'): MaskedCode {
  return new Masker(text, family === 'python').run();
}

class Masker {
  private readonly plain: string[] = [];
  private readonly bare: string[] = [];
  private at = 0;
  private copied = 0;
  /** For each template that is open, how many braces are open in its code. */
  private readonly templates: number[] = [];

  constructor(
    private readonly text: string,
    private readonly isPython: boolean,
  ) {}

  run(): MaskedCode {
    const interesting = this.isPython ? /["'#]/g : /["'`/{}]/g;
    for (;;) {
      interesting.lastIndex = this.at;
      const found = interesting.exec(this.text);
      if (!found) break;
      this.at = found.index;
      this.step(found[0]);
    }
    this.copyTo(this.text.length);
    return { plain: this.plain.join(''), bare: this.bare.join('') };
  }

  private step(character: string): void {
    if (this.isPython) {
      if (character === '#') this.blank(this.lineEnd(), 'both');
      else this.pythonString(character);
    } else if (character === '/') this.slash();
    else if (character === '`') this.template(this.at + 1);
    else if (character === '{' || character === '}') this.brace(character);
    else this.quoted(this.at, this.stringEnd(this.at + 1, character));
  }

  private brace(character: string): void {
    const depth = this.templates.length - 1;
    const open = this.templates[depth];
    this.at += 1;
    if (open === undefined) return;
    if (character === '{') this.templates[depth] = open + 1;
    else if (open > 0) this.templates[depth] = open - 1;
    else {
      this.templates.pop();
      this.template(this.at);
    }
  }

  /** The text of a template from `from` on, up to its end or to code within it. */
  private template(from: number): void {
    const stop = /\\[^]|`|\$\{/g;
    stop.lastIndex = from;
    for (let found = stop.exec(this.text); found; found = stop.exec(this.text)) {
      if (found[0].startsWith('\\')) continue;
      this.quoted(from - 1, found.index + 1);
      if (found[0] === '`') return;
      this.at = found.index + 2;
      this.templates.push(0);
      return;
    }
    this.quoted(from - 1, this.text.length + 1);
  }

  private slash(): void {
    const next = this.text[this.at + 1];
    if (next === '/') return this.blank(this.lineEnd(), 'both');
    if (next === '*') {
      const end = this.text.indexOf('*/', this.at + 2);
      return this.blank(end < 0 ? this.text.length : end + 2, 'both');
    }
    const before = this.text.slice(Math.max(0, this.at - LOOK_BACK), this.at);
    const regex = /\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//y;
    regex.lastIndex = this.at;
    if (BEFORE_REGEX.test(before) && regex.test(this.text)) this.quoted(this.at, regex.lastIndex);
    else this.at += 1;
  }

  private pythonString(quote: string): void {
    const triple = quote.repeat(3);
    if (!this.text.startsWith(triple, this.at)) {
      this.quoted(this.at, this.stringEnd(this.at + 1, quote));
      return;
    }
    const end = this.text.indexOf(triple, this.at + 3);
    this.quoted(this.at, end < 0 ? this.text.length + 1 : end + 3);
  }

  /** Behind the closing quote; a string that is not closed ends with its line. */
  private stringEnd(from: number, quote: string): number {
    for (let at = from; at < this.text.length; at++) {
      const character = this.text[at];
      if (character === '\\') at += 1;
      else if (character === quote) return at + 1;
      else if (character === '\n') return at;
    }
    return this.text.length;
  }

  /** Keeps the first and the last character of a string and blanks what is between. */
  private quoted(start: number, end: number): void {
    this.at = Math.min(start + 1, this.text.length);
    this.blank(Math.max(this.at, Math.min(end - 1, this.text.length)), 'bare');
    this.at = Math.min(Math.max(end, this.at), this.text.length);
  }

  private blank(end: number, what: 'both' | 'bare'): void {
    this.copyTo(this.at);
    const piece = this.text.slice(this.at, end);
    const blanks = piece.replace(/[^\n]/g, ' ');
    this.plain.push(what === 'both' ? blanks : piece);
    this.bare.push(blanks);
    this.at = this.copied = end;
  }

  private copyTo(end: number): void {
    const piece = this.text.slice(this.copied, end);
    this.plain.push(piece);
    this.bare.push(piece);
    this.copied = end;
  }

  private lineEnd(): number {
    const end = this.text.indexOf('\n', this.at);
    return end < 0 ? this.text.length : end;
  }
}
