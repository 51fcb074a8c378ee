import type { FileFacts, FunctionFact } from '../syntax/facts';

/** Exported, a method others may call, or named elsewhere in the file: code nobody reaches is another rule's business. */
export function isReachable(fact: FunctionFact, facts: FileFacts): boolean {
  if (fact.exported || !facts.hasExports || fact.enclosingClass || fact.place === 'objectMember') return true;
  const { name } = fact;
  if (name === undefined) return false;
  return facts.tree.nodes.some(
    (node) =>
      node.kind === 'identifier' &&
      node.end - node.start === name.length &&
      !fact.node.contains(node) &&
      node.text === name,
  );
}
