import type { FileFacts, TestFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, meaningful, sameText, unwrapAwait } from '../syntax/values';
import { comparisonOf } from './assertions';
import { resolvedLocal } from './claims';
import { isAboutEquality } from './equality';
import { callsWithin, isInertCall } from './effects';

export const expectedFromCode: Rule = {
  id: 'TT12',
  name: 'expected-from-code',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'The expected value is computed by the very call that is tested.',
  bad: [
    {
      grammar: 'typescript',
      path: 'parse.test.ts',
      code: `
it('parses', () => {
»  expect(parse('- 1')).toEqual(parse('- 1'));
  const expected = total([1, 2]);
»  expect(total([1, 2])).toBe(expected);
});`,
    },
    {
      grammar: 'python',
      path: 'test_parse.py',
      code: `
def test_parse():
»    assert discount(10) == discount(10)

class TestParse(TestCase):
    def test_total(self):
        expected = total([1])
»        self.assertEqual(total([1]), expected)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'parse.test.ts',
      code: `
it('round-trips', () => { expect(parse(print(value))).toEqual(value); });
it('is deterministic: the same every time', () => { expect(hash('a')).toBe(hash('a')); });
it('differs', () => { expect(next()).toBe(next(1)); });`,
    },
    {
      grammar: 'python',
      path: 'test_parse.py',
      code: `
def test_round_trip():
    assert loads(dumps(1)) == 1

def test_cached():
    assert load(1) is load(1)
`,
    },
  ],
  *check(facts) {
    for (const call of facts.calls) {
      const comparison = comparisonOf(call, facts);
      if (comparison && isSameCall(comparison.actual, comparison.expected, facts))
        yield { range: call.node, message: describe(comparison.actual) };
    }
    for (const node of facts.tree.nodes) {
      const condition = node.kind === 'assert' ? meaningful(node)[0] : undefined;
      if (condition?.kind !== 'binary' || condition.child('operators')?.text !== '==') continue;
      const [left, right] = meaningful(condition).filter((side) => side.field !== 'operators');
      if (left && right && isSameCall(left, right, facts)) yield { range: node, message: describe(left) };
    }
  },
};

const describe = (actual: SyntaxNode): string =>
  `Both sides come from ${actual.text.replace(/\s+/g, ' ').slice(0, 60)}, so that a wrong result equals itself.`;

/** The same call with the same arguments on both sides, spelled out or held in a local name. */
function isSameCall(actual: SyntaxNode, expected: SyntaxNode, facts: FileFacts): boolean {
  const test = testAround(actual, facts);
  if (!test || isAboutEquality(actual, facts)) return false;
  const isNamed = /expect|want|should/i.test(expected.text) || /expect|want|should/i.test(actual.text);
  const [left, right] = [actual, expected].map((side) => {
    const plain = unwrapAwait(side);
    return plain.kind === 'identifier' && isNamed ? resolvedLocal(plain, test.body) : plain;
  });
  if (left && right && isTouchedBetween(left, right, facts)) return false;
  if (!left || !right || left === right || !sameText(left, right)) return false;
  const call = callsWithin(left, facts.calls)[0];
  return (
    call !== undefined &&
    !call.isNew &&
    !isInertCall(call) &&
    !/^(next|pop|read\w*|random\w*|id|iter|[A-Z]\w*)$/.test(call.name)
  );
}

/** What the call is made on is called for something else in between, and may have changed. */
function isTouchedBetween(left: SyntaxNode, right: SyntaxNode, facts: FileFacts): boolean {
  const [first, last] = left.index < right.index ? [left, right] : [right, left];
  const root = callsWithin(first, facts.calls)[0]?.root;
  return facts.calls.some(
    (call) =>
      call.node.index > first.last &&
      call.node.index < last.index &&
      (call.root === root || call.arguments.some((argument) => argument.text === root)),
  );
}

function testAround(node: SyntaxNode, facts: FileFacts): TestFact | undefined {
  const around = new Set(ancestors(node));
  return facts.tests.find((test) => around.has(test.body.node));
}
