/** Every identifier is looked at by several rules, and the same ones come again and again. */
const KNOWN_WORDS = new Map<string, readonly string[]>();
const MAX_KNOWN = 5000;

/** The words of an identifier in lower case: `calculateHTTPScore_v2` gives calculate, http, score, v2. */
export function wordsOf(name: string): readonly string[] {
  const known = KNOWN_WORDS.get(name);
  if (known) return known;
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase());
  if (KNOWN_WORDS.size >= MAX_KNOWN) KNOWN_WORDS.clear();
  // Copied: a piece of a text keeps all of the text in memory.
  KNOWN_WORDS.set(Buffer.from(name).toString(), words);
  return words;
}
