import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { FunctionFact } from '../syntax/facts';

const LIMIT = 6;

export const parameters: Rule = {
  id: 'QC05',
  name: 'parameters',
  stage: 'quality',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: `A function takes more than ${LIMIT} arguments by position.`,
  bad: [
    {
      grammar: 'typescript',
      code: `\n»function f(a, b, c, d, e, g, h) { return a + b + c + d + e + g + h; }`,
    },
    { grammar: 'python', code: `\n»def f(a, b, c, d, e, g, h):\n    return a + b + c + d + e + g + h\n` },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `\nclass A { constructor(a, b, c, d, e, g, h) { this.all = [a, b, c, d, e, g, h]; } }\nfunction f({ a, b, c, d, e, g, h }) { return a; }`,
    },
    {
      grammar: 'python',
      code: `\ndef f(a, b, *, c, d, e, g, h):\n    return a\n\nclass A:\n    def f(self, a, b, c, d, e, g):\n        return a\n`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      if (fact.isConstructor || fact.constrained || fact.place === 'callback') continue;
      const count = positionalCount(fact);
      if (count <= LIMIT || (fact.enclosingClass?.bases.length ?? 0) > 0) continue;
      yield {
        range: fact.node,
        message: `${fact.name ?? 'This function'} takes ${count} arguments by position, more than ${LIMIT}.`,
      };
    }
  },
};

/** What stands after Python's `*` or `*args` is passed by name and can't be mixed up. */
function positionalCount(fact: FunctionFact): number {
  const separator = fact.parameterList?.children.find(
    (child) => child.type === 'keyword_separator' || child.type === 'list_splat_pattern',
  );
  return fact.parameters.filter(
    (parameter) => !parameter.rest && (!separator || parameter.node.start < separator.start),
  ).length;
}
