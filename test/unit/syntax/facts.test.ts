import assert from 'node:assert/strict';
import { languageOf } from '../../../src/audit/language';
import { collectFacts } from '../../../src/audit/syntax/collect';
import type { FileFacts, FunctionFact } from '../../../src/audit/syntax/facts';
import { SourceParser } from '../../../src/audit/syntax/parser';
import { grammarDirectory } from './grammarDirectory';

describe('fact model', () => {
  let parser: SourceParser;

  before(async () => {
    parser = await SourceParser.load(grammarDirectory());
  });

  async function factsOf(path: string, text: string): Promise<FileFacts> {
    const known = languageOf(path);
    assert.ok(known);
    return collectFacts(await parser.parse(text, known.grammar), path, known.language);
  }

  function named(facts: FileFacts, name: string): FunctionFact {
    const fact = facts.functions.find((candidate) => candidate.name === name);
    assert.ok(fact, `no function ${name}`);
    return fact;
  }

  const callsOf = async (path: string, imports: string, calls: string): Promise<string[]> => {
    const isPython = path.endsWith('.py');
    const test = isPython ? `def test_it():\n    ${calls}\n` : `it('works', () => { ${calls} });`;
    const facts = await factsOf(path, `${imports}\n${test}`);
    const body = facts.tests[0]?.body;
    return facts.calls.filter((call) => call.function === body).map((call) => call.path);
  };

  const assertions: [string, string, string][] = [
    ["import { equal } from 'node:assert/strict';", 'equal(a, b)', 'assert.equal'],
    ["import { deepEqual as same } from 'assert';", 'same(a, b)', 'assert.deepEqual'],
    ["import t, { ok } from 'node:assert';", 't.equal(a, b)', 'assert.equal'],
    ["import t, { ok } from 'node:assert';", 'ok(a)', 'assert.ok'],
    ["import * as is from 'uvu/assert';", 'is.equal(a, b)', 'assert.equal'],
    ["import { strict as t } from 'node:assert';", 't.equal(a, b)', 'assert.equal'],
    ["const { ok: truly, equal } = require('assert');", 'truly(a)', 'assert.ok'],
    ["const { equal } = require('assert').strict;", 'equal(a, b)', 'assert.equal'],
    ["const same = require('node:assert').deepEqual;", 'same(a, b)', 'assert.deepEqual'],
    ["import assert from 'assert';\nconst { throws } = assert;", 'throws(a)', 'assert.throws'],
    ["import chai from 'chai';\nconst same = chai.assert.deepEqual;", 'same(a, b)', 'assert.deepEqual'],
    ["import { expect as e } from 'chai';", 'e(a).to.equal(b)', 'expect().to.equal'],
    ["import { equal } from './arithmetic';", 'equal(a, b)', 'equal'],
    ["import { ok } from './result';\nconst { equal } = lodash;", 'equal(ok(a))', 'equal'],
  ];
  for (const [imports, call, path] of assertions) {
    it(`reads ${call} with ${imports.replaceAll('\n', ' ')}`, async () => {
      assert.equal((await callsOf('a.test.js', imports, call))[0], path);
    });
  }

  it('reads assertions that a test takes out of its context', async () => {
    const facts = await factsOf(
      'a.test.js',
      "test('adds', ({ same: alike, end, context }) => { alike(a, b); context(); end(); });",
    );
    assert.deepEqual(
      facts.calls.map((call) => call.path),
      ['test', 't.same', 'context', 't.end'],
    );
  });

  it('reads assertions of nose', async () => {
    const imports = 'from nose.tools import eq_, ok_ as truly';
    assert.deepEqual(await callsOf('test_a.py', imports, 'eq_(a, b); truly(a)'), [
      'assert.equal',
      'assert.ok',
    ]);
  });

  it('names functions by what they are bound to', async () => {
    const facts = await factsOf(
      'a.ts',
      `function a() {}
const b = () => 1;
class C { d() {} e = async () => {}; get f() { return 1; } constructor() {} }
const o = { g() {}, h: function () {} };
exports.i = function () {};
run(() => {});`,
    );
    const seen = facts.functions.map((fact) => `${fact.name ?? '-'}:${fact.place}`);
    assert.deepEqual(seen, [
      'a:declaration', 'b:variable', 'd:method', 'e:method', 'f:method', 'constructor:method', 'g:objectMember',
      'h:objectMember', 'i:variable', '-:callback',
    ]); // prettier-ignore
    assert.equal(named(facts, 'e').isAsync, true);
    assert.equal(named(facts, 'f').isAccessor, true);
    assert.equal(named(facts, 'constructor').isConstructor, true);
  });

  it('reads parameters of both families', async () => {
    const typescript = named(
      await factsOf('a.ts', 'function f(this: X, a: number, { b, c: d }: O, e = 1, ...r: any[]) {}'),
      'f',
    );
    assert.deepEqual(
      typescript.parameters.map((parameter) => parameter.name),
      ['a', undefined, 'e', 'r'],
    );
    assert.deepEqual(typescript.parameters[1]?.destructured, ['b', 'd']);
    assert.equal(typescript.parameters[3]?.rest, true);
    const python = await factsOf(
      'a.py',
      'class A:\n    def f(self, a, b: int, c=1, d: int = 2, *args, k, **kw): pass\n    @staticmethod\n    def g(x): pass\n',
    );
    assert.deepEqual(
      named(python, 'f').parameters.map((parameter) => parameter.name),
      ['a', 'b', 'c', 'd', 'args', 'k', 'kw'],
    );
    assert.deepEqual(
      named(python, 'g').parameters.map((parameter) => parameter.name),
      ['x'],
    );
  });

  it('knows heritage, overrides and exports', async () => {
    const facts = await factsOf(
      'a.ts',
      `class A extends B implements C, D { override f() {} private g() {} }
export class E { h() {} private i() {} }
export const j: Handler = () => 1;
function k() {}
export { k };`,
    );
    assert.deepEqual(
      facts.classes.map((fact) => fact.bases),
      [['B', 'C', 'D'], []],
    );
    assert.equal(named(facts, 'f').constrained, true);
    assert.equal(named(facts, 'j').constrained, true);
    const exported = facts.functions.filter((fact) => fact.exported).map((fact) => fact.name);
    assert.deepEqual(exported, ['h', 'j', 'k']);
    const python = await factsOf(
      'a.py',
      '__all__ = ["f"]\ndef f(): pass\ndef g(): pass\nclass P(Protocol):\n    def h(self): ...\n    @overload\n    def i(self): ...\n',
    );
    assert.deepEqual(
      python.functions.filter((fact) => fact.exported).map((fact) => fact.name),
      ['f'],
    );
    assert.equal(python.classes[0]?.abstract, true);
    assert.equal(named(python, 'i').constrained, true);
  });

  it('reads handlers, their types and their comments', async () => {
    const facts = await factsOf(
      'a.py',
      `try:
    a()
except (KeyError, x.Error) as e:
    pass  # not there
except Exception:
    # a reason of some words
    pass
except:
    b()
    # at the end
c()
# about d
d()
`,
    );
    assert.deepEqual(
      facts.handlers.map((handler) => handler.types),
      [['KeyError', 'x.Error'], ['Exception'], []],
    );
    assert.deepEqual(
      facts.handlers.map((handler) => handler.broad),
      [false, true, true],
    );
    assert.deepEqual(
      facts.handlers.map((handler) => handler.statements.length),
      [0, 0, 1],
    );
    assert.deepEqual(
      facts.handlers.map((handler) => handler.comments.map((comment) => comment.text)),
      [['not there'], ['a reason of some words'], ['at the end']],
    );
  });

  it('attaches comments to what they are about', async () => {
    const facts = await factsOf(
      'a.ts',
      `// first
// second
const a = 1; // beside a

// far away

const b = 2;
/** about f */
export function f() {
  return { c: 3 }; // beside c
}`,
    );
    const attached = facts.comments.map((comment) => comment.attachedTo?.text.slice(0, 9));
    assert.deepEqual(attached, ['const a =', 'const a =', 'const a =', undefined, 'export fu', 'c: 3']);
    assert.deepEqual(
      named(facts, 'f').comments.map((comment) => comment.text),
      ['about f', 'beside c'],
    );
  });

  it('finds tests and their titles', async () => {
    const javascript = await factsOf(
      'a.test.ts',
      `describe('all', () => { it('one', () => {}); test.each([1])('two %i', async (n) => {}); it.skip(\`three\`, function () {}); });
regex.test('no', () => {});`,
    );
    assert.deepEqual(
      javascript.tests.map((test) => test.title),
      ['one', 'two %i', 'three'],
    );
    assert.equal(javascript.role, 'test');
    const python = await factsOf(
      'test_a.py',
      'def test_one(): pass\nclass TestA:\n    def test_two(self): pass\n    def help(self): pass\nclass B(unittest.TestCase):\n    def test_three(self): pass\nclass C:\n    def test_connection(self): pass\n',
    );
    assert.deepEqual(
      python.tests.map((test) => test.title),
      ['test_one', 'test_two', 'test_three'],
    );
  });

  it('reads imports and calls with their dotted paths', async () => {
    const facts = await factsOf(
      'a.js',
      `import a, { b as c } from 'm'; const d = require('n'); a.b[0].c(1).d(...x); new E(1);`,
    );
    assert.deepEqual(
      facts.imports.map((fact) => fact.module),
      ['m', 'n'],
    );
    assert.deepEqual(
      facts.calls.map((call) => call.path),
      ['require', 'a.b[].c().d', 'a.b[].c', 'E'],
    );
    const python = await factsOf('a.py', 'from .x import y as z\nimport a.b\nf(1, key=2)\n');
    assert.deepEqual(
      python.imports.map((fact) => fact.module),
      ['.x', 'a.b'],
    );
    assert.deepEqual([...(python.calls[0]?.keywords.keys() ?? [])], ['key']);
    assert.equal(python.calls[0]?.arguments.length, 1);
  });

  it('gives calls, returns and throws to the innermost function', async () => {
    const facts = await factsOf('a.ts', 'function a() { x(); const b = () => { y(); throw z; }; return b; }');
    assert.deepEqual(
      named(facts, 'a').calls.map((call) => call.path),
      ['x'],
    );
    assert.equal(named(facts, 'a').returns.length, 1);
    assert.equal(named(facts, 'a').throws.length, 0);
    assert.equal(named(facts, 'b').throws.length, 1);
    assert.equal(named(facts, 'b').enclosing, named(facts, 'a'));
  });
});
