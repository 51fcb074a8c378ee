// Built from code points so that this file itself holds no invisible characters.
const ESCAPE = String.fromCharCode(0x1b);
const BELL = String.fromCharCode(0x07);
const TERMINAL_SEQUENCE = new RegExp(
  `${ESCAPE}(?:\\[[0-?]*[ -/]*[@-~]|\\][^${BELL}${ESCAPE}\\n]*(?:${BELL}|${ESCAPE}\\\\)?|[@-Z\\\\-_])`,
  'g',
);
/**
 * Control characters but tab and newline, the marks that make text read in another order than it is stored, and
 * characters that show nothing or are none: halves of pairs, the soft hyphen, the zero-width space, the byte order mark and the tags.
 */
const UNSAFE =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Text from audited code made safe to show: no terminal sequences, control characters or reordering marks. */
export function plainText(text: string): string {
  return text
    .replace(/\r\n?|[\u0085\u2028\u2029]/g, '\n')
    .replace(TERMINAL_SEQUENCE, '')
    .replace(UNSAFE, (character) => (character === '\n' || character === '\t' ? character : ''));
}

/** A piece of a line without control characters but tabs, and without what reorders it or shows nothing. */
export function withoutControls(piece: string): string {
  return piece.replace(UNSAFE, (character) => (character === '\t' ? character : ''));
}

/** JSON that is safe to print as well: characters that could steer a terminal or reorder a line are escaped. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).replace(UNSAFE, (character) =>
    character === '\n'
      ? character
      : Array.from(
          { length: character.length },
          (_unit, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
        ).join(''),
  );
}

/** Text for the editor's messages, which make links, of commands too, from `[words](address)`. */
export function withoutLinks(text: string): string {
  return text.replaceAll('](', '] (');
}

/** The first line, shortened to `length` characters, safe to show. */
export function oneLine(text: string, length: number): string {
  const line = plainText(text).trim().split('\n', 1)[0] ?? '';
  return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}

/** With a capital first letter. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `1 finding`, `2 findings`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Milliseconds as people read them: `12 ms`, `3.4 s`. */
export function duration(milliseconds: number): string {
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** As JSON with the keys in order, so that the same content is the same text; empty where JSON has no text for it. */
export function sortedJson(value: unknown): string {
  return (
    JSON.stringify(value, (_key, each: unknown) =>
      typeof each === 'object' && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ) ?? ''
  );
}
