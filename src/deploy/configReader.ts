import { JsonSyntaxError, parseLocatedJson } from '../base/locatedJson';
import type { LocatedMember, LocatedValue } from '../base/locatedJson';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
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
      this.tell(root.line, t('the file must hold an object in braces'));
    } catch (error) {
      if (!(error instanceof JsonSyntaxError)) throw error;
      this.tell(error.line, t('column {0}: {1}', error.column, oneLine(error.message, 200)));
    }
    return undefined;
  }

  /** The members of an object; none, with the problem told, of what is no object. */
  members(value: LocatedValue | undefined, key: string): readonly [string, LocatedMember][] {
    if (value === undefined) return [];
    if (!isObject(value)) {
      this.tell(value.line, t('{0}: must be an object in braces', key));
      return [];
    }
    if (value.members.size > MAX_ENTRIES)
      this.tell(value.line, t('{0}: more than {1} entries', key, MAX_ENTRIES));
    return [...value.members].slice(0, MAX_ENTRIES);
  }

  /** Whether it is an object; if not, and of every key that is not among `known`, the problem is told. */
  isObjectOf(known: readonly string[], value: LocatedValue, key: string): boolean {
    for (const [name, { keyLine }] of this.members(value, key))
      if (!known.includes(name))
        this.tell(keyLine, t('{0}: is not known here; there are {1}', joined(key, name), known.join(', ')));
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
    return member && this.textsOf(member, member.keyLine, joined(key, name), wrong);
  }

  truth(object: LocatedValue, key: string, name: string): boolean | undefined {
    const member = object.members.get(name);
    if (member === undefined || typeof member.value === 'boolean')
      return member?.value as boolean | undefined;
    this.tell(member.keyLine, t('{0}: must be true or false', joined(key, name)));
    return undefined;
  }

  /** A whole number in a range. */
  whole(
    object: LocatedValue,
    key: string,
    name: string,
    { low, high }: { low: number; high: number },
  ): number | undefined {
    const member = object.members.get(name);
    if (!member) return undefined;
    const { value } = member;
    if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) return value;
    this.tell(member.keyLine, t('{0}: must be a whole number from {1} to {2}', joined(key, name), low, high));
    return undefined;
  }

  choice<T extends string>(
    object: LocatedValue,
    key: string,
    name: string,
    known: readonly T[],
  ): T | undefined {
    const member = object.members.get(name);
    const chosen = known.find((each) => each === member?.value);
    if (member && chosen === undefined)
      this.tell(member.keyLine, t('{0}: must be one of {1}', joined(key, name), known.join(', ')));
    return chosen;
  }

  /** An object of which every key is known; undefined, with the problem told, for what is none. */
  object(
    object: LocatedValue,
    key: string,
    name: string,
    known: readonly string[],
  ): LocatedMember | undefined {
    const member = object.members.get(name);
    return member && this.isObjectOf(known, member, joined(key, name)) ? member : undefined;
  }

  /** A program and its arguments. */
  command(object: LocatedValue, key: string, name: string): string[] | undefined {
    const member = object.members.get(name);
    if (!member) return undefined;
    const words = this.texts(object, key, name);
    if (!words || this.isWhole(member, words, joined(key, name))) return words;
    return undefined;
  }

  /** One program with its arguments, or several, each in brackets of its own; empty brackets are none. */
  commands(object: LocatedValue, key: string, name: string): string[][] | undefined {
    const member = object.members.get(name);
    if (Array.isArray(member?.value) && member.items.length === 0) return [];
    if (!member?.items.some(({ value }) => Array.isArray(value))) {
      const one = this.command(object, key, name);
      return one && [one];
    }
    const where = joined(key, name);
    if (member.items.length > MAX_ENTRIES)
      this.tell(member.keyLine, t('{0}: more than {1}', where, MAX_ENTRIES));
    const all = member.items.slice(0, MAX_ENTRIES).map((item, index) => {
      const place = `${where}[${index}]`;
      const words = this.textsOf(item, item.line, place);
      return words && this.isWhole(item, words, place) ? words : undefined;
    });
    return all.filter((words) => words !== undefined);
  }

  tell(line: number, message: string): void {
    this.problems.push({ file: this.file, line, message });
  }

  private textsOf(
    list: LocatedValue,
    line: number,
    where: string,
    wrong?: (text: string) => string | undefined,
  ): string[] | undefined {
    if (!Array.isArray(list.value)) {
      this.tell(line, t('{0}: must be a list of texts in brackets', where));
      return undefined;
    }
    if (list.items.length > MAX_ENTRIES) this.tell(line, t('{0}: more than {1}', where, MAX_ENTRIES));
    return list.items.slice(0, MAX_ENTRIES).flatMap((item, index) => {
      const text = this.oneText(item, `${where}[${index}]`, wrong);
      return text === undefined ? [] : [text];
    });
  }

  /** Of a command with a word that can't be understood, the rest would be another command. */
  private isWhole({ items, line }: LocatedValue, words: readonly string[], where: string): boolean {
    if (items.length === 0) this.tell(line, t('{0}: needs a program', where));
    return words.length > 0 && words.length === items.length;
  }

  private oneText(
    { value, line }: LocatedValue,
    where: string,
    wrong: ((text: string) => string | undefined) | undefined,
  ): string | undefined {
    const why =
      typeof value === 'string' ? (wrongText(value) ?? wrong?.(value)) : t('must be a text in quotes');
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
  if (text.trim() === '') return t('must not be empty');
  if (CONTROL.test(text)) return t('must not hold line breaks or other control characters');
  return text.length > MAX_TEXT ? t('must not be longer than {0} characters', MAX_TEXT) : undefined;
}

function isObject({ value }: LocatedValue): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
