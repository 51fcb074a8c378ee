import type { FileFacts, LoopFact } from '../syntax/facts';
import type { Kind } from '../syntax/kinds';
import { LOOP_KINDS } from '../syntax/kinds';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { ancestors, dottedPath, unwrap } from '../syntax/values';

export const unboundedLoop: Rule = {
  id: 'QC06',
  name: 'unbounded-loop',
  stage: 'quality',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'An endless loop has no way out and never waits.',
  bad: [
    {
      grammar: 'typescript',
      code: `\nexport function run() {\n»  while (true) { poll(); }\n}\nexport function spin() {\n»  for (;;) step();\n}`,
    },
    { grammar: 'python', code: `\ndef run():\n»    while True:\n        step()\n` },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export async function run() {
  while (true) { await step(); }
}
export function find(list: Item[]) {
  for (;;) { const item = list.pop(); if (!item) break; visit(item); }
  while (true) { if (done()) return; }
}
export function* count() { while (true) yield next(); }`,
    },
    {
      grammar: 'python',
      code: `
def serve(queue):
    while True:
        job = queue.get()
        job()

def consume(iterator):
    try:
        while True:
            step(next(iterator))
    except StopIteration:
        finish()
`,
    },
  ],
  *check(facts) {
    for (const loop of facts.loops) {
      if (!isEndless(loop, facts) || hasWayOut(loop) || isGuarded(loop.node)) continue;
      yield {
        range: loop.node,
        message: 'This loop has no condition, no break, no return and no throw, and never waits.',
      };
    }
  },
};

function isEndless({ node, condition }: LoopFact, facts: FileFacts): boolean {
  if (node.kind === 'for' && facts.family === 'javascript')
    return condition === undefined || condition.kind === 'pass';
  if (node.kind !== 'while' && node.kind !== 'doWhile') return false;
  const value = condition && unwrap(condition);
  return value?.kind === 'true' || (value?.kind === 'number' && value.text !== '0');
}

/** Calls that wait for the world, or that end the program, a thread or an iteration. */
const LEAVING_OR_WAITING =
  /(^|\.)_?(exit|_exit|abort|kill|execv\w*|sleep|usleep|wait\w*|recv\w*|accept|select|read\w*|get\w*|input|next|__next__|send|join|acquire|park|await|poll_once|serve\w*|handle_request|fail|error|raise_\w+|throw\w*|pop\w*|index|popleft|Atomics\.wait|expect\w*|reject|die|panic|cancel|check\w*|ensure\w*|raise|skip\w*|throwIf\w*)$/;

function hasWayOut({ node }: LoopFact): boolean {
  const body = node.child('body');
  if (!body) return true;
  for (const inner of node.tree.below(node, (below) => below.kind === 'function'))
    if (leaves(inner, node)) return true;
  return false;
}

const LEAVING: ReadonlySet<Kind> = new Set<Kind>(['return', 'throw', 'await', 'yield', 'assert']);

function leaves(inner: SyntaxNode, loop: SyntaxNode): boolean {
  if (LEAVING.has(inner.kind)) return true;
  if (inner.kind === 'break') return inner.child('label') !== undefined || innermostLoop(inner) === loop;
  if (inner.kind === 'continue') return inner.child('label') !== undefined;
  if (inner.kind === 'call') return LEAVING_OR_WAITING.test(dottedPath(inner.child('function') ?? inner));
  return inner.kind === 'forIn' && inner.text.startsWith('for await');
}

function innermostLoop(node: SyntaxNode): SyntaxNode | undefined {
  for (const parent of ancestors(node)) {
    if (LOOP_KINDS.has(parent.kind)) return parent;
    if (parent.kind === 'switch' && parent.type === 'switch_statement') return undefined;
  }
  return undefined;
}

/** An exception is a way out where something around the loop catches it. */
function isGuarded(node: SyntaxNode): boolean {
  let from = node;
  for (const parent of ancestors(node)) {
    if (parent.kind === 'try' && parent.child('body') === from) return true;
    if (parent.kind === 'with') return true;
    if (parent.kind === 'function') return false;
    from = parent;
  }
  return false;
}
