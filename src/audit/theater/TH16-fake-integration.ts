import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { isPretendingName, startsWithIoVerb } from '../syntax/words';
import { admissionIn } from './admission';
import { callsWithin, doesNoWork, isSleepCall, promisedParameters, saysSuccess } from './effects';
import { bindingTarget, unwrapAwait } from '../syntax/values';

export const fakeIntegration: Rule = {
  id: 'TH16',
  name: 'fake-integration',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A function that should reach another system reports success without calling anything.',
  yieldsTo: ['TH03'],
  bad: [
    {
      grammar: 'typescript',
      code: `
export class Payments {
»  async charge(amount: number) {
    const id = 'ch_' + Date.now();
    return { status: 'succeeded', id, amount };
  }
}`,
    },
    {
      grammar: 'python',
      code: `
»def send_email(to, subject):
    print(f"Sending {subject} to {to}")
    return True
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export class MemoryStore { save(item: Item) { return { ok: true, item }; } }
export class Mailer implements Transport { send(mail: Mail) { return { status: 'sent' }; } }
export async function charge(amount: number) {
  const reply = await client.post('/charges', { amount });
  return { status: 'succeeded', id: reply.id };
}
export function publishable(state: State) { return { status: 'ok' }; }`,
    },
    {
      grammar: 'python',
      code: `
class ConsoleMailer:
    def send(self, to):
        print(to)
        return True

def send_email(to, subject):
    smtp.sendmail(to, subject)
    return True
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      if (!promisesIntegration(fact, facts)) continue;
      const reply = fakeReply(fact, facts);
      if (!reply) continue;
      const shown = reply.text.replace(/\s+/g, ' ').slice(0, 60);
      yield {
        range: fact.node,
        message: `${fact.name ?? ''} returns ${shown} and calls nothing that could do it.`,
      };
    }
  },
};

function promisesIntegration(fact: FunctionFact, facts: FileFacts): boolean {
  const { name, enclosingClass } = fact;
  if (
    name === undefined ||
    fact.place === 'callback' ||
    fact.constrained ||
    fact.isConstructor ||
    fact.isAccessor
  )
    return false;
  if (!startsWithIoVerb(name) || isPretendingName(name)) return false;
  if (
    enclosingClass &&
    (enclosingClass.bases.length > 0 || enclosingClass.abstract || isPretendingName(enclosingClass.name))
  )
    return false;
  if (fact.place === 'objectMember' && !admissionIn(fact)) return false;
  const hasInput = promisedParameters(fact) > 0 || enclosingClass !== undefined;
  return hasInput && !callsWithin(fact.body, facts.calls).some(isSleepCall);
}

/** The success a function returns on every path although nothing in it reaches out. */
function fakeReply(fact: FunctionFact, facts: FileFacts): SyntaxNode | undefined {
  if (fact.handlers.length > 0 || !doesNoWork(fact, facts.calls)) return undefined;
  const values = fact.returns.map(({ value }) => value && resolved(value, fact));
  return values.length > 0 && values.every((value) => value && isReply(value)) ? values[0] : undefined;
}

function isReply(value: SyntaxNode): boolean {
  return value.kind === 'true' || (value.kind === 'object' && saysSuccess(value));
}

function resolved(value: SyntaxNode, fact: FunctionFact): SyntaxNode {
  const inner = unwrapAwait(value);
  if (inner.kind !== 'identifier') return inner;
  for (const node of fact.node.tree.below(fact.body)) {
    const target = bindingTarget(node);
    if (target?.text === inner.text) return unwrapAwait(node.child('value') ?? node.child('right') ?? inner);
  }
  return inner;
}
