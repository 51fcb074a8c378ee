import { createHash } from 'node:crypto';
import type { Finding } from '../finding';
import type { FileFacts } from './facts';
import type { SyntaxNode, TextRange } from './tree';

/** A finding with the range it was seen in. */
export interface PlacedFinding {
  finding: Finding;
  range: TextRange;
}

interface Owner {
  node: TextRange;
  name: string | undefined;
}

/**
 * Gives each finding a hash over its rule and the text of the function, test or statement around it, without comments
 * and spacing. Of several findings of one rule in the same text, their order tells them apart.
 */
export function addFingerprints(placed: readonly PlacedFinding[], facts: FileFacts): void {
  if (placed.length === 0) return;
  const owners = ownersOf(facts);
  const texts = new Map<TextRange, string>();
  const seen = new Map<string, number>();
  for (const { finding, range } of [...placed].sort((a, b) => a.range.start - b.range.start)) {
    const owner = ownerOf(range, owners, facts);
    const text = texts.get(owner.node) ?? plainCode(owner.node, facts);
    texts.set(owner.node, text);
    const hash = createHash('sha256').update(`${finding.ruleId}\n${text}`).digest('hex').slice(0, 32);
    const ordinal = seen.get(hash) ?? 0;
    seen.set(hash, ordinal + 1);
    finding.fingerprint = `${hash}:${ordinal}`;
    if (owner.name !== undefined) finding.inFunction = owner.name.slice(0, 200);
  }
}

/** Named functions and tests, outer ones first. */
function ownersOf({ functions, tests }: FileFacts): (Owner & { node: SyntaxNode })[] {
  const named = functions.filter(({ name }) => name !== undefined);
  return [
    ...named.map(({ node, name }) => ({ node, name })),
    ...tests.map(({ node, title }) => ({ node, name: title })),
  ].sort((a, b) => a.node.index - b.node.index);
}

function ownerOf(range: TextRange, owners: readonly Owner[], { tree }: FileFacts): Owner {
  const around = (node: TextRange): boolean => node.start <= range.start && node.end >= range.end;
  const innermost = owners.filter(({ node }) => around(node)).at(-1);
  return innermost ?? { node: tree.root.children.find(around) ?? range, name: undefined };
}

function plainCode({ start, end }: TextRange, { tree, comments }: FileFacts): string {
  const parts: string[] = [];
  let at = start;
  for (const { node, docstring } of comments) {
    if (docstring || node.start < at || node.end > end) continue;
    parts.push(tree.text.slice(at, node.start));
    at = node.end;
  }
  parts.push(tree.text.slice(at, end));
  return parts.join(' ').replace(/\s+/g, ' ').trim();
}
