import type { FileFacts, TestFact } from './facts';
import type { SyntaxNode } from './tree';
import { ancestors, dottedPath, meaningful, stringValue } from './values';

/** Calls that give the tests within them a place in the names that runners use. */
const SUITE = /^(describe|suite|context|fdescribe|xdescribe|it|test|t\.test)\b/;

/**
 * The name of a test as its runner shows it, suites first: `cart > adds`. Undefined where it can't be told, and where two
 * tests of the file have the same.
 */
export function testPath(test: TestFact, facts: FileFacts): string | undefined {
  const path = pathOf(test);
  const isAlone = facts.tests.every((other) => other === test || pathOf(other) !== path);
  return isAlone ? path : undefined;
}

function pathOf({ node, title }: TestFact): string {
  const names = [title];
  for (const around of ancestors(node)) {
    const name = suiteName(around);
    if (name !== undefined) names.unshift(name);
  }
  return names.join(' > ');
}

/** The name that a node gives to the tests within it; undefined for what is no suite. */
export function suiteName(node: SyntaxNode): string | undefined {
  if (node.type === 'class_definition') return node.child('name')?.text;
  const callee = node.kind === 'call' ? node.child('function') : undefined;
  const list = node.child('arguments');
  if (!callee || !list || !SUITE.test(dottedPath(callee))) return undefined;
  return stringValue(meaningful(list)[0]);
}
