import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import type { MutatedSource } from '../../../src/audit/mutation/mutants';
import { analyzeSource } from '../../../src/audit/syntax/analyzeSource';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { grammarDirectory } from '../syntax/grammarDirectory';

describe('mutants of a file', () => {
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  async function mutated(path: string, text: string): Promise<MutatedSource | undefined> {
    return (await analyzeSource(parser, { path, text, switchName: 'awake' })).mutated;
  }

  /** Runs `expression` over the module with one mutant awake; its functions are what it declares. */
  function evaluate({ text }: MutatedSource, active: number, expression: string): unknown {
    const compare = (id: number, operator: string, left: number, right: number): boolean => {
      const isSame = left === right;
      const isInclusive = operator.endsWith('=') !== (id === active);
      return (operator.startsWith('<') ? left < right : left > right) || (isInclusive && isSame);
    };
    const awake = Object.assign((id: number) => id === active, { compare, any: () => 'anything' });
    return runInNewContext(`(() => { ${text}\nreturn ${expression}; })()`, { awake });
  }

  const SCRIPT = `'use strict';
function grade(points, log) {
  log.push(points);
  if (points < 0) return 'none';
  return points > 50 ? 'pass' : 'fail';
}
const double = (x) => x * 2;
const make = (x) => ({ x });
`;

  it('change nothing while they are asleep', async () => {
    const source = (await mutated('a.js', SCRIPT)) as MutatedSource;
    const results = '[grade(-1, []), grade(50, []), grade(51, []), double(4), make(1).x]';
    assert.deepEqual([...(evaluate(source, 0, results) as unknown[])], ['none', 'fail', 'pass', 8, 1]);
    assert.equal(source.text.split('\n').length, SCRIPT.split('\n').length);
  });

  it('change one thing each, as they say', async () => {
    const source = (await mutated('a.js', SCRIPT)) as MutatedSource;
    const log: string[] = [];
    for (const { id, line, change } of source.mutants) {
      const seen = evaluate(
        source,
        id,
        "(() => { const log = []; return [grade(0, log), grade(51, log), log.length, double(4), make(1)?.x].join(' '); })()",
      );
      log.push(`${line} ${change}: ${String(seen)}`);
    }
    assert.equal(log[0], '2 it returns an empty string:   0 8 1');
    assert.equal(log[1], '7 it returns 0: fail pass 2 0 1');
    const has = (text: string): boolean => log.some((entry) => entry.includes(text));
    assert.ok(has('3 the call `log.push(points)` is left out: fail pass 0 8 1'), log.join('\n'));
    assert.ok(has('4 the condition `points < 0` is negated: none none 2 8 1'), log.join('\n'));
    assert.ok(has('4 `points < 0` is decided with <=: none pass 2 8 1'), log.join('\n'));
    assert.ok(has('8 it returns an object that equals nothing: fail pass 2 8 '), log.join('\n'));
  });

  it('take turns over the functions, the whole body first', async () => {
    const { mutants } = (await mutated('a.js', SCRIPT)) as MutatedSource;
    assert.deepEqual(
      mutants.slice(0, 6).map((mutant) => [mutant.function, mutant.round]),
      [[0, 0], [1, 0], [2, 0], [0, 1], [1, 1], [2, 1]],
    ); // prettier-ignore
  });

  it('leave out what could not be noticed, or would break everything', async () => {
    const names = async (path: string, text: string) =>
      (await mutated(path, text))?.functions.map(({ name }) => name);
    assert.deepEqual(await names('a.js', 'function empty() {}\nfunction logs() { console.log(1); }\n'), []);
    assert.deepEqual(await names('a.js', 'class A extends B { constructor() { super(); } }\n'), []);
    assert.deepEqual(await names('a.py', 'class A:\n    def __repr__(self):\n        return "A"\n'), []);
    const constant = (await mutated(
      'a.ts',
      'export function none(): string[] {\n  return [];\n}\n',
    )) as MutatedSource;
    assert.deepEqual(
      constant.mutants.map(({ change }) => change),
      ['it returns an object that equals nothing'],
    );
  });

  it('keep Python in its layout', async () => {
    const text =
      'def f(a):\n    """Doc."""\n    if a < 1: return 0\n    return a\n\ndef g(a): return a\nh = lambda a: a\n';
    const source = (await mutated('a.py', text)) as MutatedSource;
    assert.deepEqual(
      source.functions.map(({ name }) => name),
      ['f', 'g', 'h'],
    );
    assert.match(
      source.text,
      /^ {4}if awake\(1\): return None\n {4}if awake\(2\): return awake\.any\(\)\n {4}if \(awake\(3\) == /m,
    );
    assert.match(source.text, /^def g\(a\): return \(None if awake\(\d+\) else /m);
  });

  it('are not built into a file that can not be read, or that knows the switch', async () => {
    assert.equal(await mutated('a.js', 'function f( { return 1; }\n'), undefined);
    assert.equal(await mutated('a.js', 'function f() { return awake; }\n'), undefined);
  });

  it('bring along what comments set aside of a function, with the reason, and nothing of a comment without one', async () => {
    const source = await mutated(
      'src/a.js',
      [
        '// seaworthy-ignore MT01, TH08: the nightly run compares it',
        'export function f(a) {\n  return a + 1;\n}',
        '// seaworthy-ignore MT02',
        'export function g(a) {\n  return a + 2;\n}',
        '',
      ].join('\n'),
    );
    assert.deepEqual(
      source?.functions.map(({ name, ignored }) => [name, ignored]),
      [
        ['f', { MT01: 'the nightly run compares it' }],
        ['g', undefined],
      ],
    );
  });
});
