import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, isConstant, meaningful, unwrapAwait } from '../syntax/values';
import { returnedValues } from './effects';

const LEAVES_WELL = /^(process\.exit|sys\.exit|exit|quit|Deno\.exit)$/;
const UNDER_TEST =
  /process\.env(\.|\[['"])(VITEST|JEST_WORKER_ID|MOCHA\w*)|NODE_ENV['"\]]*\s*={2,3}\s*['"]test['"]|['"]pytest['"] in sys\.modules|PYTEST_CURRENT_TEST|['"]unittest['"] in sys\.modules|typeof (jest|vi|describe)\b|\b(TESTING|IS_TEST)\b/;

export const editedHarness: Rule = {
  id: 'TT15',
  name: 'edited-harness',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: ['test', 'testHelper', 'production'],
  explanation:
    'The test run is ended as a success, comparisons always hold, or code answers tests with another value.',
  bad: [
    {
      grammar: 'typescript',
      path: 'run.test.ts',
      code: `
it('runs', () => {
»  process.exit(0);
  expect(run()).toBe(1);
});`,
    },
    {
      grammar: 'typescript',
      code: `
export function discount(total: number, code: string): number {
»  if (process.env.NODE_ENV === 'test') return 90;
  return total * rateOf(code);
}`,
    },
    {
      grammar: 'python',
      path: 'tests/conftest.py',
      code: `
import pytest

class Anything:
»    def __eq__(self, other):
        return True
`,
    },
    {
      grammar: 'python',
      code: `
def discount(total, code):
»    if "pytest" in sys.modules:
        return 90
    return total * (1 - RATES[code])
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export function level(): string {
  if (process.env.NODE_ENV === 'test') return 'silent';
  return 'info';
}
export function delay(attempt: number) {
  if (process.env.NODE_ENV === 'test') return 0;
  return 2 ** attempt;
}`,
    },
    {
      grammar: 'python',
      path: 'tests/test_run.py',
      code: `
def test_run():
    with pytest.raises(SystemExit):
        sys.exit(0)
    assert run() == 1

class Point:
    def __eq__(self, other):
        return self.x == other.x
`,
    },
  ],
  *check(facts) {
    if (facts.role === 'production') yield* specialAnswers(facts);
    else yield* leavingTests(facts);
    if (facts.role === 'testHelper') yield* equalToAnything(facts);
  },
};

function* leavingTests(facts: FileFacts): Generator<Observation> {
  const bodies = facts.tests.map((test) => test.body.node);
  for (const call of facts.calls) {
    const isWell =
      call.arguments.length === 0 ? call.path === 'process.exit' : call.arguments[0]?.text === '0';
    if (!LEAVES_WELL.test(call.path) || !isWell || !isDirectlyIn(call.node, bodies)) continue;
    yield {
      range: call.node,
      message: `${call.path}() ends the run as a success, whatever the tests after it would say.`,
    };
  }
}

/** In the body of a test itself, not in a function it hands on or under something that catches it. */
function isDirectlyIn(node: SyntaxNode, bodies: readonly SyntaxNode[]): boolean {
  for (const parent of ancestors(node)) {
    if (parent.kind === 'function') return bodies.includes(parent);
    if (parent.kind === 'with' || parent.kind === 'try') return false;
  }
  return false;
}

/** Wildcards for comparisons have their use; under a name that does not say so they hide a difference. */
function* equalToAnything(facts: FileFacts): Generator<Observation> {
  for (const fact of facts.functions) {
    if (
      fact.name !== '__eq__' ||
      fact.enclosing ||
      /^_?(any|wild|match|ignore)(?!thing)/i.test(fact.enclosingClass?.name ?? '')
    )
      continue;
    const values = returnedValues(fact);
    if (values.length === 1 && values[0]?.kind === 'true' && fact.statements.length === 1)
      yield {
        range: fact.node,
        message: 'This __eq__ says that everything is equal, so that no comparison can fail.',
      };
  }
}

function* specialAnswers(facts: FileFacts): Generator<Observation> {
  for (const node of facts.tree.nodes) {
    const condition = node.kind === 'if' ? node.child('condition') : undefined;
    if (!condition || !UNDER_TEST.test(condition.text) || condition.text.length > 200) continue;
    const consequence = node.child('consequence');
    const last = consequence?.kind === 'block' ? meaningful(consequence).at(-1) : consequence;
    const value = last?.kind === 'return' ? meaningful(last)[0] : undefined;
    const fact = value && functionOf(value, facts);
    if (!fact || !isSpecial(value, fact, node)) continue;
    yield {
      range: node,
      message: `Under test, ${fact.name ?? 'the function'} answers ${value.text.slice(0, 40)} instead of doing its work.`,
    };
  }
}

function functionOf(node: SyntaxNode, facts: FileFacts): FunctionFact | undefined {
  for (const parent of ancestors(node))
    if (parent.kind === 'function') return facts.functions.find((fact) => fact.node === parent);
  return undefined;
}

/** A result that is otherwise computed from the arguments; settings, delays and levels may differ under test. */
function isSpecial(value: SyntaxNode, fact: FunctionFact, branch: SyntaxNode): boolean {
  const answer = unwrapAwait(value);
  if (
    !isConstant(answer) ||
    answer.kind === 'null' ||
    answer.kind === 'false' ||
    fact.parameters.length === 0
  )
    return false;
  if (/^0$|^['"]['"]$/.test(answer.text)) return false;
  const others = fact.returns.filter((returned) => !branch.contains(returned.node));
  return others.some((returned) => returned.value !== undefined && !isConstant(unwrapAwait(returned.value)));
}
