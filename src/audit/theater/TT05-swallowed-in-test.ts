import type { FileFacts, HandlerFact } from '../syntax/facts';
import { rethrow } from '../syntax/fixes';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { meaningful } from '../syntax/values';
import { isAssertingCall } from './assertions';
import { callsWithin, isLogCall } from './effects';

export const swallowedInTest: Rule = {
  id: 'TT05',
  name: 'swallowed-in-test',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'A test catches the failure of its own assertion.',
  bad: [
    {
      grammar: 'typescript',
      path: 'sum.test.ts',
      code: `
it('adds', () => {
  try {
    expect(add(1, 2)).toBe(3);
»  } catch (error) {
    console.log(error);
  }
});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def test_adds():
    try:
        assert add(1, 2) == 3
»    except Exception:
        pass

def test_denied_names_the_action(guest):
    with pytest.raises(Denied) as info:
        write(guest)
»        assert info.value.action == "write"
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'sum.test.ts',
      code: `
it('throws', () => {
  try {
    add('a');
    assert.fail('did not throw');
  } catch (error) {
    expect(error.message).toBe('numbers only');
  }
  try { expect(add(1, 2)).toBe(3); } catch (error) { throw new Error('context'); }
  try { expect(add(1, 2)).toBe(3); } finally { close(); }
});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def test_adds():
    try:
        assert add(1, 2) == 3
    except ValueError:
        pass
    try:
        assert add(1, 2) == 3
    except Exception as error:
        pytest.fail(str(error))

def test_denied_names_the_action(guest):
    with pytest.raises(Denied) as info:
        write(guest)
    assert info.value.action == "write"
`,
    },
  ],
  *check(facts) {
    yield* afterTheError(facts);
    const bodies = facts.tests.map((test) => test.body.node);
    for (const handler of facts.handlers) {
      if (!bodies.some((body) => body.contains(handler.node)) || !catchesAssertions(handler)) continue;
      const assertion = assertionIn(handler.tryBody, facts);
      if (!assertion || failsAgain(handler, facts)) continue;
      const shown = assertion.text.replace(/\s+/g, ' ').slice(0, 60);
      const fix = rethrow(handler);
      yield {
        range: handler.node,
        message: `When "${shown}" fails, this handler catches it and the test passes.`,
        related: [{ range: assertion, message: 'can fail without anybody noticing' }],
        ...(fix ? { fix } : {}),
      };
    }
  },
};

/** The last line of `with pytest.raises(Denied):` is an assertion: it is left out when the error comes, and wrong when not. */
function* afterTheError(facts: FileFacts): Generator<Observation> {
  for (const node of facts.tree.nodes) {
    if (node.kind !== 'with') continue;
    const [head = ''] = /^[^\n]*/.exec(node.text) ?? [];
    if (!/\b(pytest\.raises|assertRaises(Regex)?)\(/.test(head) || /Assertion|Fail/.test(head)) continue;
    const body = node.child('body');
    const statements = body ? meaningful(body) : [];
    const last = statements.at(-1);
    if (statements.length < 2 || last?.kind !== 'assert') continue;
    yield {
      range: last,
      message: 'This assertion stands behind what is to raise the error, so that it is never reached.',
    };
  }
}

function catchesAssertions(handler: HandlerFact): boolean {
  return handler.broad || handler.types.includes('AssertionError');
}

function assertionIn(root: SyntaxNode, facts: FileFacts): SyntaxNode | undefined {
  for (const node of facts.tree.below(root, (inner) => inner.kind === 'function'))
    if (node.kind === 'assert') return node;
  return callsWithin(root, facts.calls).find(
    (call) => /^(expect|assert|self\.assert|t\.)/.test(call.path) && isAssertingCall(call, facts),
  )?.node;
}

/** Anything in the handler but logging may report the failure: rethrowing, another assertion, a flag. */
function failsAgain(handler: HandlerFact, facts: FileFacts): boolean {
  return handler.statements.some((statement) => {
    if (statement.kind === 'assert' && /^assert\s+(True|1)$/.test(statement.text)) return false;
    if (
      statement.kind !== 'expressionStatement' &&
      statement.kind !== 'return' &&
      statement.kind !== 'continue'
    )
      return true;
    if (
      statement.childOfKind('assign') ||
      statement.childOfKind('augmentedAssign') ||
      (statement.kind === 'return' && statement.children.length > 0)
    )
      return true;
    return callsWithin(statement, facts.calls).some(
      (call) => !isLogCall(call) && call.path !== 'str' && call.path !== 'String',
    );
  });
}
