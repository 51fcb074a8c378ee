import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import { isPretendingName, isPurposefullyRandom } from '../syntax/words';
import { admissionIn } from './admission';
import { doesNothing } from './deeds';
import { callsWithin, isSleepCall, isSuccessValue } from './effects';
import { isConstant, unwrapAwait } from '../syntax/values';

const WAITING_NAME =
  /sleep|delay|wait|pause|debounce|throttle|retry|backoff|poll|tick|timer|timeout|animate|interval|schedule|defer/i;

export const sleepAsWork: Rule = {
  id: 'TH03',
  name: 'sleep-as-work',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A function waits instead of working, and then reports a result.',
  bad: [
    {
      grammar: 'typescript',
      code: `
»export async function deploy(version: string) {
  console.log('deploying', version);
  await sleep(500);
  return { ok: true };
}
»export async function process(items: string[]) {
  await new Promise((resolve) => setTimeout(resolve, 1000));
  return { success: true, count: items.length };
}
»export async function train(epochs: number) {
  for (let epoch = 0; epoch < epochs; epoch++) {
    await sleep(500);
    console.log('epoch', epoch);
  }
  return { accuracy: 0.95 };
}`,
    },
    {
      grammar: 'python',
      code: `
»async def process_order(order):
    await asyncio.sleep(0.2)
    return True
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export async function waitABit() { await sleep(500); return true; }
export async function deploy(version: string) {
  await sleep(500);
  await client.deploy(version);
  return { ok: true };
}
export const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));`,
    },
    {
      grammar: 'python',
      code: `
async def process_order(order):
    while not order.ready():
        await asyncio.sleep(0.2)
    return True
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      if (!isCandidate(fact) || !waitsInsteadOfWorking(fact, facts)) continue;
      yield {
        range: fact.node,
        message: `${fact.name ?? ''} only waits before it reports its result: no other call has an effect.`,
      };
    }
  },
};

function isCandidate(fact: FunctionFact): boolean {
  const { name, enclosingClass } = fact;
  if (name === undefined || fact.place === 'callback' || fact.constrained || fact.statements.length < 2)
    return false;
  if (WAITING_NAME.test(name) || isPretendingName(name) || isPurposefullyRandom(name)) return false;
  return (
    !enclosingClass ||
    !(enclosingClass.bases.length > 0 || enclosingClass.abstract || isPretendingName(enclosingClass.name))
  );
}

function waitsInsteadOfWorking(fact: FunctionFact, facts: FileFacts): boolean {
  if (!callsWithin(fact.body, facts.calls).some(isSleepCall) || fact.handlers.length > 0) return false;
  if (facts.loops.some(({ node }) => fact.body.contains(node) && node.kind.endsWith('hile'))) return false;
  if (!doesNothing(fact, facts)) return false;
  const values = fact.returns
    .filter((returned) => fact.body.contains(returned.node))
    .map((returned) => returned.value);
  const reports =
    values.length > 0 &&
    values.every((value) => value && (isSuccessValue(value) || isConstant(unwrapAwait(value))));
  return (
    reports ||
    (admissionIn(fact) !== undefined && values.every((value) => value !== undefined) && values.length > 0)
  );
}
