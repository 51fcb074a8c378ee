import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { isConstantIn } from '../syntax/locals';
import { sameText } from '../syntax/values';
import { isPretendingName, isPurposefullyRandom, promisesComputation, wordsOf } from '../syntax/words';
import { admissionIn } from './admission';
import { doesNoWork, promisedParameters, readsParameters, returnedValues } from './effects';
import { isReachable } from './reach';

/** A yes or no that doesn't depend on its question is often a policy: it takes an admission to call it theater. */
const POLICY_WORD =
  /^(is|has|should|supports|can|allow|allows|needs|requires|may|must|wants|accepts|use|uses|enable|enabled)$/;

export const hardcodedResult: Rule = {
  id: 'TH01',
  name: 'hardcoded-result',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A function whose name promises a computed result ignores its inputs and returns a constant.',
  yieldsTo: ['TH03', 'TH16'],
  bad: [
    {
      grammar: 'typescript',
      code: `
»export function calculateTrend(data: number[]): string {
  return 'STABLE';
}
»export function scanForLeaks(processes: Process[]) {
  const leaks: string[] = [];
  return { leaking: false, leaks };
}`,
    },
    {
      grammar: 'javascript',
      code: `
class Auditor {
»  async detectLeaks(processes) {
    console.log('checking', processes);
    return [];
  }
}
module.exports = { Auditor };`,
    },
    {
      grammar: 'python',
      code: `
class Cache:
»    def hit_rate(self, phase):
        return 0.85
`,
    },
    {
      grammar: 'python',
      code: `
»def validate_order(order):
    """Check that the order is complete."""
    result = {"valid": True, "errors": []}
    return result
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
class Flat extends Trend {
  calculateTrend(data: number[]) { return 'STABLE'; }
}
export const computeSize: Sizer = (node) => 1;
export function getName(context: Context) { return 'name'; }
export function isEnabled(feature: string) { return true; }
export function calculateArea(side: number) { return side * side; }
export function scanFiles(root: string) {
  const found: string[] = [];
  visitors.forEach((visit) => visit(found));
  return { done: true, found };
}
export function countItems(_items: string[]) { return 0; }`,
    },
    {
      grammar: 'python',
      code: `
class Base(Protocol):
    def score(self, item): return 0.0

class Estimator:
    @property
    def accuracy(self): return 0.5
    @abstractmethod
    def predict(self, rows): return []

def calculate_total(rows):
    return sum(rows)

def random_seed_score(rows):
    return 4
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      const constant = hardcodedValue(fact, facts);
      if (!constant) continue;
      const inputs = fact.parameters.map((parameter) => parameter.name ?? 'its argument').join(', ');
      const admission = admissionIn(fact);
      const admitted = admission ? `, and a comment says "${admission.text.slice(0, 80)}"` : '';
      yield {
        range: fact.node,
        message: `${fact.name ?? ''} never reads ${inputs} and always returns ${constant.text.slice(0, 60)}${admitted}.`,
      };
    }
  },
};

function hardcodedValue(fact: FunctionFact, facts: FileFacts): SyntaxNode | undefined {
  if (!isCandidate(fact) || !isReachable(fact, facts)) return undefined;
  const values = returnedValues(fact);
  const first = values[0];
  if (
    !first ||
    first.kind === 'null' ||
    !values.every((value) => value && isConstantIn(value, fact) && sameText(value, first))
  ) {
    return undefined;
  }
  if (isPolicy(fact, first) && !admissionIn(fact)) return undefined;
  if (!doesNoWork(fact, facts.calls) || readsParameters(fact, facts.calls)) return undefined;
  return first;
}

function isCandidate(fact: FunctionFact): boolean {
  const { name, place, enclosingClass } = fact;
  if (name === undefined || place === 'callback' || fact.constrained || fact.isConstructor || fact.isAccessor)
    return false;
  if (
    enclosingClass &&
    (enclosingClass.bases.length > 0 || enclosingClass.abstract || isPretendingName(enclosingClass.name))
  ) {
    return false;
  }
  if (promisedParameters(fact) === 0 || fact.handlers.length > 0) return false;
  if (place === 'objectMember' && !admissionIn(fact)) return false;
  if (isPretendingName(name) || isPurposefullyRandom(name)) return false;
  return promisesComputation(name) || admissionIn(fact) !== undefined;
}

function isPolicy(fact: FunctionFact, value: SyntaxNode): boolean {
  const first = wordsOf(fact.name ?? '')[0] ?? '';
  return (value.kind === 'true' || value.kind === 'false') && POLICY_WORD.test(first);
}
