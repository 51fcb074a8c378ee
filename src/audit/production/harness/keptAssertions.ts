/** Methods that assertions of the usual libraries are called by, each of which outlives any honest compiler. */
const METHODS =
  'toBe|toEqual|toStrictEqual|toMatchObject|toBeTruthy|toBeFalsy|toBeDefined|toBeUndefined|toBeNull|toBeNaN|toBeGreaterThan|' +
  'toBeGreaterThanOrEqual|toBeLessThan|toBeLessThanOrEqual|toBeCloseTo|toContain|toContainEqual|toHaveLength|toHaveProperty|' +
  'toMatch|toBeInstanceOf|toThrow|toThrowError|toMatchSnapshot|toMatchInlineSnapshot|toHaveBeenCalled|toHaveBeenCalledWith|' +
  'toHaveBeenCalledTimes|equal|notEqual|deepEqual|notDeepEqual|strictEqual|notStrictEqual|deepStrictEqual|' +
  'notDeepStrictEqual|ok|throws|rejects|doesNotThrow|doesNotReject|doesNotMatch|eql|isTrue|isFalse|include|lengthOf|property';

/** Comments and strings, whose content calls nothing; what is left of templates and expressions is only counted too low. */
const NO_CODE = /\/\*[\s\S]*?\*\/|\/\/[^\n]*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g;

/**
 * A method of assertions that a test file calls more often than what was made of it does; undefined when none was lost. A
 * compiler may rename what is imported, but not what is called on it.
 */
export function lostAssertion(source: string, compiled: string): string | undefined {
  const calls = new RegExp(`\\.(${METHODS})\\s*\\(`, 'g');
  const wanted = new Map<string, number>();
  for (const [, name = ''] of source.replace(NO_CODE, '""').matchAll(calls))
    wanted.set(name, (wanted.get(name) ?? 0) + 1);
  for (const [name, count] of wanted) {
    const found = compiled.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
    if (found < count) return name;
  }
  return undefined;
}

/** What is written of a test file that was run as something else. */
export function describeLost(name: string, file: string): string {
  return `the configuration compiles ${file} into something without all of its assertions (${name})`;
}
