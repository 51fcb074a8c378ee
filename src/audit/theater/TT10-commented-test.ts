import { replaceWith } from '../syntax/fixes';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';

const JAVASCRIPT =
  /^(await |return )?expect\([^\n]*\)(\.\w+)*(\([^\n]*\))?;?$|^assert(\.\w+)?\([^\n]*\);?$|^(it|test|describe)(\.\w+)?\(\s*['"`][^\n]*$/;
const PYTHON =
  /^(assert [\w(.[][^\n]*(==|!=| is | in | not |<|>|\)|True|False)[^\n]*|self\.assert\w+\([^\n]*\)?|(async )?def test_\w+\([^\n]*\):)$/;

export const commentedTest: Rule = {
  id: 'TT10',
  name: 'commented-test',
  stage: 'theater',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'A test or an assertion is commented out.',
  bad: [
    {
      grammar: 'javascript',
      path: 'sum.test.js',
      code: `
test('sums', () => {
  expect(sum(1, 2)).toBe(3);
»  // expect(sum(2, 2)).toBe(4);
});
»// test('sums negatives', () => {`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def test_sum():
    assert sum_of(1, 2) == 3
»    # assert sum_of(2, 2) == 4
`,
    },
  ],
  good: [
    {
      grammar: 'javascript',
      path: 'sum.test.js',
      code: `
// expect the sum to be three
test('sums', () => {
  expect(sum(1, 2)).toBe(3); // expect(x).toBe(y) reads well
});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def test_sum():
    # assert that the sum is right
    assert sum_of(1, 2) == 3
`,
    },
  ],
  *check(facts) {
    const pattern = facts.family === 'python' ? PYTHON : JAVASCRIPT;
    for (const comment of facts.comments) {
      if (!comment.ownLine || comment.docstring || comment.text.length > 200) continue;
      if (pattern.test(comment.text) && !/[a-z]{2,} [a-z]{2,} [a-z]{2,} [a-z]{2,}/i.test(comment.text))
        yield {
          range: comment.node,
          message: `"${comment.text.slice(0, 80)}" is commented out, so that it checks nothing.`,
          ...(/[);]$|==|\bin\b|\bis\b/.test(comment.text)
            ? { fix: replaceWith('Put the assertion back', comment.node, comment.text) }
            : {}),
        };
    }
  },
};
