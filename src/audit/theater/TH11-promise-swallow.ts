import { explains } from '../syntax/comments';
import type { CallFact, FileFacts } from '../syntax/facts';
import { replaceWith } from '../syntax/fixes';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { dottedPath, isConstant, meaningful, unwrap, unwrapAwait } from '../syntax/values';
import { hasEffectVerb, promisesDeed } from '../syntax/words';
import { isToleratedCallee, isTolerantName } from './handlers';

export const promiseSwallow: Rule = {
  id: 'TH11',
  name: 'promise-swallow',
  stage: 'theater',
  severity: 'warning',
  confidence: 'medium',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'The failure of asynchronous work is thrown away, or nobody waits for it.',
  bad: [
    {
      grammar: 'typescript',
      code: `
export async function ship(id: string) {
»  await carrier.createShipment(id).catch(() => {});
»  mailer.send(id).catch(() => null);
»  await ledger.post(id).catch(() => ({ ok: true }));
}`,
    },
    {
      grammar: 'python',
      code: `
async def refresh(user):
»    asyncio.create_task(rebuild(user))
    return None
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export async function ship(id: string) {
  await connection.close().catch(() => {});
  // the nightly run sends what is missing
  mailer.send(id).catch(() => {});
  await ledger.post(id).catch((error) => report(error));
  const cached = await cache.get(id).catch(() => undefined);
  const user = await users.load(id).catch(() => null);
  return { cached, user };
}`,
    },
    {
      grammar: 'python',
      code: `
async def start(self):
    self.task = asyncio.create_task(self.loop())
    tasks.add(asyncio.create_task(work()))
`,
    },
  ],
  *check(facts) {
    for (const call of facts.calls) {
      const message = facts.family === 'python' ? droppedTask(call) : swallowed(call, facts);
      const work = call.name === 'catch' ? call.callee.child('object') : undefined;
      if (message === undefined) continue;
      const fix = work && replaceWith('Let the error through', { start: work.end, end: call.node.end }, '');
      yield { range: call.node, message, ...(fix ? { fix } : {}) };
    }
  },
};

/** The event loop keeps weak references only: a task nobody holds may vanish in the middle, and its error with it. */
function droppedTask(call: CallFact): string | undefined {
  if (!/^(asyncio\.(create_task|ensure_future)|loop\.create_task)$/.test(call.path)) return undefined;
  if (call.node.parent?.kind !== 'expressionStatement') return undefined;
  return `The task of ${call.path}() is kept nowhere: it may be collected before it ends, and its error is lost.`;
}

function swallowed(call: CallFact, facts: FileFacts): string | undefined {
  const [handler, more] = call.arguments;
  const work = call.callee.child('object');
  if (call.name !== 'catch' || !handler || more || work?.kind !== 'call') return undefined;
  const value = handledValue(unwrap(handler));
  if (value === undefined || isExplained(call, facts)) return undefined;
  const path = dottedPath(work.child('function') ?? work);
  const name = path.replaceAll('()', '').split('.').pop() ?? '';
  if (isToleratedCallee(name) || isTolerantName(call.function?.name)) return undefined;
  const isDropped = isStatement(call.node);
  if (!isDropped && (value === 'nothing' || !hasEffectVerb(name))) return undefined;
  if (!hasEffectVerb(name) && promisesDeed(name) === undefined) return undefined;
  const result = value === 'nothing' ? 'is dropped' : `becomes ${value}`;
  return `When ${path}() fails, the error ${result} and nobody learns of it.`;
}

/** What the handler makes of the error: `nothing`, or a constant as written; undefined where it looks at it. */
function handledValue(handler: SyntaxNode): string | undefined {
  if (handler.kind === 'identifier') return /^(noop|_\.noop)$/.test(handler.text) ? 'nothing' : undefined;
  const body = handler.kind === 'function' ? handler.child('body') : undefined;
  if (!body) return undefined;
  if (body.kind === 'block') {
    const [only, more] = meaningful(body);
    if (!only) return body.childOfKind('comment') ? undefined : 'nothing';
    const value = only.kind === 'return' && !more ? meaningful(only)[0] : undefined;
    return value && constantText(value);
  }
  return constantText(body);
}

function constantText(node: SyntaxNode): string | undefined {
  const value = unwrapAwait(node);
  if (value.kind === 'null' || value.text === 'undefined' || value.text.startsWith('void')) return 'nothing';
  return isConstant(value) ? value.text.slice(0, 40) : undefined;
}

function isStatement(node: SyntaxNode): boolean {
  const holder = node.parent?.kind === 'await' ? node.parent.parent : node.parent;
  return holder?.kind === 'expressionStatement' || holder?.kind === 'unary';
}

function isExplained(call: CallFact, facts: FileFacts): boolean {
  const first = facts.tree.lineAt(call.node.start);
  const last = facts.tree.lineAt(call.node.end);
  return facts.comments.some(
    (comment) => comment.endLine >= first - 1 && comment.line <= last && explains(comment),
  );
}
