import type { FileFacts, TestFact } from '../syntax/facts';
import type { Kind } from '../syntax/kinds';
import { LOOP_KINDS } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, bindingTarget, dottedPath, meaningful } from '../syntax/values';
import { assertionsOf } from './testAssertions';
import { callsWithin } from './effects';

/** What is decided by the machine the test runs on is no matter of the code under test. */
const ENVIRONMENT =
  /platform|process\.|sys\.|os\.|\benv\b|environ|version|win32|windows|linux|darwin|support|has_|HAS_|HAVE_|[A-Z]{3,}|available|installed|__debug__|skip|^\(?(not |!)?(self|cls|this)\.\w+( is not None)?\)?$/;

export const conditionalAssert: Rule = {
  id: 'TT06',
  name: 'conditional-assert',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'Whether a test asserts anything depends on what the code under test returns.',
  yieldsTo: ['TT01', 'TT02', 'TT05'],
  bad: [
    {
      grammar: 'typescript',
      path: 'parse.test.ts',
      code: `
»it('parses maps', () => {
  const result = parse('a: 1');
  if (result.ok) {
    expect(result.value).toEqual({ a: 1 });
  }
});
const samples: string[] = [];
»it('parses all', () => {
  for (const sample of samples) expect(parse(sample)).toBe(sample);
});
it('refuses numbers', async () => {
  try {
    await parse(1);
»  } catch (error) {
    expect(error.message).toContain('number');
  }
});
»it('parses lists', () => {
  const result = parse('- 1');
  if (!result) return;
  expect(result.value).toEqual([1]);
});`,
    },
    {
      grammar: 'python',
      path: 'test_parse.py',
      code: `
»def test_maps():
    result = parse("a: 1")
    if result:
        assert result == {"a": 1}
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'parse.test.ts',
      code: `
it('parses maps', () => {
  const result = parse('a: 1');
  if (process.platform === 'win32') return;
  if (result.ok) {
    expect(result.value).toEqual({ a: 1 });
  } else {
    expect(result.error).toBe('none');
  }
});
it('refuses numbers', async () => {
  try {
    await parse(1);
    expect.fail('it was taken');
  } catch (error) {
    expect(error.message).toContain('number');
  }
});
it('parses every sample', () => {
  for (const sample of ['a', 'b']) expect(parse(sample)).toBe(sample);
  const seen: string[] = [];
  parse('c', seen);
  seen.forEach((each) => expect(each).toBe('c'));
});`,
    },
    {
      grammar: 'python',
      path: 'test_parse.py',
      code: `
def test_maps():
    result = parse("a: 1")
    assert result is not None
    if result:
        assert result == {"a": 1}
`,
    },
  ],
  *check(facts) {
    for (const test of facts.tests) {
      const empty = emptyLoop(test, facts);
      if (empty !== undefined) {
        const message = `Test "${test.title.slice(0, 60)}" asserts once for each of ${empty}, and that is empty.`;
        yield { range: test.node, message };
        continue;
      }
      const handler = onlyInHandler(test, facts);
      if (handler) {
        const message = `Test "${test.title.slice(0, 60)}" asserts only in the handler of an error: it passes where none comes.`;
        yield { range: handler, message };
        continue;
      }
      const condition = decidingCondition(test, facts);
      if (!condition) continue;
      const shown = condition.text.replace(/\s+/g, ' ').slice(0, 60);
      yield {
        range: test.node,
        message: `Test "${test.title.slice(0, 60)}" asserts nothing unless "${shown}" happens to decide so.`,
      };
    }
  },
};

const BRANCHES: ReadonlySet<Kind> = new Set<Kind>(['if', 'else', 'elseIf', 'switch', 'ternary']);

/** The condition on which every assertion of the test depends. */
function decidingCondition(test: TestFact, facts: FileFacts): SyntaxNode | undefined {
  const assertions = assertionsOf(test, facts);
  const first = assertions[0];
  if (!first || assertions.some(({ opaque }) => opaque) || expectsCount(test, facts)) return undefined;
  const early = earlyReturn(test, first.node);
  if (early) return early;
  const deciding = assertions.map(({ node }) => branchAround(node, test));
  const branch = deciding[0];
  if (!branch || branch.kind !== 'if' || !deciding.every((other) => other === branch)) return undefined;
  const alternative = branch.child('alternative') ?? branch.childOfKind('else');
  const condition = branch.child('condition');
  return alternative || !condition || ENVIRONMENT.test(condition.text) ? undefined : condition;
}

/** The handler that holds every assertion of a test, where nothing fails if it is not reached. */
function onlyInHandler(test: TestFact, facts: FileFacts): SyntaxNode | undefined {
  const assertions = assertionsOf(test, facts);
  const first = assertions[0];
  if (!first || assertions.some(({ opaque }) => opaque) || expectsCount(test, facts)) return undefined;
  const handler = facts.handlers.find(
    ({ node }) => node.contains(first.node) && test.body.node.contains(node),
  );
  if (!handler || !assertions.every(({ node }) => handler.node.contains(node))) return undefined;
  const isMentioned =
    /\b(fail|throw|raise|return|done|reject)\b/.test(handler.tryBody.text) || handler.function !== test.body;
  return isMentioned ? undefined : handler.node;
}

/** The name of a collection that is empty for certain, over which the loop of every assertion goes. */
function emptyLoop(test: TestFact, facts: FileFacts): string | undefined {
  const assertions = assertionsOf(test, facts);
  const looped = assertions.map(({ node }) => loopedName(node, test));
  const [name] = looped;
  if (name === undefined || !looped.every((each) => each === name)) return undefined;
  return isEmptyForCertain(name, facts) ? name : undefined;
}

/** What a loop around a node goes over, where that is a name. */
function loopedName(node: SyntaxNode, test: TestFact): string | undefined {
  for (const parent of ancestors(node)) {
    if (parent === test.body.node) return undefined;
    const over = parent.kind === 'forIn' ? parent.child('right') : undefined;
    if (over?.kind === 'identifier') return over.text;
    const callee = parent.kind === 'call' ? dottedPath(parent.child('function') ?? parent) : '';
    const [, each] = /^(\w+)\.forEach$/.exec(callee) ?? [];
    if (each !== undefined) return each;
  }
  return undefined;
}

/** Made once, of nothing, and never named as what something is put into or done with. */
function isEmptyForCertain(name: string, facts: FileFacts): boolean {
  const bindings = facts.tree.nodes.filter((node) => bindingTarget(node)?.text === name);
  const [made] = bindings;
  const value = made?.child('value') ?? made?.child('right');
  if (
    bindings.length !== 1 ||
    !value ||
    !/^(\[\]|\(\)|\{\}|list\(\)|set\(\)|new (Array|Set)\(\))$/.test(value.text)
  )
    return false;
  const uses = facts.tree.nodes.filter(
    (node) => node.kind === 'identifier' && node.text === name && node !== bindingTarget(made ?? node),
  );
  return uses.every(
    (use) => use.parent?.kind === 'forIn' || /^\w+\.(forEach|length)$/.test(use.parent?.text ?? ''),
  );
}

/** `expect.assertions(1)` makes sure of it. */
function expectsCount(test: TestFact, facts: FileFacts): boolean {
  return callsWithin(test.body.body, facts.calls).some((call) =>
    /^(expect\.(assertions|hasAssertions)|t\.plan|.*\.fail|fail)$/.test(call.path),
  );
}

function branchAround(node: SyntaxNode, test: TestFact): SyntaxNode | undefined {
  let outermost: SyntaxNode | undefined;
  for (const parent of ancestors(node)) {
    if (parent === test.body.node) return outermost;
    if (BRANCHES.has(parent.kind)) outermost = parent;
    else if (LOOP_KINDS.has(parent.kind)) return undefined;
    else if (parent.kind === 'function') return undefined;
  }
  return undefined;
}

function earlyReturn(test: TestFact, first: SyntaxNode): SyntaxNode | undefined {
  for (const statement of test.body.statements) {
    if (statement.contains(first)) return undefined;
    if (statement.kind !== 'if' || statement.child('alternative')) continue;
    const consequence = statement.child('consequence');
    const last = consequence?.kind === 'block' ? meaningful(consequence).at(-1) : consequence;
    const condition = statement.child('condition');
    const isBare = last?.kind === 'return' && meaningful(last).length === 0;
    if (isBare && condition && !ENVIRONMENT.test(condition.text)) return condition;
  }
  return undefined;
}
