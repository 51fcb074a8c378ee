import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import { assertionsOf } from './testAssertions';

const SNAPSHOT = /^(toMatchSnapshot|toThrowErrorMatchingSnapshot|toMatchFileSnapshot|snapshot|assert_match)$/;

export const snapshotOnly: Rule = {
  id: 'TT14',
  name: 'snapshot-only',
  stage: 'theater',
  severity: 'info',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'A test compares only with a snapshot, which holds whatever the code gave when it was taken.',
  bad: [
    {
      grammar: 'typescript',
      path: 'parse.test.ts',
      code: `
»it('parses', () => {
  expect(parse('a: 1')).toMatchSnapshot();
});`,
    },
    {
      grammar: 'python',
      path: 'test_parse.py',
      code: `
»def test_parse(snapshot):
    assert parse("a: 1") == snapshot
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'parse.test.ts',
      code: `
it('parses', () => {
  const result = parse('a: 1');
  expect(result.a).toBe(1);
  expect(result).toMatchSnapshot();
});
it('prints', () => { expect(print({ a: 1 })).toMatchInlineSnapshot('"a: 1"'); });`,
    },
    {
      grammar: 'python',
      path: 'test_parse.py',
      code: `
def test_parse(snapshot):
    assert parse("a: 1")["a"] == 1
    assert parse("a: 1") == snapshot
`,
    },
  ],
  *check(facts) {
    for (const test of facts.tests) {
      const assertions = assertionsOf(test, facts);
      const isSnapshot = assertions.map(
        ({ name, node }) =>
          SNAPSHOT.test(name) || (node.kind === 'assert' && /== ?snapshot\b/.test(node.text)),
      );
      if (assertions.length === 0 || isSnapshot.includes(false)) continue;
      yield {
        range: test.node,
        message: `Test "${test.title.slice(0, 60)}" compares only with a snapshot of what the code gave before.`,
      };
    }
  },
};
