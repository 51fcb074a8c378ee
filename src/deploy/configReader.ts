import { JsonSyntaxError, parseLocatedJson } from '../base/locatedJson';
import type { LocatedMember, LocatedValue } from '../base/locatedJson';
import { oneLine } from '../base/text';
import type { ConfigProblem } from './project';

const MAX_ENTRIES = 200;
const MAX_TEXT = 1000;
const CONTROL = /\p{Cc}/u;

/** Reads the values of one file and collects what is wrong with them, with the key and its line. */
export class ConfigReader {
  readonly problems: ConfigProblem[] = [];

  constructor(private readonly file: string) {}

  /** The object that a text holds. Undefined, with the problem told, when it holds none. */
  parse(text: string): LocatedValue | undefined {
    try {
      const root = parseLocatedJson(text);
      if (isObject(root)) return root;
      this.tell(root.line, 'the file must hold an object in braces');
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      this.tell(error.line, `column ${error.column}: ${oneLine(error.message, 200)}`);
    }
    return undefined;
  }

  /** The members of an object; none, with the problem told, of what is no object. */
  members(value: LocatedValue | undefined, key: string): readonly [string, LocatedMember][] {
    if (value === undefined) return [];
    if (!isObject(value)) {
      this.tell(value.line, `${key}: must be an object in braces`);
      return [];
    }
    if (value.members.size > MAX_ENTRIES) this.tell(value.line, `${key}: more than ${MAX_ENTRIES} entries`);
    return [...value.members].slice(0, MAX_ENTRIES);
  }

  /** Whether it is an object; if not, and of every key that is not among `known`, the problem is told. */
  isObjectOf(known: readonly string[], value: LocatedValue, key: string): boolean {
    for (const [name, { keyLine }] of this.members(value, key))
      if (!known.includes(name))
        this.tell(keyLine, `${joined(key, name)}: is not known here; there are ${known.join(', ')}`);
    return isObject(value);
  }

  /** A text of one line. `wrong` gives what is wrong with it, if anything. */
  text(
    object: LocatedValue,
    key: string,
    name: string,
    wrong?: (text: string) => string | undefined,
  ): string | undefined {
    const member = object.members.get(name);
    return member && this.oneText(member, joined(key, name), wrong);
  }

  texts(
    object: LocatedValue,
    key: string,
    name: string,
    wrong?: (text: string) => string | undefined,
  ): string[] | undefined {
    const member = object.members.get(name);
    if (!member) return undefined;
    const where = joined(key, name);
    if (!Array.isArray(member.value)) {
      this.tell(member.keyLine, `${where}: must be a list of texts in brackets`);
      return undefined;
    }
    if (member.items.length > MAX_ENTRIES) this.tell(member.keyLine, `${where}: more than ${MAX_ENTRIES}`);
    return member.items.slice(0, MAX_ENTRIES).flatMap((item, index) => {
      const text = this.oneText(item, `${where}[${index}]`, wrong);
      return text === undefined ? [] : [text];
    });
  }

  truth(object: LocatedValue, key: string, name: string): boolean | undefined {
    const member = object.members.get(name);
    if (member === undefined || typeof member.value === 'boolean')
      return member?.value as boolean | undefined;
    this.tell(member.keyLine, `${joined(key, name)}: must be true or false`);
    return undefined;
  }

  tell(line: number, message: string): void {
    this.problems.push({ file: this.file, line, message });
  }

  private oneText(
    { value, line }: LocatedValue,
    where: string,
    wrong: ((text: string) => string | undefined) | undefined,
  ): string | undefined {
    const why = typeof value === 'string' ? (wrongText(value) ?? wrong?.(value)) : 'must be a text in quotes';
    if (why === undefined) return value as string;
    this.tell(line, `${where}: ${why}`);
    return undefined;
  }
}

/** `shop.path`; a key that is no plain word in quotes. */
export function joined(key: string, name: string): string {
  const shown = /^[\w-]+$/.test(name) ? name : JSON.stringify(oneLine(name, 60));
  return key === '' ? shown : `${key}.${shown}`;
}

function wrongText(text: string): string | undefined {
  if (text.trim() === '') return 'must not be empty';
  if (CONTROL.test(text)) return 'must not hold line breaks or other control characters';
  return text.length > MAX_TEXT ? `must not be longer than ${MAX_TEXT} characters` : undefined;
}

function isObject({ value }: LocatedValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
