import type { CallFact, FileFacts, FunctionFact, TestFact } from '../syntax/facts';
import { matchesGlob } from '../../base/glob';
import { callsWithin } from './effects';

/** Helpers are followed this many calls deep, in the same file. */
const HELPER_DEPTH = 3;

const ASSERTING_NAME =
  /(^|[._])(assert|expect|should|verify|verifies|check|ensure|validate|must|insist|demand|fail|compare|matches|throws?|rejects?|raises)(?![a-z])|(^|\.)(assert|expect|should|verify|check|ensure)[A-Z_(.]|Assert|Expect|Verify(?=[A-Z_]|$)|_(assert|expect|check|verify)/;
const ASSERTING_PATH =
  /^(chai|sinon\.assert|pytest\.(raises|warns|fail|deprecated_call|xfail|approx)|cy\.|t\.(is|ok|not|equal|equals|same|true|false|truthy|falsy|deepEqual|notOk|pass|fail|throws|snapshot|like|regex|plan|match|error|assert|end|strictSame|notSame|notEqual|notDeepEqual|doesNotThrow|notThrows|ifError|resolves|resolveMatch|has|hasStrict|notMatch|notRegex|type|emits|matchSnapshot)\b|tap\.|screen\.(get|find)|page\.(waitFor|expect)|waitFor|expectTypeOf|assertType|attest|(ruleTester|tester)\.run)|\.(expect|should|toMatchSnapshot)(\(\))?|\.assert_\w+$/;

export function isAssertingCall(call: CallFact, facts: FileFacts): boolean {
  return isAssertingPath(call.path) || isNamedAssertion(call.path, facts.assertFunctions);
}

/** Whether a call of that path asserts, by its name alone. */
export function isAssertingPath(path: string): boolean {
  return ASSERTING_NAME.test(path) || ASSERTING_PATH.test(path);
}

/** Whether the project's settings say that a call of that path asserts. */
export function isNamedAssertion(path: string, patterns: readonly string[]): boolean {
  const name = path.replaceAll('()', '').split('.').pop() ?? '';
  return patterns.some((pattern) => matchesGlob(pattern, path) || matchesGlob(pattern, name));
}

/** Functions of a file by name, for following a test into its helpers. */
export function helpersByName(facts: FileFacts): Map<string, FunctionFact> {
  const helpers = new Map<string, FunctionFact>();
  for (const fact of facts.functions) if (fact.name !== undefined) helpers.set(fact.name, fact);
  return helpers;
}

/** The test can fail by itself: by an assertion, a throw of its own, or one in a helper, of the same file or another. */
export function reachesAssertion(
  test: TestFact,
  facts: FileFacts,
  helpers: Map<string, FunctionFact>,
): boolean {
  if (assertsElsewhere(test, facts)) return true;
  let front: FunctionFact[] = [test.body];
  const seen = new Set<FunctionFact>(front);
  for (let depth = 0; depth <= HELPER_DEPTH; depth++) {
    const next: FunctionFact[] = [];
    for (const fact of front) {
      if (assertsItself(fact, facts)) return true;
      for (const call of callsWithin(fact.node, facts.calls)) {
        const helper = helpers.get(call.name);
        if (helper && !seen.has(helper)) {
          seen.add(helper);
          next.push(helper);
        }
      }
    }
    front = next;
  }
  return false;
}

function assertsElsewhere(test: TestFact, facts: FileFacts): boolean {
  const asserting = facts.workspace?.asserting ?? [];
  if (asserting.length === 0) return false;
  return callsWithin(test.body.node, facts.calls).some((call) => asserting.includes(call.path));
}

/** An assertion stands in it, or it throws by itself. */
export function assertsItself(fact: FunctionFact, facts: FileFacts): boolean {
  const { tree } = fact.node;
  for (const node of tree.below(fact.node)) {
    if (node.kind === 'assert' || node.kind === 'throw') return true;
    if (node.kind === 'member' && node.child('property')?.text === 'should') return true;
  }
  return callsWithin(fact.node, facts.calls).some((call) => isAssertingCall(call, facts));
}

/** Two sides of an equality that a test asserts. */
export interface Comparison {
  call: CallFact;
  actual: CallFact['node'];
  expected: CallFact['node'];
}

const EQUALITY_MATCHERS =
  /^(toBe|toEqual|toStrictEqual|toMatchObject|toContainEqual|equal|equals|eql|eq|deepEqual|deep)$/;
const EQUALITY_FUNCTIONS =
  /^(assert\.(equal|strictEqual|deepEqual|deepStrictEqual|same|is)|assertEqual|assertEquals|assertIs|self\.assert(Equal|Equals|Is|ListEqual|DictEqual|SetEqual|TupleEqual|CountEqual|SequenceEqual|AlmostEqual)|t\.(is|equal|deepEqual|same)|(pd\.testing|pdt|tm|np\.testing|npt)\.assert_\w*(equal|allclose|close)\w*)$/;

/** Reads `expect(a).toBe(b)`, `assert.equal(a, b)` and `self.assertEqual(a, b)`; undefined for negations and the rest. */
export function comparisonOf(call: CallFact, facts: FileFacts): Comparison | undefined {
  if (EQUALITY_FUNCTIONS.test(call.path)) {
    const [actual, expected] = call.arguments;
    return actual && expected && { call, actual, expected };
  }
  if (
    call.root !== 'expect' ||
    !EQUALITY_MATCHERS.test(call.name) ||
    /\bnot\b|\.(resolves|rejects)\b/.test(call.path)
  )
    return undefined;
  const inner = expectCallIn(call, facts);
  const [actual] = inner?.arguments ?? [];
  const [expected] = call.arguments;
  return actual && expected && { call, actual, expected };
}

/** The `expect(...)` at the start of a chain of matchers. */
export function expectCallIn(call: CallFact, facts: FileFacts): CallFact | undefined {
  return callsWithin(call.callee, facts.calls).find(
    (inner) => inner.path === 'expect' && inner.node.start === call.node.start,
  );
}
