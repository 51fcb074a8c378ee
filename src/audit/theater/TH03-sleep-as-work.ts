import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import { isPretendingName, isPurposefullyRandom } from '../syntax/words';
import { admissionIn } from './admission';
import { doesNothing } from './deeds';
import { callsWithin, isLogCall, isSleepCall, isSuccessValue } from './effects';
import type { SyntaxNode } from '../syntax/tree';
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

»def train(model, epochs):
    for epoch in range(10):
        print(f"Epoch {epoch} loss {0.9 ** epoch}")
        time.sleep(0.1)
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

def train(model, epochs):
    for epoch in range(epochs):
        loss = model.step()
        print(f"Epoch {epoch} loss {loss}")
        time.sleep(0.1)

def countdown(seconds):
    for left in range(seconds):
        print(f"{left} s left")
        time.sleep(1)

def watch(sensor):
    for value in sensor:
        print(f"score {value}")
        time.sleep(1)
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      if (!isCandidate(fact) || !waitsInsteadOfWorking(fact, facts)) continue;
      yield {
        range: fact.node,
        message: `${fact.name ?? ''} only waits before it reports ${makesUpProgress(fact, facts) ? 'figures' : 'its result'}: no other call has an effect.`,
      };
    }
  },
};

function isCandidate(fact: FunctionFact): boolean {
  const { name, enclosingClass } = fact;
  if (name === undefined || fact.place === 'callback' || fact.constrained) return false;
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
  if (makesUpProgress(fact, facts)) return true;
  if (fact.statements.length < 2) return false;
  return (
    reports ||
    (admissionIn(fact) !== undefined && values.every((value) => value !== undefined) && values.length > 0)
  );
}

/** Names of work that a machine is busy with, and whose course is told in figures. */
const WORK_NAME =
  /^_?(train|fit|fine_?tune|optimi[sz]e|learn|evaluate|calibrate|benchmark|migrate|sync|back_?up|deploy|import|export|index|crawl|process)(_|[A-Z]|$)/;
/** Figures that only the work itself could tell. */
const FIGURE =
  /\b(loss|accuracy|acc|score|error|reward|perplexity|mse|rmse|mae|f1|auc|precision|recall|throughput|progress|processed|migrated|imported|exported|indexed|synced)\b/i;

/** A loop that counts, waits and writes figures of work into the log, which come from the counter alone. */
function makesUpProgress(fact: FunctionFact, facts: FileFacts): boolean {
  if (!WORK_NAME.test(fact.name ?? '')) return false;
  const loops = facts.loops.filter(({ node }) => fact.body.contains(node) && isCounting(node));
  return loops.some(({ node }) => {
    const inside = callsWithin(node, facts.calls);
    return (
      inside.some(isSleepCall) &&
      inside.some((call) => isLogCall(call) && call.arguments.some((one) => FIGURE.test(one.text)))
    );
  });
}

/** `for epoch in range(10)`, `for (let i = 0; ...)`: what is gone through holds nothing of its own. */
function isCounting(loop: SyntaxNode): boolean {
  return loop.kind === 'for' || /^t?range\(|^tqdm\(range\(/.test(loop.child('right')?.text ?? '');
}
