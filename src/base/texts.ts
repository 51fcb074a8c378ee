/** Texts of a language, by the English ones; `{0}` in them stands for the first value. */
type Translations = Readonly<Record<string, string>>;
type Value = string | number;

interface Language {
  language: string;
  texts: Translations;
}

const SILENT: Language = { language: 'en', texts: {} };
let spoken = SILENT;

/** To be called once, before `t`. The command line never does: it is English. */
export function speak(language: string, texts: Translations | undefined): void {
  spoken = texts ? { language, texts } : SILENT;
}

/** For a page, which is to speak the same. `language` is that of `texts`, which is not the editor's where there are none in that. */
export function whatIsSpoken(): Language {
  return spoken;
}

/** The text in the language that is spoken, for people; with `{0}`, `{1}` ... filled in. */
export function t(text: string, ...values: Value[]): string {
  return filled(spoken.texts[text] ?? text, values);
}

/** As `t`, with the number as `{0}`. A language of more than two forms has them as `OTHER (few)` and the like. */
export function plural(number: number, one: string, other: string, ...more: Value[]): string {
  const { language, texts } = spoken;
  const form = new Intl.PluralRules(language).select(number);
  const own = form === 'one' ? texts[one] : texts[`${other} (${form})`];
  const text = own ?? (form === 'one' && number === 1 ? one : (texts[other] ?? other));
  return filled(text, [grouped(number), ...more]);
}

/** Numbers as people read them. */
export function grouped(number: number, options: Intl.NumberFormatOptions = {}): string {
  const { language } = spoken;
  return number.toLocaleString(language, options);
}

/** For dates: the way of the country to which the machine is set, where that speaks the language. */
export function locale(): string {
  const own = Intl.DateTimeFormat().resolvedOptions().locale;
  return own.split('-', 1)[0] === spoken.language.split('-', 1)[0] ? own : spoken.language;
}

function filled(text: string, values: readonly Value[]): string {
  return text.replace(/\{(\d+)\}/g, (placeholder, index: string) =>
    String(values[Number(index)] ?? placeholder),
  );
}

/** Milliseconds in the language that is spoken: `12 ms`, `3.4 s`. */
export function durationWords(milliseconds: number): string {
  if (milliseconds < 1000) return t('{0} ms', Math.round(milliseconds));
  return t('{0} s', grouped(milliseconds / 1000, { minimumFractionDigits: 1, maximumFractionDigits: 1 }));
}

type Counted = 'file' | 'container' | 'image' | 'finding' | 'consent' | 'sandbox';

/** "1 file" or "3 files" in the user's language; whole phrases, because languages count in different ways. */
export function countOf(number: number, what: Counted): string {
  switch (what) {
    case 'file':
      return plural(number, '1 file', '{0} files');
    case 'container':
      return plural(number, '1 container', '{0} containers');
    case 'image':
      return plural(number, '1 image', '{0} images');
    case 'finding':
      return plural(number, '1 finding', '{0} findings');
    case 'consent':
      return plural(number, '1 consent', '{0} consents');
    case 'sandbox':
      return plural(number, '1 sandbox', '{0} sandboxes');
  }
}
