import type { FileFacts } from '../syntax/facts';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors } from '../syntax/values';

/** Tests of equality, or of assertions themselves, state the obvious on purpose. */
const ABOUT_EQUALITY =
  /eq(ual|uals|uality)?(?![a-z])|identi|reflexiv|same|compar|cmp|nan\b|hash|order|rich|operator|singleton|self|stable|idempoten|cache|intern|memo|copy|referen|weak|assert|grammar|warning/i;

/** The test around a node is about equality: its title says so, or it also asserts that other values differ. */
export function isAboutEquality(node: SyntaxNode, facts: FileFacts): boolean {
  const line = facts.tree.lineAt(node.start);
  const isSaid = facts.comments.some(
    ({ endLine, text }) => (endLine === line || endLine === line - 1) && ABOUT_EQUALITY.test(text),
  );
  if (isSaid) return true;
  const tests = new Map(facts.tests.map((test) => [test.body.node, test]));
  for (const parent of ancestors(node)) {
    const test = tests.get(parent);
    if (test && (ABOUT_EQUALITY.test(test.title) || assertsDifference(test.body.node))) return true;
    const name =
      parent.kind === 'class' || parent.kind === 'function' ? parent.child('name')?.text : undefined;
    if (name !== undefined && ABOUT_EQUALITY.test(name)) return true;
    const title =
      parent.kind === 'call' ? parent.child('arguments')?.children[0]?.text.slice(0, 200) : undefined;
    if (title !== undefined && /^["'`]/.test(title) && ABOUT_EQUALITY.test(title)) return true;
  }
  return false;
}

function assertsDifference(body: SyntaxNode): boolean {
  return /\b(assertNotEquals?|assertIsNot|notEqual|notStrictEqual|assertLess|assertGreater)\b|\.not\.to(Be|Equal|StrictEqual)\b|\bhash\(|assert (?![^\n]*\bor\b)[^\n]* != /.test(
    body.text,
  );
}
