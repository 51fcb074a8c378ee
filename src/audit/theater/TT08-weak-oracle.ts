import type { FileFacts, TestFact } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { meaningful, unwrap, unwrapAwait } from '../syntax/values';
import { isAssertingCall } from './assertions';
import { callsWithin, isInertCall } from './effects';
import { resolvedLocal } from './claims';
import type { AssertionFact } from './testAssertions';
import { assertionsOf } from './testAssertions';

/** That something is there, or of a type, or did not throw, is all that such a title promises. */
const MODEST_TITLE =
  /throw|crash|raise|smoke|allowed|accepted|tolerat|exist|defined|instance|types?\b|_type|construct|creates? an? (new )?instance|be created|should create$|instantiat|import|export|interface|render|mount|attribute|availab|present|callable|subclass|non-?null|not_?none|\bnone\b|without error|no error/i;

export const weakOracle: Rule = {
  id: 'TT08',
  name: 'weak-oracle',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'A test looks only at whether there is a result, or at its type, and not at what it is.',
  yieldsTo: ['TT02', 'TT05', 'TT06', 'TT07'],
  bad: [
    {
      grammar: 'typescript',
      path: 'parse.test.ts',
      code: `
»it('parses a document', () => {
  const result = parse('a: 1');
  expect(result).toBeDefined();
  expect(typeof result).toBe('object');
});
»it('creates', async () => {
  const response = await request(app).post('/orders').send({});
  expect(response.status).to.be.oneOf([200, 400, 500]);
});
»it('handles lists', () => {
  expect(() => parse('- 1')).not.toThrow();
});`,
    },
    {
      grammar: 'python',
      path: 'test_parse.py',
      code: `
»def test_total():
    total = calculate([1, 2])
    assert total is not None
    assert isinstance(total, int)

»def test_create(client):
    response = client.post("/orders", json={})
    assert response.status_code in (200, 201, 400, 500)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'parse.test.ts',
      code: `
it('parses a document', () => {
  const result = parse('a: 1');
  expect(result).toBeDefined();
  expect(result.a).toBe(1);
});
it('is valid', () => { expect(isValid('a: 1')).toBeTruthy(); });
it('calls back', () => {
  let done = false;
  parse('a: 1', () => { done = true; });
  expect(done).toBeTruthy();
});`,
    },
    {
      grammar: 'python',
      path: 'test_parse.py',
      code: `
def test_total():
    total = calculate([1, 2])
    assert total is not None
    assert total == 3

def test_valid():
    assert is_valid("a")

def test_create(client):
    response = client.post("/orders", json={})
    assert response.status_code in (200, 201)
`,
    },
  ],
  *check(facts) {
    for (const test of facts.tests) {
      const observation = observe(test, facts);
      if (observation) yield observation;
    }
  },
};

function observe(test: TestFact, facts: FileFacts): Observation | undefined {
  const assertions = assertionsOf(test, facts);
  const first = assertions[0];
  if (!first || assertions.some((assertion) => assertion.opaque || !isWeak(assertion, test)))
    return undefined;
  const isComputed =
    acts(test, facts) || assertions.some((assertion) => looksAtResult(assertion, test, facts));
  const isModest = MODEST_TITLE.test(test.title) || !isComputed;
  const range = test.node;
  const shown = first.node.text.replace(/\s+/g, ' ').slice(0, 60);
  const message = `Test "${test.title.slice(0, 60)}" only checks "${shown}": almost any result would pass.`;
  return isModest ? { range, message, severity: 'info', confidence: 'low' } : { range, message };
}

const WEAK_MATCHER =
  /^(toBeDefined|toBeTruthy|toBeTypeOf|toExist|exist|exists|ok|isOk|isDefined|isObject|isFunction|isString|isNumber|isArray|doesNotThrow|notThrows|truthy|assertIsNotNone|isNotNull|isNotNil)$/;
const WEAK_NEGATED =
  /^(toBeNull|toBeUndefined|toThrow|toThrowError|toBeFalsy|null|undefined|throw|toBe|toEqual|equal|toBeNil)$/;

function isWeak(assertion: AssertionFact, test: TestFact): boolean {
  const { name, negated, expected, path } = assertion;
  const actual = assertion.actual && unwrap(assertion.actual);
  if (!actual) return false;
  if (path === 'assert' && assertion.node.kind === 'assert')
    return isWeakCondition(actual) || isMereName(actual, test) || isAnyStatusOf(actual);
  if (!negated && /^(toContain|include|includes|assertIn|oneOf)$/.test(name))
    return isAnyStatus(actual) || isAnyStatus(expected[0]);
  if (negated && WEAK_NEGATED.test(name))
    return !/^(toBe|toEqual|equal)$/.test(name) || isNothing(expected[0]);
  if (negated) return false;
  if (/^(toBe|toEqual|equal|strictEqual|equals|eq|is)$/.test(name) && /^typeof\b/.test(actual.text))
    return true;
  if (/^(a|an)$/.test(name) && path.startsWith('expect()')) return true;
  if (/^assert(True)?$/.test(name)) return isWeakCondition(actual);
  if (/^(toBeInstanceOf|assertIsInstance|instanceOf|instanceof)$/.test(name))
    return BUILT_IN.test(expected[0]?.text ?? '');
  if (!WEAK_MATCHER.test(name)) return false;
  if (/^(toBeTruthy|ok|isOk|truthy)$/.test(name))
    return actual.kind === 'identifier' && !isAnswer(actual, test);
  return true;
}

/** `status in (200, 400, 500)` */
function isAnyStatusOf(condition: SyntaxNode): boolean {
  const operator = condition.child('operator') ?? condition.child('operators');
  return condition.kind === 'binary' && operator?.text === 'in' && isAnyStatus(meaningful(condition).at(-1));
}

/** A list of statuses of HTTP in which both success and a failure of the server are welcome. */
function isAnyStatus(list: SyntaxNode | undefined): boolean {
  const codes =
    /^[[({]([\d\s,]+)[\])}]$/
      .exec(list?.text ?? '')?.[1]
      ?.split(',')
      .map(Number) ?? [];
  return codes.some((code) => code >= 200 && code < 300) && codes.some((code) => code >= 500 && code < 600);
}

/** `assert order`, where a call that makes or looks up something gave it. */
function isMereName(actual: SyntaxNode, test: TestFact): boolean {
  const source = actual.kind === 'identifier' ? resolvedLocal(actual, test.body) : actual;
  const callee = source.kind === 'call' ? (source.child('function')?.text ?? '') : '';
  return /(^|[._])(create|get|build|make|parse|load|fetch|find|compute|calculate|process|generate|render|transform|summarize|analyze)\w*$/.test(
    callee,
  );
}

/** Something is done to the object before it is looked at. */
function acts(test: TestFact, facts: FileFacts): boolean {
  return test.body.statements.some((statement) => {
    const call =
      statement.kind === 'expressionStatement'
        ? facts.calls.find(({ node }) => node === unwrapAwait(statement.children[0] ?? statement))
        : undefined;
    return (
      call !== undefined &&
      call.root !== 'expect' &&
      !isAssertingCall(call, facts) &&
      /\w\.\w/.test(call.path) &&
      !isInertCall(call)
    );
  });
}

function isNothing(node: SyntaxNode | undefined): boolean {
  return node !== undefined && (node.kind === 'null' || node.text === 'undefined');
}

/** A class of one's own may be all that a result is about; that it is a dictionary says little. */
const BUILT_IN =
  /^\(?((str|int|float|bool|list|dict|tuple|set|object|Exception|Array|Object|Function|Promise|Map|Set|Date|String|Number)(, ?)?)+\)?$/;

function isBuiltInTypeCheck(call: SyntaxNode): boolean {
  return (
    call.child('function')?.text === 'isinstance' &&
    BUILT_IN.test(call.child('arguments')?.children.at(-1)?.text ?? '')
  );
}

/** `x is not None`, `isinstance(x, T)`, `hasattr(x, 'a')`, and several of them joined by `and`. */
function isWeakCondition(condition: SyntaxNode): boolean {
  if (condition.kind === 'call')
    return (
      /^(hasattr|callable)$/.test(condition.child('function')?.text ?? '') || isBuiltInTypeCheck(condition)
    );
  if (condition.kind !== 'binary') return false;
  const sides = condition.children
    .filter((child) => child.kind !== 'token' && child.kind !== 'comment')
    .map(unwrap);
  if (condition.child('operator')?.text === 'and') return sides.every(isWeakCondition);
  return /\bis not None$|!= None$|!==? (null|undefined)$/.test(condition.text);
}

/** A value that is a yes or no is looked at in full. */
function isAnswer(value: SyntaxNode, test: TestFact): boolean {
  const source = resolvedLocal(value, test.body);
  if (value.kind === 'identifier' && isFlag(value.text, test)) return true;
  const asked = `${value.text} ${source.text.slice(0, 80)}`;
  return /\b(await )?([\w$]+\.)*(is|has|can|should|does|was|contains|includes|exists|matches|valid|equal|some|every|test|check|verify|success|ok|passed|found|allowed)(?![a-z])|[!=]==|&&/i.test(
    asked,
  );
}

/** `let called = false` that something sets to true. */
function isFlag(name: string, test: TestFact): boolean {
  return test.body.statements.some((statement) => {
    const declarator = statement.childOfKind('declarator') ?? statement.childOfKind('assign');
    const target = declarator?.child('name') ?? declarator?.child('left');
    const value = declarator?.child('value') ?? declarator?.child('right');
    return target?.text === name && /^(true|false|True|False)$/.test(value?.text ?? '');
  });
}

/** Something that a call computed is looked at, rather than a thing that was only made. */
function looksAtResult(assertion: AssertionFact, test: TestFact, facts: FileFacts): boolean {
  const actual = assertion.actual && unwrap(assertion.actual);
  if (!actual) return false;
  if (actual.kind === 'function') return true;
  const inner = callsWithin(actual, facts.calls).map(({ node }) => node);
  const roots = [actual, ...facts.tree.below(actual)].filter((node) => node.kind === 'identifier');
  return [actual, ...inner, ...roots.map((root) => resolvedLocal(root, test.body))].some((source) => {
    const call = facts.calls.find(({ node }) => node === source);
    return (
      call !== undefined &&
      !call.isNew &&
      !isInertCall(call) &&
      !/^[A-Z]|^(isinstance|hasattr|callable|require|import|create\w*|make\w*|build\w*|get_?module|new_?\w*|render\w*|mount|shallow)$/.test(
        call.name,
      )
    );
  });
}
