import type { TestOutline } from '../testOutline';
import type { FileFacts } from './facts';
import { suiteName } from './testPath';
import type { SyntaxNode } from './tree';
import { ancestors, dottedPath } from './values';

/** More tests than this are found by running them. */
const MAX_TESTS = 5_000;

/** The tests of a file in the suites that they stand in, in the order of the text. */
export function testOutline({ tests, tree }: FileFacts): TestOutline[] {
  const top: TestOutline[] = [];
  const known = new Map<SyntaxNode, TestOutline>();
  const add = (node: SyntaxNode, name: string, isSuite: boolean): TestOutline => {
    const before = known.get(node);
    if (before) return before;
    const callee = node.child('function');
    const made: TestOutline = {
      name,
      isSuite,
      isTemplate: callee !== undefined && /\.each\b/.test(dottedPath(callee)),
      startLine: tree.lineAt(node.start),
      endLine: tree.lineAt(Math.max(node.start, node.end - 1)),
      children: [],
    };
    known.set(node, made);
    const around = suiteAround(node);
    (around ? add(around.node, around.name, true).children : top).push(made);
    return made;
  };
  for (const { node, title } of [...tests].sort((a, b) => a.node.start - b.node.start).slice(0, MAX_TESTS))
    add(node, title, false);
  return top;
}

function suiteAround(node: SyntaxNode): { node: SyntaxNode; name: string } | undefined {
  for (const around of ancestors(node)) {
    const name = suiteName(around);
    if (name !== undefined) return { node: around, name };
  }
  return undefined;
}
