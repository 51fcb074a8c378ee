import type { CallFact, FileFacts, HandlerFact } from '../syntax/facts';
import { rethrow } from '../syntax/fixes';
import type { Observation, Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { hasEffectVerb } from '../syntax/words';
import { callsWithin } from './effects';
import { effectfulCalls, isExplained, isProbe, isTolerant, isToleratedCallee } from './handlers';
import { admitsLiteral } from './admission';

export const swallowedError: Rule = {
  id: 'TH08',
  name: 'swallowed-error',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'An error of work that matters is caught and dropped without a reason.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export async function store(order: Order) {
  try {
    await database.save(order);
»  } catch {}
}`,
    },
    {
      grammar: 'python',
      code: `
def publish(event):
    try:
        queue.send(event)
»    except Exception:
        pass
`,
    },
    {
      grammar: 'python',
      code: `
def settle(account):
    try:
        ledger.commit(account)
»    except:
        ...

def store(order):
»    with contextlib.suppress(Exception):
        database.save(order)
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export function size(path: string) {
  try { fs.unlinkSync(path); } catch {}
  try { save(path); } catch { /* the cache is rebuilt at the next start */ }
  try { save(path); } catch (error) { throw new Error('save', { cause: error }); }
  try { save(path); } catch (error) { report(error); }
}`,
    },
    {
      grammar: 'python',
      code: `
def publish(event):
    try:
        queue.send(event)
    except Full:
        pass
    try:
        queue.close()
    except Exception:
        pass
    with suppress(FileNotFoundError):
        queue.send(event)
    with suppress(Exception):
        queue.close()
    try:
        queue.send(event)
    except Exception:
        # the consumer asks again after a second
        pass
`,
    },
  ],
  *check(facts) {
    for (const handler of facts.handlers) {
      const observation = observe(handler, facts);
      if (observation) yield observation;
    }
    for (const node of facts.tree.nodes) {
      const dropped = node.kind === 'with' ? suppressedDeed(node, facts) : undefined;
      if (dropped)
        yield {
          range: node,
          message: `${dropped.path}() can fail and nobody would learn of it: every error is suppressed.`,
        };
    }
  },
};

/** What changes something in `with suppress(Exception):`, where no comment says why that may fail. */
function suppressedDeed(node: SyntaxNode, facts: FileFacts): CallFact | undefined {
  const [head] = /^with[^\n]*/.exec(node.text) ?? [];
  if (!/\bsuppress\(\s*(Base)?Exception\s*\)\s*:/.test(head ?? '')) return undefined;
  const first = facts.tree.lineAt(node.start);
  if (facts.comments.some(({ endLine, line }) => endLine >= first - 1 && line <= facts.tree.lineAt(node.end)))
    return undefined;
  return callsWithin(node, facts.calls).find(
    (call) =>
      call.node.parent?.kind === 'expressionStatement' &&
      hasEffectVerb(call.name.replace(/^_+/, '')) &&
      !isToleratedCallee(call.name),
  );
}

function observe(handler: HandlerFact, facts: FileFacts): Observation | undefined {
  if (handler.statements.length > 0 || !handler.broad) return undefined;
  const admitted = handler.comments.some(admitsLiteral);
  if (!admitted && (isExplained(handler, facts) || isTolerant(handler))) return undefined;
  const effects = effectfulCalls(handler, facts);
  const effect = effects[0];
  if (!admitted && isProbe(handler, facts)) return undefined;
  const what = effect ? `${effect.path}() can fail` : 'Any error here';
  const message = effect
    ? `${what} and nobody would learn of it: the handler is empty and gives no reason.`
    : `${what} is dropped: the handler is empty and gives no reason.`;
  const counts = (effect !== undefined || facts.family === 'python') && !hasFallback(handler, facts);
  const fix = rethrow(handler);
  return {
    range: handler.node,
    message,
    severity: counts || admitted ? 'warning' : 'info',
    ...(fix ? { fix } : {}),
  };
}

/** What follows is another way to the result, or the error came up while another one was being handled. */
function hasFallback(handler: HandlerFact, facts: FileFacts): boolean {
  const returns = handler.function?.returns ?? [];
  if (returns.some((returned) => handler.tryBody.contains(returned.node))) return true;
  return facts.handlers.some((outer) => outer !== handler && outer.node.contains(handler.node));
}
