import type { CallFact, FileFacts, TestFact } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import { testPath } from '../syntax/testPath';
import { mentions } from '../syntax/values';
import { admissionIn } from './admission';
import { helpersByName, reachesAssertion } from './assertions';
import { RESULT_NAME, unusedResult } from './droppedResult';
import { callsWithin, isInertCall, isLogCall } from './effects';

export const noAssertion: Rule = {
  id: 'TT01',
  name: 'no-assertion',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'A test reaches no assertion, so that only a crash can make it fail.',
  bad: [
    {
      grammar: 'typescript',
      path: 'sum.test.ts',
      code: `
»it('adds', () => {
  const result = add(1, 2);
  console.log(result);
});
»test('works', async () => {});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
»def test_adds():
    result = add(1, 2)
    print(result)

class TestSum(unittest.TestCase):
»    def test_nothing(self):
        pass
`,
    },
    {
      grammar: 'javascript',
      path: 'sum.test.js',
      code: `
»test('adds', () => { add(1, 2); });
»test('adds more', () => { add(1, 2, 3); });`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'sum.test.ts',
      code: `
import { expectSum } from './support';
function compareSum(actual) { inner(actual); }
function inner(actual) { expect(actual).toBe(3); }
it('adds', () => { compareSum(add(1, 2)); });
it('adds again', () => { expectSum(1, 2); });
it('answers', () => request(app).get('/').expect(200));
it('is true', () => { add(1, 2).should.equal(3); });
it('throws', () => { if (add(1, 2) !== 3) throw new Error('wrong'); });

it('calls back', (done) => { add(1, 2, done); });`,
    },
    {
      grammar: 'javascript',
      path: 'total.test.js',
      code: `
const { equal: same } = require('node:assert');
test('adds', ({ same: alike, end }) => { alike(add(1, 2), 3); end(); });
test('sums', () => { same(add(1, 2), 3); });`,
    },
    {
      grammar: 'javascript',
      path: 'logger.test.js',
      code: `
const { match } = require('./helper');
test('writes a level', async () => {
  const stream = sink();
  const logger = create(stream);
  logger.info('hello');
  match(await once(stream), { level: 'info' });
});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def compare(value):
    assert value == 3

def test_adds():
    compare(add(1, 2))

def test_raises():
    with pytest.raises(ValueError):
        add("a", 1)

def test_calls(sender):
    notify(sender)
    sender.send.assert_called_once()

@pytest.mark.skip(reason="needs a database")
def test_later():
    pass
`,
    },
    {
      grammar: 'typescript',
      path: 'cart/total.test.ts',
      code: `
import { totals } from './steps';
it('adds up', () => { totals([1, 2]); });`,
      others: [
        { path: 'cart/steps.ts', code: `export { totals } from './test-support/totals';` },
        {
          path: 'cart/test-support/totals.ts',
          code: `import { same } from './same';\nexport const totals = (list: number[]) => same(sum(list), 3);`,
        },
        {
          path: 'cart/test-support/same.ts',
          code: `export function same(a: number, b: number) { expect(a).toBe(b); }`,
        },
      ],
    },
    {
      grammar: 'python',
      path: 'tests/test_cart.py',
      code: `
from .base import CartTestBase

class TestCart(CartTestBase):
    def test_adds(self):
        self.totals([1, 2])
`,
      others: [
        {
          path: 'tests/base.py',
          code: `class CartTestBase:\n    def totals(self, items):\n        assert sum(items) == 3\n`,
        },
      ],
    },
  ],
  *check(facts) {
    const helpers = helpersByName(facts);
    const tests = facts.tests.filter((test) => !isSkipped(test, facts));
    const unchecked = tests.filter((test) => !receivesDone(test) && !reachesAssertion(test, facts, helpers));
    // One test without an assertion may be a smoke test; a file of nothing else checks nothing.
    const isWholeFile = unchecked.length === tests.length;
    for (const test of unchecked) {
      const name = testPath(test, facts);
      yield { ...observe(test, facts, isWholeFile), ...(name === undefined ? {} : { test: name }) };
    }
  },
};

function observe(test: TestFact, facts: FileFacts, isWholeFile: boolean): Observation {
  const range = test.node;
  const name = `Test "${test.title.slice(0, 80)}"`;
  if (isEmpty(test)) return { range, message: `${name} has an empty body.` };
  if (!isIndirect(test) && hasForgottenAssertion(test)) {
    return { range, message: `${name} reaches no assertion, although a comment in it announces one.` };
  }
  const dropped = unusedResult(test, facts);
  if (dropped !== undefined) {
    return {
      range,
      message: `${name} computes ${dropped.name} and reaches no assertion about it.`,
      ...(dropped.isLogged || RESULT_NAME.test(dropped.name) ? {} : { severity: 'info', confidence: 'low' }),
    };
  }
  const calls = callsWithin(test.body.body, facts.calls);
  if (onlyLogs(test, calls) || (admissionIn(test.body) && !isIndirect(test))) {
    return { range, message: `${name} runs nothing that is checked.` };
  }
  if (!isIndirect(test) && !callsHelper(test, facts) && promisesResult(test)) {
    return { range, message: `${name} promises a result and reaches no assertion about it.` };
  }
  if (isWholeFile && !isIndirect(test) && !failsByItself(calls)) {
    return { range, message: `${name} reaches no assertion, and no other test of this file does.` };
  }
  const message = `${name} reaches no assertion: only a crash can make it fail.`;
  return { range, message, severity: 'info', confidence: 'low' };
}

