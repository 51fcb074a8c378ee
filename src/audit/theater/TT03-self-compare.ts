import type { FileFacts } from '../syntax/facts';
import { removeStatement } from '../syntax/fixes';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { isConstant, meaningful, sameText, unwrap } from '../syntax/values';
import { comparisonOf } from './assertions';
import { isAboutEquality } from './equality';

export const selfCompare: Rule = {
  id: 'TT03',
  name: 'self-compare',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'An assertion compares a value with itself.',
  bad: [
    {
      grammar: 'typescript',
      path: 'user.test.ts',
      code: `
it('loads the user', () => {
  const user = load(1);
»  expect(user).toEqual(user);
»  assert.strictEqual(user.name, user.name);
});`,
    },
    {
      grammar: 'python',
      path: 'test_user.py',
      code: `
def test_loads_user():
    user = load(1)
»    assert user.name == user.name

class TestUser(TestCase):
    def test_load(self):
        user = load(1)
»        self.assertEqual(user, user)
»        pdt.assert_frame_equal(user, user)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'user.test.ts',
      code: `
it('is equal to itself', () => { expect(user).toEqual(user); });
it('loads the same', () => { expect(load(1)).toEqual(load(1)); expect(user.id).toBe(other.id); });`,
    },
    {
      grammar: 'python',
      path: 'test_user.py',
      code: `
def test_equality():
    assert user == user

def test_load():
    assert user.name == other.name
`,
    },
  ],
  *check(facts) {
    for (const call of facts.calls) {
      const comparison = comparisonOf(call, facts);
      if (comparison) yield* observe(call.node, comparison.actual, comparison.expected, facts);
    }
    for (const node of facts.tree.nodes) {
      const condition = node.kind === 'assert' ? meaningful(node)[0] : undefined;
      const comparison = condition && unwrap(condition);
      if (comparison?.kind !== 'binary' || !/^(==|is)$/.test(comparison.child('operators')?.text ?? ''))
        continue;
      const [left, right] = meaningful(comparison).filter((side) => side.field !== 'operators');
      if (left && right) yield* observe(node, left, right, facts);
    }
  },
};

function* observe(
  node: SyntaxNode,
  left: SyntaxNode,
  right: SyntaxNode,
  facts: FileFacts,
): Generator<Observation> {
  if (!sameText(left, right) || isConstant(left) || !isPlainValue(left) || isAboutEquality(node, facts))
    return;
  const fix = removeStatement('Remove the assertion', node.kind === 'assert' ? node : (node.parent ?? node));
  yield {
    range: node,
    message: `Both sides of this assertion are ${left.text.slice(0, 60)}, so that it always holds.`,
    ...(fix ? { fix } : {}),
  };
}

/** Names, members and elements: a call can give another value the second time, and that may be the point. */
function isPlainValue(value: SyntaxNode): boolean {
  for (const inner of value.tree.below(value))
    if (inner.kind === 'call' || inner.kind === 'new') return false;
  const plain = unwrap(value);
  return plain.kind === 'identifier' || plain.kind === 'member' || plain.kind === 'subscript';
}
