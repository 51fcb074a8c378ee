import { t } from './texts';

/** A JSON value and where it stands. */
export interface LocatedValue {
  /** From 1. */
  line: number;
  /** The plain value; of objects one without a prototype, so that no key means anything. */
  value: unknown;
  /** Of an object: what stands under each key, in order. */
  members: ReadonlyMap<string, LocatedMember>;
  /** Of a list. */
  items: readonly LocatedValue[];
}

export interface LocatedMember extends LocatedValue {
  /** The line of the key itself. */
  keyLine: number;
}

/** What is wrong with a text that is no JSON, and where. */
export class JsonSyntaxError extends Error {
  constructor(
    message: string,
    readonly line: number,
    readonly column: number,
  ) {
    super(message);
  }
}

const MAX_DEPTH = 100;
const SPACE = /[ \t\r\n]*/y;
const TOKEN =
  /[{}[\],:]|"(?:[^"\\\p{Cc}]|\u007f|[\u0080-\u009f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/uy;

/**
 * Reads JSON as `JSON.parse` does, and keeps the lines. Throws `JsonSyntaxError`; also for a key that is there twice,
 * of which `JSON.parse` would silently drop one, and for more than 100 levels.
 */
export function parseLocatedJson(text: string): LocatedValue {
  const reader = new Reader(text);
  const root = reader.value(0);
  reader.end();
  return root;
}

class Reader {
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(private readonly text: string) {}

  value(depth: number): LocatedValue {
    const token = this.next(t('a value'));
    const { line } = this;
    if (depth > MAX_DEPTH)
      throw this.failure((found) => t('{0} is nested more than {1} levels deep', found, MAX_DEPTH), token);
    if (token === '{') return this.object(line, depth);
    if (token === '[') return this.list(line, depth);
    if (/^[}\],:]/.test(token))
      throw this.failure((shown) => t('{0} is not where a value has to be', shown), token);
    return { line, value: JSON.parse(token) as unknown, members: new Map(), items: [] };
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length)
      throw this.failure((shown) => t('{0} comes after the end', shown), this.text[this.at] ?? '', 0);
  }

  private object(line: number, depth: number): LocatedValue {
    const members = new Map<string, LocatedMember>();
    const value = Object.create(null) as Record<string, unknown>;
    for (let token = this.next(t('a key or }')); token !== '}' || members.size > 0;) {
      if (!token.startsWith('"'))
        throw this.failure((shown) => t('{0} is not a key in double quotes', shown), token);
      const key = JSON.parse(token) as string;
      const keyLine = this.line;
      if (members.has(key)) throw this.failure((shown) => t('{0} is there twice', shown), token);
      const colon = this.next(t('a colon'));
      if (colon !== ':')
        throw this.failure((shown) => t('{0} is not the colon that follows a key', shown), colon);
      const member = { ...this.value(depth + 1), keyLine };
      members.set(key, member);
      value[key] = member.value;
      const after = this.next(t('a comma or }'));
      if (after === '}') break;
      if (after !== ',')
        throw this.failure((shown) => t('{0} is not the comma or } that follows a value', shown), after);
      token = this.next(t('a key'));
    }
    return { line, value, members, items: [] };
  }

  private list(line: number, depth: number): LocatedValue {
    const items: LocatedValue[] = [];
    while (this.peek() !== ']' || items.length > 0) {
      items.push(this.value(depth + 1));
      const after = this.next(t('a comma or ]'));
      if (after === ']') return { line, value: items.map((item) => item.value), members: new Map(), items };
      if (after !== ',')
        throw this.failure((shown) => t('{0} is not the comma or ] that follows a value', shown), after);
    }
    this.next(']');
    return { line, value: [], members: new Map(), items };
  }

  private next(wanted: string): string {
    this.skipSpace();
    TOKEN.lastIndex = this.at;
    const token = TOKEN.exec(this.text)?.[0];
    if (token === undefined) {
      const found = this.text[this.at];
      if (found === undefined)
        throw this.failure(() => t('The text ends where {0} has to be', wanted), '', 0);
      if (found === '"')
        throw this.failure(
          (shown) => t('{0} begins a text that is not closed, or not well written', shown),
          found,
          0,
        );
      throw this.failure((shown) => t('{0} stands where {1} has to be', shown, wanted), found, 0);
    }
    this.at += token.length;
    return token;
  }

  private peek(): string | undefined {
    this.skipSpace();
    return this.text[this.at];
  }

  private skipSpace(): void {
    SPACE.lastIndex = this.at;
    const space = SPACE.exec(this.text)?.[0] ?? '';
    for (let index = space.indexOf('\n'); index >= 0; index = space.indexOf('\n', index + 1)) {
      this.line += 1;
      this.lineStart = this.at + index + 1;
    }
    this.at += space.length;
  }

  private failure(say: (shown: string) => string, found: string, back = found.length): JsonSyntaxError {
    const shown = found.startsWith('"') && found.length > 1 ? found : `"${found}"`;
    return new JsonSyntaxError(say(shown.slice(0, 60)), this.line, this.at - back - this.lineStart + 1);
  }
}
