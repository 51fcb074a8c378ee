import { explains } from '../syntax/comments';
import type { CallFact, FileFacts } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import { localConstant } from '../syntax/locals';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, isConstant, meaningful, sameText, unwrap } from '../syntax/values';
import { comparisonOf, expectCallIn } from './assertions';
import { isAboutEquality } from './equality';
import { assertionsOf } from './testAssertions';

export const tautology: Rule = {
  id: 'TT02',
  name: 'tautology',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'An assertion holds whatever the code under test does.',
  bad: [
    {
      grammar: 'typescript',
      path: 'sum.test.ts',
      code: `
it('adds', () => {
  add(1, 2);
»  expect(true).toBe(true);
»  expect(1).toBeTruthy();
»  assert.ok(true);
»  assert.equal(2, 2);
»  expect(add(1, 2).length).toBeGreaterThanOrEqual(0);
»  expect(sum === 3 || sum !== 3).toBe(true);
»  expect({}).toMatchSnapshot();
  const sent = true;
»  assert.equal(sent, true);
});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def test_adds():
    value = add(1, 2)
»    assert True
»    assert value == 3 or True
»    assert (value == 4, "wrong")
»    assert len(value) >= 0
»    assert value or not value

class TestSum(TestCase):
    def test_sum(self):
»        self.assertTrue(True)
»        self.assertEqual(1, 1)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'sum.test.ts',
      code: `
it('adds', () => {
  expect(add(1, 2)).toBe(3);
  expect(add(1, 2) > 2).toBe(true);
  expect(false).toBe(flag);
  assert(false, 'not reached');
  expect([].length).toBe(empty.length);
  expect(sum === 3 || sum !== 4).toBe(true);
  expect(render({})).toMatchSnapshot();
  let sent = false;
  add(1, 2, () => { sent = true; });
  assert.equal(sent, true);
  const numbers = [1];
  add(numbers);
  assert.deepEqual(numbers, [1]);
});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def test_adds():
    assert add(1, 2) == 3
    assert add(1, 2), "message"
    assert False, "not reached"

class TestSum(TestCase):
    def test_sum(self):
        self.assertTrue(add(1, 2))
        self.assertEqual(3, add(1, 2))
`,
    },
  ],
  *check(facts) {
    for (const call of facts.calls) if (isTautology(call, facts)) yield* observe(call.node, facts);
    for (const node of facts.tree.nodes) {
      const condition = node.kind === 'assert' ? meaningful(node)[0] : undefined;
      if (condition && isAlwaysTrue(unwrap(condition), facts)) yield* observe(node, facts);
    }
  },
};

/** In a callback, a handler or a branch, or with a reason beside it, it marks that a place was reached. */
function* observe(node: SyntaxNode, facts: FileFacts): Generator<Observation> {
  if (isAboutEquality(node, facts) && !isEitherWay(node)) return;
  const line = facts.tree.lineAt(node.start);
  const explained = facts.comments.some(
    (comment) => (comment.line === line || comment.endLine === line - 1) && explains(comment),
  );
  const message = `"${node.text.replace(/\s+/g, ' ').slice(0, 80)}" holds whatever the code under test does.`;
  const isMarker = explained || isReachedMarker(node, facts);
  yield isMarker ? { range: node, message, severity: 'info', confidence: 'low' } : { range: node, message };
}

function isReachedMarker(node: SyntaxNode, facts: FileFacts): boolean {
  const bodies = facts.tests.map((test) => test.body.node);
  for (const parent of ancestors(node)) {
    if (parent.kind === 'function') return !bodies.includes(parent);
    if (parent.kind === 'handler') return !isAllThereIs(parent, facts);
    if (parent.kind === 'if' || parent.kind === 'else' || parent.kind === 'case') return true;
  }
  return true;
}

/** Nothing else in the test asserts, so that it passes with the error as well as without. */
function isAllThereIs(handler: SyntaxNode, facts: FileFacts): boolean {
  const test = facts.tests.find(({ body }) => body.node.contains(handler));
  if (!test || /\b(fail|throw|raise)\b|expect\.(assertions|hasAssertions)/.test(test.body.node.text))
    return false;
  return assertionsOf(test, facts).every(({ node, opaque }) => !opaque && handler.contains(node));
}

const TRUTH_FUNCTION =
  /^(assert|assert\.ok|assert\.isTrue|assert\.true|self\.assertTrue|self\.failUnless|t\.(ok|true|truthy|assert))$/;

function isTautology(call: CallFact, facts: FileFacts): boolean {
  const [first] = call.arguments;
  if (TRUTH_FUNCTION.test(call.path)) return first !== undefined && isAlwaysTrue(unwrap(first), facts);
  if (/^(self\.assertFalse|assert\.isFalse|self\.assertIsNone)$/.test(call.path)) {
    return first?.kind === (call.name === 'assertIsNone' ? 'null' : 'false');
  }
  const comparison = comparisonOf(call, facts);
  if (comparison) {
    const [left, right] = [unwrap(comparison.actual), unwrap(comparison.expected)];
    if (right.kind === 'true' && left.kind === 'binary') return isAlwaysTrue(left, facts);
    return isConstant(right) && sameText(isConstant(left) ? left : knownValue(left, facts), right);
  }
  if (call.root !== 'expect' || /\bnot\b/.test(call.path)) return false;
  const actual = expectCallIn(call, facts)?.arguments[0];
  if (!actual) return false;
  const value = unwrap(actual);
  if (call.name === 'toBeTruthy') return isAlwaysTrue(value, facts);
  if (/^toMatch(Inline)?Snapshot$/.test(call.name)) return isConstant(value);
  if (call.name === 'toBeDefined') return isConstant(value) && value.kind !== 'null';
  if (call.name === 'toBeFalsy') return value.kind === 'false' || value.kind === 'null';
  return call.name === 'toBeGreaterThanOrEqual' && isLength(value) && first?.text === '0';
}

/** What a local name holds that is set once, to a constant; the name itself else. */
function knownValue(name: SyntaxNode, facts: FileFacts): SyntaxNode {
  const test =
    name.kind === 'identifier' ? facts.tests.find(({ body }) => body.node.contains(name)) : undefined;
  const value = test && localConstant(name, test.body);
  // What an object holds may be changed by whoever is given it.
  return value && !/^(object|array)$/.test(value.kind) ? value : name;
}

/** Constants that are true, `x or True`, Python's non-empty tuples, and lengths that are at least nothing. */
function isAlwaysTrue(value: SyntaxNode, facts: FileFacts): boolean {
  if (value.kind === 'true') return true;
  if (value.kind === 'number') return !/^0+(\.0*)?$/.test(value.text);
  if (value.kind === 'string') return facts.family === 'python' && value.text.length > 2 && isConstant(value);
  if (value.type === 'tuple') return meaningful(value).length > 1;
  if (value.kind !== 'binary') return false;
  const sides = meaningful(value).map(unwrap);
  const operator = value.child('operator')?.text ?? value.child('operators')?.text;
  if (operator === 'or' || operator === '||')
    return sides.some((side) => side.kind === 'true') || isEither(sides);
  if (operator === '>=') return sides[0] !== undefined && isLength(sides[0]) && sides[1]?.text === '0';
  if (/^===?$/.test(operator ?? ''))
    return (
      sides[0] !== undefined &&
      sides[1] !== undefined &&
      sides.every(isConstant) &&
      sameText(sides[0], sides[1])
    );
  return false;
}

/** Nothing about equality is learnt from `x === null || x !== null`. */
function isEitherWay(node: SyntaxNode): boolean {
  for (const inner of [node, ...node.tree.below(node)])
    if (
      inner.kind === 'binary' &&
      isEither(
        meaningful(inner)
          .map(unwrap)
          .filter(({ field }) => field !== 'operators'),
      )
    )
      return true;
  return false;
}

/** `x or not x`, `a === b || a !== b`: one of the two holds always. */
function isEither([left, right]: readonly (SyntaxNode | undefined)[]): boolean {
  if (!left || !right) return false;
  return isNegationOf(left, right) || isNegationOf(right, left) || areOpposite(left, right);
}

function isNegationOf(negation: SyntaxNode, value: SyntaxNode): boolean {
  const plain = (text: string): string => text.replace(/[\s()]+/g, '');
  const [, negated] = /^(?:!|not\b)([^]*)$/.exec(negation.text) ?? [];
  return negated !== undefined && plain(negated) === plain(value.text);
}

function areOpposite(left: SyntaxNode, right: SyntaxNode): boolean {
  const parts = (text: string): string[] | undefined =>
    /^(.+?)(===?|!==?)(.+)$/.exec(text.replace(/\s+/g, ''))?.slice(1);
  const [first, second] = [parts(left.text), parts(right.text)];
  if (left.kind !== 'binary' || right.kind !== 'binary' || !first || !second) return false;
  return (
    first[0] === second[0] &&
    first[2] === second[2] &&
    first[1]?.startsWith('!') !== second[1]?.startsWith('!')
  );
}

function isLength(value: SyntaxNode): boolean {
  if (value.kind === 'member') return value.child('property')?.text === 'length';
  return value.kind === 'call' && value.child('function')?.text === 'len';
}
