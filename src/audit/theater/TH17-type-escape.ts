import { explains } from '../syntax/comments';
import type { FileFacts } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';

const SWITCHED_OFF =
  /^(@ts-(ignore|nocheck|expect-error)\b|type:\s*ignore(\[[^\]]*\])?|pyright:\s*ignore(\[[^\]]*\])?)(?<rest>[\s\S]*)$/;

export const typeEscape: Rule = {
  id: 'TH17',
  name: 'type-escape',
  stage: 'theater',
  severity: 'info',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation: 'The type checker is silenced and nobody says why.',
  bad: [
    {
      grammar: 'typescript',
      code: `
»const user = reply as any;
»const order = reply as unknown as Order;
»// @ts-ignore
order.save();`,
    },
    { grammar: 'python', code: `\n»user = reply()  # type: ignore\n` },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
// the typings of this library lack the second overload
const user = reply as any;
const mode = 'fast' as const;
// @ts-expect-error the typings lack the second overload
order.save();`,
    },
    { grammar: 'python', code: `\nuser = reply()  # type: ignore[attr-defined] # the stub lacks it\n` },
  ],
  *check(facts) {
    for (const comment of facts.comments) {
      const match = SWITCHED_OFF.exec(comment.text);
      const hasReason = (match?.groups?.['rest']?.match(/\p{L}{2,}/gu) ?? []).length >= 2;
      if (match && !hasReason)
        yield {
          range: comment.node,
          message: `"${comment.text.slice(0, 60)}" silences the type checker and gives no reason.`,
        };
    }
    for (const node of facts.tree.nodes) {
      if (node.type !== 'as_expression' || !escapes(node) || isExplained(node, facts)) continue;
      const shown = node.text.replace(/\s+/g, ' ').slice(-60);
      yield {
        range: node,
        message: `"${shown}" takes this value out of the type checker's hands and gives no reason.`,
      };
    }
  },
};

function escapes(node: SyntaxNode): boolean {
  return (
    /\bas\s+any$|\bas\s+unknown\s+as\s+[^;]+$/.test(node.text) &&
    !/^\s*as\s+unknown$/.test(node.text) &&
    node.parent?.type !== 'as_expression'
  );
}

function isExplained(node: SyntaxNode, facts: FileFacts): boolean {
  const line = facts.tree.lineAt(node.start);
  return facts.comments.some(
    (comment) => (comment.line === line || comment.endLine === line - 1) && explains(comment),
  );
}
