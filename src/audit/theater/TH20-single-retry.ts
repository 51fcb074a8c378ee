import type { FunctionFact, LoopFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { meaningful, mentions } from '../syntax/values';
import { isLogCall } from './effects';
import { isFree } from './promises';

const RETRYING = /retr(y|ies)|attempt|tries/i;
const COUNT =
  /^(max_?)?(retries|retry_?count|attempts|tries|times|n|count|max_?(retries|attempts|tries)|num_?(retries|attempts))$/i;

export const singleRetry: Rule = {
  id: 'TH20',
  name: 'single-retry',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'What is called a retry gives up, or ends, after the first attempt.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export async function withRetry<T>(operation: () => Promise<T>, attempts = 3) {
»  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return await operation();
    } catch (error) {
      throw error;
    }
  }
  throw new Error('unreachable');
}
»export async function retry<T>(operation: () => Promise<T>, maxRetries = 3) {
  return operation();
}
»export async function withRetry<T>(operation: () => Promise<T>, options: Partial<Options> = {}) {
  const { attempts } = { ...DEFAULTS, ...options };
  console.debug('up to', attempts);
  try {
    return await operation();
  } catch (error) {
    console.error(error);
    throw error;
  }
}
»async function retryQuietly(operation: () => Promise<void>, times = 3) {
  try {
    return await operation();
  } catch {
    return null;
  }
}`,
    },
    {
      grammar: 'python',
      code: `
def call(function, retries=3):
»    for attempt in range(retries):
        try:
            return function()
        except Exception:
            raise
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export async function withRetry<T>(operation: () => Promise<T>, attempts = 3) {
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      return await operation();
    } catch (error) {
      if (attempt === attempts - 1) throw error;
    }
  }
}
export function retryOptions(maxRetries: number) { return { retries: maxRetries }; }
export async function retry<T>(operation: () => Promise<T>, retries = 3): Promise<T> {
  try { return await operation(); } catch (error) {
    if (retries === 0) throw error;
    return retry(operation, retries - 1);
  }
}`,
    },
    {
      grammar: 'python',
      code: `
def call(function, retries=3):
    for attempt in range(retries):
        try:
            return function()
        except ConnectionError:
            time.sleep(1)
    raise TimeoutError
`,
    },
  ],
  *check(facts) {
    const loops = facts.loops.filter((loop) => isRetry(loop) && endsAtOnce(loop.node.child('body')));
    for (const { node } of loops)
      yield {
        range: node,
        message: 'This loop is to try again, yet every path leaves it in the first round.',
      };
    for (const fact of facts.functions) {
      const count = unreadCount(fact);
      const hasLoop = facts.loops.some((loop) => fact.body.contains(loop.node));
      if (count !== undefined && !hasLoop)
        yield {
          range: fact.node,
          message: `${fact.name ?? ''} takes ${count} and never reads it: it tries once.`,
        };
    }
  },
};

/** The name of the function or the variable that is counted says what the loop is for. */
function isRetry({ node, function: fact }: LoopFact): boolean {
  const body = node.child('body');
  const head = body ? node.tree.text.slice(node.start, body.start) : '';
  return RETRYING.test(head) || (RETRYING.test(fact?.name ?? '') && node.kind !== 'forIn');
}

function endsAtOnce(body: SyntaxNode | undefined): boolean {
  if (!body) return false;
  for (const node of body.tree.below(body, (inner) => inner.kind === 'function'))
    if (node.kind === 'continue') return false;
  return leaves(body);
}

/** Every path through the statement ends in a return, a throw or a break. */
function leaves(node: SyntaxNode): boolean {
  if (node.kind === 'return' || node.kind === 'throw' || node.kind === 'break') return true;
  if (node.kind === 'block') {
    const last = meaningful(node).at(-1);
    return last !== undefined && leaves(last);
  }
  if (node.kind === 'finally' || node.kind === 'handler' || node.kind === 'else') {
    const block = node.child('body') ?? node.childOfKind('block');
    return block !== undefined && leaves(block);
  }
  if (node.kind !== 'try') return false;
  const handlers = node.children.filter((child) => child.kind === 'handler');
  const body = node.child('body');
  return handlers.length > 0 && body !== undefined && leaves(body) && handlers.every(leaves);
}

/** Calls what it was given once, and throws again what comes of it, with nothing but logs besides. */
function triesOnce(fact: FunctionFact): boolean {
  const names = fact.parameters.flatMap((parameter) => parameter.name ?? []);
  const given = fact.calls.filter(({ path }) => names.includes(path));
  const others = fact.calls.filter((call) => !given.includes(call) && !isLogCall(call));
  return given.length === 1 && others.length === 0 && fact.throws.length > 0 && fact.handlers.length === 1;
}

/** The parameter that says how often to try, where nothing reads it. */
function unreadCount(fact: FunctionFact): string | undefined {
  if (!isFree(fact) || !/^(with_?)?retr(y|ies|ying)|_with_retr|WithRetr/i.test(fact.name ?? ''))
    return undefined;
  if (fact.calls.length === 0) return undefined;
  if (triesOnce(fact)) return 'a number of attempts';
  const count = fact.parameters.find(
    (parameter) => parameter.name !== undefined && COUNT.test(parameter.name),
  );
  return count?.name !== undefined && !mentions(fact.body, count.name) ? count.name : undefined;
}