/** What is loaded or run throws when that fails, which may be all that a test is for. */
function failsByItself(calls: readonly CallFact[]): boolean {
  return calls.some(
    (call) =>
      /^(import|require|importlib\.import_module|subprocess\.(check_call|check_output))$/.test(call.path) ||
      /^(exec|execa|execFile|execFileSync|execSync|check_call|check_output|access|accessSync|statSync)$/.test(
        call.name,
      ) ||
      (call.name === 'run' &&
        /process\.execPath|\bcheck=True|['"](npx|npm|node|tsc)['"]/.test(call.node.text)),
  );
}

/** `// Assert` with nothing below it, or an assertion that is commented out. */
function hasForgottenAssertion(test: TestFact): boolean {
  const { comments } = test.body;
  // The second line of a longer remark may begin with any word.
  const goesOn = (line: number): boolean => comments.some(({ endLine }) => endLine === line - 1);
  return comments.some(
    ({ text, line }) =>
      !goesOn(line) &&
      /^\W*(assert|verify|then|expect|check)\b[^\n]{0,40}$|^expect\(|^assert[ .(]|^self\.assert|\btodo\b.{0,20}\b(assert|verify|check|expect)/i.test(
        text,
      ),
  );
}

const PROMISING_TITLE =
  /(^|should |test_?|it |correctly |can )_?(adds?|returns?|calculates?|computes?|creates?|updates?|deletes?|removes?|saves?|sends?|validates?|parses?|formats?|converts?|sorts?|filters?|finds?|fetch(es)?|loads?|process(es)?|transforms?|sums?|appl(y|ies)|stores?|generates?|counts?|merges?|rejects?|totals?|increments?|multipl(y|ies)|subtracts?|divides?)(?![a-z])/i;
const MODEST_TITLE =
  /throw|crash|raise|smoke|error|fail|without|accept|allow|empty|none|null|no_?op|leak|gc|issue|bug|regress|\d{3,}/i;

/** The title says what comes out of it, and the test is too small to be about anything else. */
function promisesResult(test: TestFact): boolean {
  return (
    PROMISING_TITLE.test(test.title) && !MODEST_TITLE.test(test.title) && test.body.statements.length <= 5
  );
}

/** A function of another file, or of the class of the test, may do the asserting. */
function callsHelper(test: TestFact, facts: FileFacts): boolean {
  const isHelpful = /support|helper|util|common|assert|testing|fixtures?|page|harness|cypress|playwright/i;
  const helpers = new Set(
    facts.imports.filter((fact) => isHelpful.test(fact.module)).flatMap((fact) => fact.names),
  );
  // What the workspace shows of a helper counts for more than how its file is called.
  const silent = new Set(facts.workspace?.silent);
  return callsWithin(test.body.body, facts.calls).some(
    (call) =>
      (helpers.has(call.root) && !silent.has(call.path)) ||
      /^(self|this|cls|cy|page|browser|tester|t)$/.test(call.root),
  );
}

/** No statement, and no examples in a docstring for another runner. */
function isEmpty(test: TestFact): boolean {
  const { body } = test;
  return (
    body.statements.length === 0 &&
    !body.expressionBody &&
    !isIndirect(test) &&
    !body.comments.some(({ text }) => text.includes('>>>'))
  );
}

/** Decorators and generators hand the body to something that may do the checking. */
function isIndirect(test: TestFact): boolean {
  const marks = /^(pytest\.)?mark\.(asyncio|anyio|django_db|parametrize|slow|unit|integration)\b/;
  return test.body.decorators.some((decorator) => !marks.test(decorator)) || test.body.isGenerator;
}

function onlyLogs(test: TestFact, calls: CallFact[]): boolean {
  return !isIndirect(test) && calls.some(isLogCall) && calls.every(isInertCall);
}

function isSkipped(test: TestFact, facts: FileFacts): boolean {
  if (test.body.decorators.some((decorator) => /skip|xfail|todo|expectedFailure|benchmark/i.test(decorator)))
    return true;
  if (facts.family === 'python')
    return callsWithin(test.body.body, facts.calls).some((call) => /skip/i.test(call.name));
  const callee = test.node.child('function')?.text ?? '';
  return (
    /^x|\.(skip|todo|fails|failing)\b|skip/i.test(callee) ||
    callsWithin(test.body.body, facts.calls).some((call) => /^(skip|todo|pending)/.test(call.name))
  );
}

/** A callback such as mocha's `done`, or a test context that is handed on, can fail the test from elsewhere. */
function receivesDone(test: TestFact): boolean {
  if (test.node === test.body.node) return false;
  return test.body.parameters.some(
    (parameter) => parameter.name !== undefined && mentions(test.body.body, parameter.name),
  );
}
