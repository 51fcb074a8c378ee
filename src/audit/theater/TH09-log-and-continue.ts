import type { FileFacts, HandlerFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { meaningful, unwrapAwait } from '../syntax/values';
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
      if (!handler.broad || handler.statements.length === 0 || !onlyLogs(handler, facts)) continue;
      const success = successAfter(handler.tryNode);
      if (!success || isExplained(handler, facts) || isTolerant(handler)) continue;
      const shown = success.text.replace(/\s+/g, ' ').slice(0, 60);
      yield {
        range: handler.node,
        message: `After logging the error the function goes on and returns ${shown}.`,
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

/** The success value that the statement after the `try` returns; logs may stand between. */
function successAfter(tryNode: SyntaxNode): SyntaxNode | undefined {
  const siblings = tryNode.parent ? meaningful(tryNode.parent) : [];
  const next = siblings[siblings.indexOf(tryNode) + 1];
  const value = next?.kind === 'return' ? meaningful(next)[0] : undefined;
  return value && isSuccessValue(unwrapAwait(value)) ? value : undefined;
}
