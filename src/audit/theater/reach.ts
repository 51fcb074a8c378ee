import type { FileFacts, FunctionFact } from '../syntax/facts';

/** Exported, a method others may call, or named elsewhere in the file or the workspace: code nobody reaches is another rule's business. */
export function isReachable(fact: FunctionFact, facts: FileFacts): boolean {
  if (fact.exported || !facts.hasExports || fact.enclosingClass || fact.place === 'objectMember') return true;
  const { name } = fact;
  if (name === undefined) return false;
  if (facts.workspace?.users.some((user) => user.name === name)) return true;
  return facts.tree.nodes.some(
    (node) =>
      node.kind === 'identifier' &&
      node.end - node.start === name.length &&
      !fact.node.contains(node) &&
      node.text === name,
  );
}
