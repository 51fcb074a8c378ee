import type { CallFact, FileFacts, TestFact } from '../syntax/facts';
import type { SyntaxNode } from '../syntax/tree';
import { dottedPath, meaningful, unwrap } from '../syntax/values';
import { isAssertingCall } from './assertions';
import { callsWithin } from './effects';

/** One assertion in the body of a test. */
export interface AssertionFact {
  node: SyntaxNode;
  /** As written without arguments: `expect().not.toThrow`, `self.assertEqual`; `assert` for Python's statement. */
  path: string;
  /** The last name of the path. */
  name: string;
  negated: boolean;
  /** What is looked at: the argument of `expect`, the first one of `assert.equal`, the condition of `assert`. */
  actual: SyntaxNode | undefined;
  /** The remaining arguments. */
  expected: readonly SyntaxNode[];
  /** A helper of whose insides nothing is known here. */
  opaque: boolean;
}

const READABLE =
  /^(expect\b|assert\b|self\.(assert|fail)|t\.|chai\.|pytest\.|sinon\.assert|jest\.)|\.assert_\w+$|\bshould\b/;

const known = new WeakMap<TestFact, AssertionFact[]>();

/** Every assertion of a test, those in its callbacks too, outermost call of each chain only. */
export function assertionsOf(test: TestFact, facts: FileFacts): readonly AssertionFact[] {
  let found = known.get(test);
  if (!found) known.set(test, (found = findAssertions(test, facts)));
  return found;
}

function findAssertions(test: TestFact, facts: FileFacts): AssertionFact[] {
  const found: AssertionFact[] = [];
  for (const node of facts.tree.below(test.body.body)) {
    if (node.kind === 'assert') found.push(statement(node));
    else if (node.kind === 'expressionStatement' && node.children[0]?.kind === 'member') {
      const property = chaiProperty(node.children[0], facts);
      if (property) found.push(property);
    }
  }
  for (const call of callsWithin(test.body.body, facts.calls)) {
    if (!isAssertingCall(call, facts) || isPartOfChain(call)) continue;
    found.push(ofCall(call, facts));
  }
  return found.sort((a, b) => a.node.index - b.node.index);
}

function statement(node: SyntaxNode): AssertionFact {
  const condition = meaningful(node)[0];
  const actual = condition && unwrap(condition);
  return { node, path: 'assert', name: 'assert', negated: false, actual, expected: [], opaque: false };
}

/** `expect(x).to.be.true` */
function chaiProperty(member: SyntaxNode, facts: FileFacts): AssertionFact | undefined {
  const path = dottedPath(member);
  if (!path.startsWith('expect()')) return undefined;
  const inner = callsWithin(member, facts.calls).find((call) => call.path === 'expect');
  const name = path.split('.').pop() ?? '';
  const negated = /\bnot\b/.test(path);
  return { node: member, path, name, negated, actual: inner?.arguments[0], expected: [], opaque: false };
}

/** `expect(x)` within `expect(x).toBe(y)`, or a call that only hands its result to an assertion. */
function isPartOfChain(call: CallFact): boolean {
  let { parent } = call.node;
  while (parent?.kind === 'member') parent = parent.parent;
  const continues = call.node.parent?.kind === 'member' && call.node.field === 'object';
  return continues && (parent?.kind === 'call' || call.path === 'expect');
}

function ofCall(call: CallFact, facts: FileFacts): AssertionFact {
  const { node, path, name } = call;
  const negated = /\bnot\b|^(assert\.|self\.assert|t\.)?not[A-Z]/.test(path);
  const opaque = !READABLE.test(path);
  if (call.root === 'expect') {
    const inner = callsWithin(call.callee, facts.calls).find((one) => one.path === 'expect');
    return { node, path, name, negated, actual: inner?.arguments[0], expected: call.arguments, opaque };
  }
  const [actual, ...expected] = call.arguments;
  return { node, path, name, negated, actual, expected, opaque };
}
