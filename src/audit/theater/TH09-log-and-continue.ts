import type { CallFact, FileFacts, HandlerFact } from '../syntax/facts';
import { rethrow } from '../syntax/fixes';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, meaningful, unwrapAwait } from '../syntax/values';
import { saysCompleted } from './claims';
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

def archive(path):
    try:
        bucket.put(path)
»    except ClientError as error:
        logger.error("upload failed: %s", error)
    logger.info("archived %s", path)
    return path.name

def migrate(names):
    applied = []
    for name in names:
        try:
            run(name)
»        except Exception as error:
            logger.warning("%s said %s", name, error)
        applied.append(name)
    return applied
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

def retry(names):
    failed = []
    for name in names:
        try:
            run(name)
        except Exception as error:
            logger.error("failed: %s", error)
            failed.append(name)
            continue
        applied.append(name)

def warm(path):
    try:
        cache.put(path)
    except ClientError as error:
        logger.warning("not cached: %s", error)
    logger.info("loaded %s", path)
`,
    },
  ],
  *check(facts) {
    for (const handler of facts.handlers) {
      if (!onlyLogs(handler, facts)) continue;
      const success = successAfter(handler, facts);
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
        message: `After ${handler.statements.length > 0 ? 'logging' : 'dropping'} the error the function goes on and ${success.kind === 'call' ? 'writes' : 'returns'} ${shown}.`,
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

/** What is reached after a failure as well, and says that there was none. */
function successAfter(handler: HandlerFact, facts: FileFacts): SyntaxNode | undefined {
  if (handler.statements.length === 0) return handler.broad ? tallyAfter(handler) : undefined;
  const { tryNode } = handler;
  const siblings = tryNode.parent ? meaningful(tryNode.parent) : [];
  const rest = siblings.slice(siblings.indexOf(tryNode) + 1);
  const counted = rest.flatMap((each) => callsWithin(each, facts.calls)).find(countsAsDone);
  if (counted) return counted.node;
  const [next] = rest;
  const value = next?.kind === 'return' ? meaningful(next)[0] : undefined;
  if (handler.broad && value && isSuccessValue(unwrapAwait(value))) return value;
  const call = next?.kind === 'expressionStatement' ? callsWithin(next, facts.calls)[0] : undefined;
  return call && isLogCall(call) && saysCompleted(call) && logsError(handler, facts) ? call.node : undefined;
}

/** `applied.push(name)` */
function countsAsDone({ path, name, root }: CallFact): boolean {
  return (
    /^(push|append|add)$/.test(name) &&
    path === `${root}.${name}` &&
    (TALLY.test(root) || /^(applied|uploaded|completed|done)$/i.test(root))
  );
}

/** It is an error to whoever wrote the handler, and no warning or answer. */
function logsError(handler: HandlerFact, facts: FileFacts): boolean {
  return handler.statements.some((statement) =>
    callsWithin(statement, facts.calls).some(({ name }) => /^(error|exception|critical|fatal)$/.test(name)),
  );
}
