type Call = (...values: unknown[]) => unknown;
type Assertion = Record<string, Call | Record<string, Call> | undefined>;

/** Matchers that vitest and jest share, with a value each of them must refuse. */
const REFUSED: [name: string, value: unknown, ...expected: unknown[]][] = [
  ['toBe', 1, 2],
  ['toEqual', { a: 1 }, { a: 2 }],
  ['toStrictEqual', { a: 1 }, { a: 2 }],
  ['toMatchObject', { a: 1 }, { a: 2 }],
  ['toBeTruthy', 0],
  ['toBeFalsy', 1],
  ['toBeDefined', undefined],
  ['toBeUndefined', 1],
  ['toBeNull', 1],
  ['toBeNaN', 1],
  ['toBeGreaterThan', 1, 2],
  ['toBeGreaterThanOrEqual', 1, 2],
  ['toBeLessThan', 2, 1],
  ['toBeLessThanOrEqual', 2, 1],
  ['toBeCloseTo', 1, 2],
  ['toContain', [1], 2],
  ['toContainEqual', [{ a: 1 }], { a: 2 }],
  ['toHaveLength', [1], 2],
  ['toHaveProperty', {}, 'a'],
  ['toMatch', 'a', /b/],
  ['toBeInstanceOf', {}, Map],
  ['toThrow', () => undefined],
];

/**
 * The name of a matcher of `expect` that lets a value through which it must refuse; undefined when all hold, and where
 * `expect` is not vitest's or jest's.
 */
export async function leakyMatcher(expect: unknown): Promise<string | undefined> {
  if (typeof expect !== 'function') return undefined;
  const on = (value: unknown): Assertion => (expect as (value: unknown) => Assertion)(value);
  if (typeof on(1)['toBe'] !== 'function') return undefined;
  for (const [name, value, ...expected] of REFUSED)
    if (!(await refuses(() => (on(value)[name] as Call)(...expected)))) return name;
  for (const name of ['toBe', 'toEqual', 'toStrictEqual'])
    if (!(await refuses(() => (on(1)['not'] as Record<string, Call>)[name]?.(1)))) return `not.${name}`;
  if (!(await refuses(() => (on(Promise.resolve(1))['resolves'] as Record<string, Call>)['toBe']?.(2))))
    return 'resolves';
  return (await refuses(() => (on(Promise.resolve(1))['rejects'] as Record<string, Call>)['toBe']?.(1)))
    ? undefined
    : 'rejects';
}

async function refuses(check: () => unknown): Promise<boolean> {
  try {
    await check();
    return false;
  } catch {
    return true;
  }
}
