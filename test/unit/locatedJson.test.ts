import assert from 'node:assert/strict';
import { parseLocatedJson } from '../../src/base/locatedJson';

/** The same as `JSON.parse` gives; `undefined` for what is no JSON. */
function parsed(parse: (text: string) => unknown, text: string): string | undefined {
  try {
    return JSON.stringify(parse(text));
  } catch {
    return undefined;
  }
}

describe('JSON with lines', () => {
  it('reads what JSON.parse reads, and refuses what it refuses', () => {
    const whole = '{"a":[1,-2.5e3,"x\\u0041\\n"],"b":{"c":null,"d":[true,false,{}]},"e":"","f":[]}';
    const pieces = [
      '',
      '"',
      ',',
      '{',
      '}',
      '[',
      ']',
      '1',
      '-',
      '\\',
      ' ',
      '\n',
      '\t',
      ':',
      'nul',
      '\u0001',
      'é',
    ];
    let refused = 0;
    for (let at = 0; at <= whole.length; at += 1)
      for (const piece of pieces)
        for (const cut of [0, 1, 3]) {
          const text = whole.slice(0, at) + piece + whole.slice(at + cut);
          const wanted = parsed(JSON.parse, text);
          const got = parsed((each) => parseLocatedJson(each).value, text);
          // A key that is there twice is the one thing that is refused besides.
          if (got === undefined && wanted !== undefined)
            assert.throws(() => parseLocatedJson(text), /is there twice/, text);
          else assert.equal(got, wanted, text);
          if (wanted === undefined) refused += 1;
        }
    assert.ok(refused > 1000);
  });

  it('knows the line of every key and value', () => {
    const root = parseLocatedJson('{\r\n "a":\n  [1,\n   2],\n "b": {}}');
    const a = root.members.get('a');
    assert.deepEqual([a?.keyLine, a?.line, a?.items.map(({ line }) => line)], [2, 3, [3, 4]]);
    assert.equal(root.members.get('b')?.keyLine, 5);
  });
});
