import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import { comparedValues } from '../workspace/comparedValues';

export const magicLiteral: Rule = {
  id: 'QC10',
  name: 'magic-literal',
  stage: 'quality',
  severity: 'hint',
  confidence: 'low',
  isOffByDefault: true,
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation: 'A number without a name decides the same thing in several places of a file.',
  yieldsTo: ['QC11'],
  bad: [
    {
      grammar: 'typescript',
      code: `
export function colour(order) {
»  if (order.state === 17) return 'red';
  return order.state === 17 && late(order) ? 'orange' : 'green';
}`,
    },
    {
      grammar: 'python',
      code: `
def colour(order):
»    if order.state == 17:
        return "red"
    return "orange" if order.state == 17 else "green"
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
const CANCELLED = 17;
export function colour(order, response) {
  if (order.state === CANCELLED || order.items.length === 44) return 'red';
  if (response.status === 404 || response.status === 503) return 'grey';
  return order.state === CANCELLED ? 'orange' : 'green';
}`,
    },
    {
      grammar: 'python',
      code: `
def colour(order):
    if order.state == 17:
        return "red"
    return "green"
`,
    },
  ],
  *check(facts) {
    const places = new Map<string, ReturnType<typeof comparedValues>>();
    for (const one of comparedValues(facts)) {
      const key = `${one.subject} ${one.value}`;
      places.set(key, [...(places.get(key) ?? []), one]);
    }
    for (const [first, ...more] of places.values()) {
      if (!first || more.length === 0) continue;
      yield {
        range: first.node,
        message: `${first.subject} is compared with ${first.value} in ${more.length + 1} places, and nothing says what ${first.value} means.`,
        related: more.map(({ node }) => ({ range: node, message: 'compared again' })),
      };
    }
  },
};
