import type { CallFact, FileFacts, TestFact } from '../syntax/facts';
import type { Observation } from '../syntax/rule';
import { assertionsOf } from './testAssertions';

/** An assertion that no run of the test can reach, or whose failure nobody hears of. */
export function lostAssertion(test: TestFact, facts: FileFacts): Observation | undefined {
  const assertions = assertionsOf(test, facts);
  const { statements } = test.body;
  const end = statements.findIndex(({ kind }) => kind === 'return');
  const after =
    end < 0
      ? undefined
      : assertions.find(({ node }) => statements.slice(end + 1).some((each) => each.contains(node)));
  if (after)
    return { range: after.node, message: 'This assertion stands after a return, where nothing reaches it.' };
  const first = assertions[0];
  const holder =
    first &&
    facts.functions.find(
      (fact) =>
        fact.enclosing === test.body &&
        fact.place === 'declaration' &&
        fact.decorators.length === 0 &&
        fact.node.contains(first.node),
    );
  if (!holder?.name || assertions.some(({ opaque, node }) => opaque || !holder.node.contains(node)))
    return undefined;
  const uses = [...facts.tree.below(test.body.body)].filter(
    (node) => node.kind === 'identifier' && node.text === holder.name && !holder.node.contains(node),
  );
  if (uses.length === 0)
    return { range: holder.node, message: `All assertions stand in ${holder.name}, which nothing calls.` };
  const isThread = uses.every(
    ({ parent }) => parent?.kind === 'keywordArgument' && /^target\s*=/.test(parent.text),
  );
  if (isThread)
    return {
      range: holder.node,
      message: `All assertions stand in ${holder.name}, which runs in a thread: that they fail is not heard of in the test.`,
    };
  return undefined;
}

/** The call whose callback holds all assertions of a test, where the test is over before it, or without it. */
export function unawaitedCallback(test: TestFact, facts: FileFacts): CallFact | undefined {
  if (test.body.parameters.length > 0) return undefined;
  const assertions = assertionsOf(test, facts);
  const first = assertions[0];
  if (!first || assertions.some(({ opaque }) => opaque)) return undefined;
  const call = test.body.calls.find((candidate) =>
    candidate.arguments.some((argument) => argument.kind === 'function' && argument.contains(first.node)),
  );
  if (!call || !assertions.every(({ node }) => call.node.contains(node))) return undefined;
  const holder = call.node.parent;
  if (holder?.kind === 'await' || holder?.kind === 'return')
    return call.name === 'catch' && call.arguments.length === 1 && !isAboutRejection(call) ? call : undefined;
  const isLate = /^(then|catch|finally|setTimeout|setImmediate|nextTick)$|Later$|Async$/.test(call.name);
  return isLate && holder?.kind === 'expressionStatement' ? call : undefined;
}

/** `await promise.then(() => fail()).catch(...)` makes sure that the handler is reached. */
function isAboutRejection(call: CallFact): boolean {
  return /fail|throw|\.then\(|expect\.(assertions|hasAssertions)/.test(call.callee.text);
}
