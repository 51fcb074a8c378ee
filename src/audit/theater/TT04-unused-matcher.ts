import type { FileFacts } from '../syntax/facts';
import { insertAfter, insertBefore } from '../syntax/fixes';
import type { ObservedFix, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import { isAboutEquality } from './equality';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, dottedPath, stringValue } from '../syntax/values';
import { lostAssertion, unawaitedCallback } from './lostAssertions';

export const unusedMatcher: Rule = {
  id: 'TT04',
  name: 'unused-matcher',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'An assertion is written but never carried out.',
  bad: [
    {
      grammar: 'typescript',
      path: 'sum.test.ts',
      code: `
it('adds', async () => {
»  expect(add(1, 2));
»  expect(add(1, 2)).toBe;
»  expect(load()).resolves.toBe(3);
});
it('shows', async () => {
»  assert.rejects(async () => load('x'));
»  waitFor(() => expect(screen.getByText('3')).toBeVisible());
});
it('refuses', () => {
»  request(app).post('/sums').send({}).expect(422);
});
it('lists', async () => {
  const sums = await load();
  return;
»  expect(sums).toHaveLength(3);
});
it('rejects', () => {
»  add('a').catch((error) => { expect(error.message).toBe('numbers only'); });
});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def test_adds(mock):
    value = add(1, 2)
»    value == 3
»    pytest.raises(ValueError)
»    mock.assert_called_once
»    mock.called_once_with(1)
»    assert mock.assert_called_with

async def scenario():
    assert await load() == 3

class TestSum(TestCase):
    def test_masks(self):
»        self.assertTrue(mask("4242"), "****4242")
»        scenario()

def test_tells():
»    def on_change(value):
        assert value == 5

    subscribe(print)

def test_threads():
»    def worker():
        assert add(1, 2) == 3

    thread = Thread(target=worker)
    thread.start()
    thread.join()
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'sum.test.ts',
      code: `
it('adds', async () => {
  expect(add(1, 2)).toBe(3);
  expect(flag).to.be.true;
  await expect(load()).resolves.toBe(3);
  return expect(load()).rejects.toThrow();
});
it('loads', () => expect(load()).resolves.toBe(1));
it('refuses', (t, done) => { request(app).post('/sums').expect(422, done); });
it('tells', () => {
  function onChange(value) { expect(value).toBe(5); }
  subscribe(onChange);
});`,
    },
    {
      grammar: 'python',
      path: 'test_sum.py',
      code: `
def test_adds(mock):
    assert add(1, 2) == 3
    pytest.raises(ValueError, add, "a", 1)
    with pytest.raises(TypeError):
        add("a", 1) == 3
    mock.assert_called_once()

class TestSum(TestCase):
    def test_masks(self):
        self.assertTrue(mask("4242"), "nothing was masked")
        asyncio.run(scenario())

async def scenario():
    assert await load() == 3
`,
    },
  ],
  *check(facts) {
    const bodies = new Set(facts.tests.map((test) => test.body.node));
    for (const node of facts.tree.nodes) {
      if (node.kind === 'assert') {
        const named = namedMatcher(node);
        if (named) yield { range: node, message: `${named} is named but not called, which is always true.` };
      }
      if (node.kind !== 'expressionStatement') continue;
      const message =
        facts.family === 'python' ? pythonProblem(node, facts) : javascriptProblem(node, bodies);
      const fix = message === undefined ? undefined : fixFor(node, message, facts);
      if (message !== undefined) yield { range: node, message, ...(fix ? { fix } : {}) };
    }
    for (const test of facts.tests) {
      const lost = lostAssertion(test, facts);
      if (lost) yield lost;
    }
    if (facts.family === 'python' || /FakeTimers|fakeTimers/.test(facts.tree.text)) return;
    for (const test of facts.tests) {
      const call = unawaitedCallback(test, facts);
      if (call)
        yield {
          range: call.node,
          message: `The assertions stand in a callback of ${call.name}(), and the test ends without waiting for it.`,
        };
    }
  },
};

function fixFor(statement: SyntaxNode, message: string, facts: FileFacts): ObservedFix | undefined {
  const expression = statement.children[0];
  if (!expression) return undefined;
  if (message.includes('lacks the word assert')) return insertBefore('Assert it', statement, 'assert ');
  if (facts.family === 'python')
    return message.includes('named but not called') ? insertAfter('Call it', expression, '()') : undefined;
  const test = facts.tests.find(({ body }) => body.node.contains(statement));
  const isPending = message.includes('neither awaited') && test?.body.isAsync === true;
  return isPending ? insertBefore('Wait for it', statement, 'await ') : undefined;
}

/** `bodies` are those of all tests. */
function javascriptProblem(statement: SyntaxNode, bodies: ReadonlySet<SyntaxNode>): string | undefined {
  const expression = statement.children[0];
  if (expression?.kind === 'member') {
    const property = expression.child('property')?.text ?? '';
    const isExpect = dottedPath(expression).startsWith('expect()');
    return isExpect && /^to[A-Z]/.test(property)
      ? `The matcher ${property} is named but not called.`
      : undefined;
  }
  if (expression?.kind !== 'call') return undefined;
  const path = dottedPath(expression.child('function') ?? expression);
  if (path === 'expect' && !isFollowed(statement))
    return 'expect() is called without a matcher, so that it checks nothing.';
  const givesDone = /[,(]\s*done\s*\)/.test(expression.text);
  if (
    /^(request|supertest|agent)(\(\))?\..*\bexpect$/.test(path) &&
    !givesDone &&
    isInTest(statement, bodies)
  )
    return 'This request is neither awaited nor returned, so that the test ends before its answer.';
  if (/^assert\.(rejects|doesNotReject)$/.test(path) && isInTest(statement, bodies))
    return 'This assertion about a promise is neither awaited nor returned, so that the test ends before it.';
  if (path === 'waitFor' && isInTest(statement, bodies))
    return 'waitFor() is neither awaited nor returned, so that the test ends before its assertions.';
  const isPending = /^expect\(\)(\.not)?\.(resolves|rejects)\.(not\.)?to[A-Z]\w*$/.test(path);
  if (!isPending || !isInTest(statement, bodies)) return undefined;
  return 'This assertion about a promise is neither awaited nor returned, so that the test ends before it.';
}

/** A helper that itself takes what is returned, as in `return chain(expect(x))`, is not an expression statement. */
function isFollowed(statement: SyntaxNode): boolean {
  const call = statement.children[0];
  const list = call?.child('arguments');
  return !list || list.children.length === 0;
}

function isInTest(statement: SyntaxNode, bodies: ReadonlySet<SyntaxNode>): boolean {
  for (const parent of ancestors(statement)) if (parent.kind === 'function') return bodies.has(parent);
  return false;
}

/** `assert mailer.send.assert_called_with` */
function namedMatcher(assertion: SyntaxNode): string | undefined {
  const condition = assertion.children.find(({ kind }) => kind === 'member');
  const name = condition?.child('attribute')?.text ?? '';
  return /^assert_(called|not_called|any_call|has_calls)\w*$/.test(name)
    ? condition?.text.slice(0, 60)
    : undefined;
}

const RAISES = /^(pytest\.(raises|warns)|self\.assert(Raises|Warns|RaisesRegex|WarnsRegex|Logs))$/;
const MISSPELLED =
  /\.(called_once|called_with|called_once_with|called_once_with_args|has_calls|asert_\w+|assert_caled\w*|assertCalled\w*)$/;

function pythonProblem(statement: SyntaxNode, facts: FileFacts): string | undefined {
  const expression = statement.children[0];
  if (!expression || statement.children.length !== 1 || isInRaises(statement)) return undefined;
  if (expression.kind === 'member' && /^assert_\w+$/.test(expression.child('attribute')?.text ?? '')) {
    return `${expression.text.slice(0, 60)} is named but not called.`;
  }
  if (expression.type === 'comparison_operator') {
    const operator = expression.child('operators')?.text ?? '';
    const compares =
      /^(==|!=|is|is not)$/.test(operator) &&
      isInTestFunction(statement) &&
      !isAboutEquality(statement, facts);
    return compares ? 'This comparison is computed and dropped: it lacks the word assert.' : undefined;
  }
  if (expression.kind !== 'call') return undefined;
  const path = dottedPath(expression.child('function') ?? expression);
  const count = expression.child('arguments')?.children.length ?? 0;
  if (/^self\.assert(True|False)$/.test(path) && isNoMessage(expression.child('arguments')?.children[1]))
    return `${path}() takes its second argument for a message: nothing is compared with it.`;
  if (isLostCoroutine(path, expression, facts))
    return `${path}() is never awaited, so that nothing of it runs.`;
  if (RAISES.test(path) && count === (path.endsWith('Regex') ? 2 : 1))
    return `${path}() without "with" or a callable checks nothing.`;
  if (MISSPELLED.test(path))
    return `${path.split('.').pop() ?? ''}() is no assertion of a mock: it always succeeds.`;
  return undefined;
}

/** A figure, a collection, or a text that is no sentence. */
function isNoMessage(value: SyntaxNode | undefined): boolean {
  if (!value || value.kind === 'keywordArgument') return false;
  if (/^(number|array|object)$/.test(value.kind)) return true;
  const text = stringValue(value);
  return text !== undefined && /^\S+$/.test(text) && /[\d*]/.test(text);
}

/** A coroutine of this file that a test calls as if it were a function. */
function isLostCoroutine(path: string, call: SyntaxNode, facts: FileFacts): boolean {
  const test = facts.tests.find(({ body }) => body.node.contains(call));
  const named = facts.functions.filter((fact) => fact.name === path);
  const own = named.filter((fact) => test?.body.node.contains(fact.node));
  const made = own.length > 0 ? own : named;
  return (
    made.length === 1 &&
    made[0]?.isAsync === true &&
    !made[0].isGenerator &&
    test !== undefined &&
    made[0].decorators.length === 0
  );
}

function isInRaises(statement: SyntaxNode): boolean {
  for (const parent of ancestors(statement)) {
    if (parent.kind === 'with' || parent.kind === 'try') return true;
    if (parent.kind === 'function') return false;
  }
  return false;
}

function isInTestFunction(statement: SyntaxNode): boolean {
  for (const parent of ancestors(statement)) {
    if (parent.kind === 'function') return parent.child('name')?.text.startsWith('test') ?? false;
    if (parent.kind === 'class') return false;
  }
  return false;
}
