import type { FileFacts, HandlerFact } from '../syntax/facts';
import { rethrow } from '../syntax/fixes';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, meaningful, unwrapAwait } from '../syntax/values';
import { callsWithin, isLogCall, isSuccessValue } from './effects';
import { isExplained, isTolerant } from './handlers';

export const logAndContinue: Rule = {
  id: 'TH09',
  name: 'log-and-continue',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'An error is written to the log, and then the function reports success.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export async function save(order: Order) {
  try {
    await database.insert(order);
»  } catch (error) {
    console.error('could not save', error);
  }
  return true;
}
export async function cancelOrder(order: Order) {
  try {
    await database.remove(order);
»  } catch (error) {
    console.error('could not cancel', error);
  }
  return true;
}`,
    },
    {
      grammar: 'python',
      code: `
def save(order):
    try:
        database.insert(order)
»    except Exception as error:
        logger.error("could not save: %s", error)
    return {"success": True}
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export async function save(order: Order) {
  try {
    await database.insert(order);
  } catch (error) {
    console.error('could not save', error);
    return false;
  }
  return true;
}
export async function loop() {
  try { await step(); } catch (error) { console.error(error); }
}`,
    },
    {
      grammar: 'python',
      code: `
def save(order):
    try:
        database.insert(order)
    except Exception as error:
        logger.error("could not save: %s", error)
        raise
    return True
`,
    },
  ],
  *check(facts) {
    for (const handler of facts.handlers) {
      if (!handler.broad || !onlyLogs(handler, facts)) continue;
      const success = handler.statements.length > 0 ? successAfter(handler.tryNode) : tallyAfter(handler);
      if (!success || isTolerant(handler)) continue;
      if (
        isExplained(handler, facts) &&
        !handler.comments.every(({ text }) => /^\W*ignored?\W*$/i.test(text))
      )
        continue;
      const shown = success.text.replace(/\s+/g, ' ').slice(0, 60);
      const fix = rethrow(handler);
      yield {
        range: handler.node,
        message: `After ${handler.statements.length > 0 ? 'logging' : 'dropping'} the error the function goes on and returns ${shown}.`,
        related: [{ range: success, message: 'is reached after a failure too' }],
        ...(fix ? { fix } : {}),
      };
    }
  },
};

function onlyLogs(handler: HandlerFact, facts: FileFacts): boolean {
  return handler.statements.every((statement) => {
    const call = callsWithin(statement, facts.calls)[0];
    return statement.kind === 'expressionStatement' && call !== undefined && isLogCall(call);
  });
}

/** `{ synced: list.length }` at the end of a function whose loop drops the errors of its rounds. */
function tallyAfter(handler: HandlerFact): SyntaxNode | undefined {
  const isInLoop = [...ancestors(handler.tryNode)].some(
    (parent) => parent.kind === 'forIn' || parent.kind === 'for',
  );
  const last = handler.function?.statements.at(-1);
  const value = isInLoop && last?.kind === 'return' ? meaningful(last)[0] : undefined;
  const object = value && unwrapAwait(value);
  const claims =
    object?.kind === 'object' &&
    object.children.some((pair) => TALLY.test((pair.child('key')?.text ?? pair.text).replace(/["']/g, '')));
  return claims ? object : undefined;
}

const TALLY =
  /^(synced|processed|sent|imported|exported|saved|updated|created|deleted|inserted|migrated|succeeded|success|delivered)(_?count)?$/i;

/** The success value that the statement after the `try` returns; logs may stand between. */
function successAfter(tryNode: SyntaxNode): SyntaxNode | undefined {
  const siblings = tryNode.parent ? meaningful(tryNode.parent) : [];
  const next = siblings[siblings.indexOf(tryNode) + 1];
  const value = next?.kind === 'return' ? meaningful(next)[0] : undefined;
  return value && isSuccessValue(unwrapAwait(value)) ? value : undefined;
}
