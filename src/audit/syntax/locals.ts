import type { FunctionFact } from './facts';
import type { SyntaxNode } from './tree';
import { bindingTarget, isConstant, meaningful, mentions, unwrap } from './values';

/** {@link isConstant} with constant locals looked through: `{ issues }` where `const issues = []` is never filled. */
export function isConstantIn(value: SyntaxNode, fact: FunctionFact): boolean {
  if (value.kind !== 'object' && value.kind !== 'array') return isConstant(value);
  return meaningful(value).every((member) => {
    const inner = unwrap(member.kind === 'pair' ? (member.child('value') ?? member) : member);
    if (inner.kind === 'identifier') return localConstant(inner, fact) !== undefined;
    return isConstantIn(inner, fact);
  });
}

/** The constant a local variable holds, where it is set once and never touched again. */
export function localConstant(identifier: SyntaxNode, fact: FunctionFact): SyntaxNode | undefined {
  const name = identifier.text;
  let found: SyntaxNode | undefined;
  for (const node of fact.node.tree.below(fact.body)) {
    if (
      node.kind === 'identifier' &&
      node.text === name &&
      node.parent?.kind === 'member' &&
      node.field === 'object'
    )
      return undefined;
    const target = bindingTarget(node);
    if (node.kind === 'augmentedAssign' && mentions(node, name)) return undefined;
    if (!target || target.text !== name) continue;
    if (found) return undefined;
    found = node.child('value') ?? node.child('right');
  }
  return found && isConstant(found) ? unwrap(found) : undefined;
}
