import { removeStatement } from '../syntax/fixes';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import { meaningful, unwrap } from '../syntax/values';

export const emptySuite: Rule = {
  id: 'TT11',
  name: 'empty-suite',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: ['test', 'testHelper'],
  explanation: 'A group of tests, or the list of values of a test, is empty.',
  bad: [
    {
      grammar: 'typescript',
      path: 'cart.test.ts',
      code: `
»describe('later', () => {});
»it.each([])('adds %s', (value) => { expect(add(value)).toBe(1); });`,
    },
    {
      grammar: 'python',
      path: 'test_cart.py',
      code: `
»@pytest.mark.parametrize("value", [])
def test_values(value):
    assert add(value) == 1
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'cart.test.ts',
      code: `
describe('now', () => { it('adds', () => { expect(add(1)).toBe(1); }); });
it.each([1])('adds %s', (value) => { expect(add(value)).toBe(1); });`,
    },
    {
      grammar: 'python',
      path: 'test_cart.py',
      code: `
@pytest.mark.parametrize("value", [1])
def test_values(value):
    assert add(value) == 1
`,
    },
  ],
  *check(facts) {
    for (const call of facts.calls) {
      if (/^(describe|suite|context)(\.only)?$/.test(call.path)) {
        const group = facts.functions.find((fact) => fact.node === call.arguments[1]);
        if (group && group.statements.length === 0 && !group.expressionBody) {
          const fix = call.node.parent && removeStatement('Remove the empty group', call.node.parent);
          yield {
            range: call.node,
            message: `The group ${call.arguments[0]?.text ?? ''} holds no test.`,
            ...(fix ? { fix } : {}),
          };
        }
        continue;
      }
      const list = /(^|\.)parametrize$/.test(call.path)
        ? (call.arguments[1] ?? call.keywords.get('argvalues'))
        : /^(it|test|describe)\.each$/.test(call.path)
          ? call.arguments[0]
          : undefined;
      const values = list && unwrap(list);
      if (values?.kind === 'array' && meaningful(values).length === 0)
        yield { range: call.node, message: 'The list of values is empty, so that this test never runs.' };
    }
  },
};
