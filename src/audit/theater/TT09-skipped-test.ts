import { explains } from '../syntax/comments';
import type { FileFacts } from '../syntax/facts';
import { replaceWith } from '../syntax/fixes';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, TEST_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';

const FOCUSED = /^(it|test|describe|context|suite|specify)\.only\b|^(fit|fdescribe|ddescribe|iit)$/;
const SKIPPED =
  /^(it|test|describe|context|suite|specify)\.(skip|todo|fixme)\b|^(xit|xtest|xdescribe|xcontext|xspecify)$/;
const PYTHON_SKIP =
  /^((pytest\.)?mark\.(skip|xfail)|unittest\.(skip|expectedFailure)|skip|expectedFailure)(\(\s*\))?$/;

export const skippedTest: Rule = {
  id: 'TT09',
  name: 'skipped-test',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: TEST_ROLES,
  explanation: 'A focused test keeps all others from running; a test is skipped and nobody says why.',
  bad: [
    {
      grammar: 'typescript',
      path: 'cart.test.ts',
      code: `
»it.only('adds', () => { expect(add(1, 2)).toBe(3); });
»it.skip('subtracts', () => { expect(subtract(1, 2)).toBe(-1); });
»xit('multiplies', () => { expect(multiply(1, 2)).toBe(2); });`,
    },
    {
      grammar: 'python',
      path: 'test_cart.py',
      code: `
@pytest.mark.skip
»def test_adds():
    assert add(1, 2) == 3
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      path: 'cart.test.ts',
      code: `
// the service that this needs is replaced in May
it.skip('subtracts', () => { expect(subtract(1, 2)).toBe(-1); });
it('adds', () => { expect(add(1, 2)).toBe(3); });`,
    },
    {
      grammar: 'python',
      path: 'test_cart.py',
      code: `
@pytest.mark.skip(reason="needs the payment sandbox")
def test_adds():
    assert add(1, 2) == 3

@unittest.skipIf(sys.platform == "win32", "posix only")
def test_more():
    assert add(1, 2) == 3
`,
    },
  ],
  *check(facts) {
    for (const call of facts.calls) {
      const path = call.path.replaceAll('()', '');
      if (call.arguments.length < 2) continue;
      if (FOCUSED.test(path)) {
        const whole = call.callee.text
          .replace(/\.only\b/, '')
          .replace(/^(fit|iit)$/, 'it')
          .replace(/^[fd]describe$/, 'describe');
        yield {
          range: call.callee,
          message: `${path} keeps every other test of this run from running.`,
          fix: replaceWith('Run all tests again', call.callee, whole),
        };
      } else if (SKIPPED.test(path) && !isExplained(call.node, facts)) {
        yield {
          range: call.callee,
          message: `${path} leaves this test out, and nothing says why.`,
          severity: 'info',
        };
      }
    }
    for (const fact of facts.functions) {
      const skip =
        facts.family === 'python' && fact.decorators.find((decorator) => PYTHON_SKIP.test(decorator));
      if (!skip || isExplained(fact.node.parent ?? fact.node, facts) || isExplained(fact.node, facts))
        continue;
      yield {
        range: fact.node,
        message: `@${skip} leaves this test out, and nothing says why.`,
        severity: 'info',
      };
    }
  },
};

/** A comment on the line, or just above it, gives a reason or names a ticket. */
function isExplained(node: SyntaxNode, facts: FileFacts): boolean {
  const line = facts.tree.lineAt(node.start);
  return facts.comments.some(
    (comment) =>
      (comment.endLine === line - 1 || comment.line === line) &&
      (explains(comment) || /#\d+|https?:|[A-Z]+-\d+/.test(comment.text)),
  );
}
