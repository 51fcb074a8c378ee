import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';

const NOT_IMPLEMENTED = /NotImplementedError\b|\bnot (yet )?implemented\b|\bunimplemented\b|['"`]TODO\b/i;
/** A message about platforms or options states a limit, not unfinished work. */
const STATES_A_LIMIT =
  /platform|support|windows|linux|macos|darwin|browser|override|subclass|must|should|abstract/i;

export const notImplemented: Rule = {
  id: 'TH06',
  name: 'not-implemented',
  stage: 'theater',
  severity: 'info',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A function does nothing but say that it is not implemented.',
  bad: [
    {
      grammar: 'typescript',
      code: `
»export function exportReport(report: Report): string {
  throw new Error('Not implemented');
}`,
    },
    {
      grammar: 'python',
      code: `
»def export_report(report):
    raise NotImplementedError
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export abstract class Store {
  load(): void { throw new Error('Not implemented'); }
}
export function watch() { throw new Error('Watching is not implemented on this platform'); }
export function run(kind: string) {
  if (kind === 'slow') throw new Error('slow is not implemented');
  return start(kind);
}`,
    },
    {
      grammar: 'python',
      code: `
class Store:
    def load(self):
        raise NotImplementedError
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      const { statements, name } = fact;
      const only = statements[0];
      if (statements.length !== 1 || only?.kind !== 'throw' || name === undefined || isExpectedToThrow(fact))
        continue;
      if (!NOT_IMPLEMENTED.test(only.text) || STATES_A_LIMIT.test(only.text)) continue;
      const called = isCalled(fact, facts);
      yield {
        range: fact.node,
        message: called
          ? `${name} is called in this file, and all it does is say that it is not implemented.`
          : `All ${name} does is say that it is not implemented.`,
        severity: called || fact.exported ? 'warning' : 'info',
      };
    }
  },
};

/** In a class this is how an abstract method is written where the language has no word for it. */
function isExpectedToThrow(fact: FunctionFact): boolean {
  return (
    fact.constrained ||
    fact.enclosingClass !== undefined ||
    fact.place === 'callback' ||
    fact.place === 'objectMember'
  );
}

function isCalled(fact: FunctionFact, facts: FileFacts): boolean {
  return facts.calls.some((call) => call.path === fact.name && !fact.node.contains(call.node));
}
