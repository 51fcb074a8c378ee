/** A test or a suite of a file that is to be run. */
export interface ChosenTest {
  /** As reports name it: the names of the suites around it and its own, joined with ` > `. */
  name: string;
  isSuite: boolean;
  /** Its name has places that are filled in when it is run, as those of `test.each`. */
  isTemplate: boolean;
}

/**
 * What tests of the harness are called, and what is in a suite of such a name: they are run whatever is chosen. Mocha puts the
 * name of the suite around a test before it, and a space, even where that is empty.
 */
const OF_HARNESS = ' ?[0-9a-f]{16}(?: [\\s\\S]*)?';
const ANYTHING = '[\\s\\S]*';
/** What the functions of `test.each` fill in. */
const PLACEHOLDER = /%[sdifjoOpc#$]|\$(?:\{[^}]*\}|[\w.#]+)/;

/**
 * A regular expression, for JavaScript and Python, of the names that tests have where one of `chosen` is to be run. Parts of
 * a name may be joined with a space, as runners do, or as reports do.
 */
export function patternOf(chosen: readonly ChosenTest[]): string {
  return `^(?:${[OF_HARNESS, ...chosen.map(namePattern)].join('|')})$`;
}

/** Whether a report's name of a test is one of those that were chosen. */
export function isChosen(name: string, chosen: readonly ChosenTest[]): boolean {
  return chosen.some((one) => new RegExp(`^${namePattern(one)}$`).test(name));
}

function namePattern({ name, isSuite, isTemplate }: ChosenTest): string {
  const parts = name
    .split(' > ')
    .map((part) => (isTemplate ? part.split(PLACEHOLDER) : [part]).map(escaped).join(ANYTHING));
  // Python's parameters stand in brackets behind the name.
  return `${parts.join('(?: > | )')}${isSuite ? `(?: ${ANYTHING})?` : `(?:\\[${ANYTHING}\\])?`}`;
}

function escaped(text: string): string {
  return text.replace(/[!-/:-@[-^`{-~]/g, '\\$&');
}
