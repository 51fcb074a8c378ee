import type { Kind } from './kinds';
import type { CommentFact } from './facts';
import type { SyntaxNode, SyntaxTree } from './tree';

/** What a comment can be about: statements, members of objects and arrays, arguments. */
const ANCHOR_KINDS: ReadonlySet<Kind> = new Set<Kind>([
  'return', 'throw', 'break', 'continue', 'if', 'for', 'forIn', 'while', 'doWhile', 'switch', 'case', 'try', 'with', 'assert',
  'expressionStatement', 'pass', 'declaration', 'field', 'import', 'export', 'function', 'class', 'decorated', 'pair',
  'keywordArgument',
]); // prettier-ignore

/** Finds what each comment is about, by lines: grammars hang comments at the ends of blocks in odd places. */
export class CommentAttachment {
  private readonly firstOnLine = new Map<number, SyntaxNode>();
  private readonly lastOnLine = new Map<number, SyntaxNode>();
  private readonly codeLines = new Map<number, number>();
  private readonly pending: SyntaxNode[] = [];

  constructor(private readonly tree: SyntaxTree) {}

  /** To be called with every node in source order. */
  visit(node: SyntaxNode): void {
    if (node.kind === 'comment') {
      this.pending.push(node);
      return;
    }
    if (!ANCHOR_KINDS.has(node.kind)) return;
    const line = this.tree.lineAt(node.start);
    if (!this.firstOnLine.has(line)) this.firstOnLine.set(line, node);
    this.lastOnLine.set(line, node);
  }

  comments(): CommentFact[] {
    const facts = this.pending.map((node) => this.fact(node));
    for (const fact of facts) if (fact.ownLine) this.codeLines.set(fact.line, fact.endLine);
    for (const fact of facts) fact.attachedTo = this.target(fact);
    return facts;
  }

  private fact(node: SyntaxNode): CommentFact {
    const line = this.tree.lineAt(node.start);
    const before = this.tree.text.slice(node.start - this.tree.columnAt(node.start) + 1, node.start);
    return {
      node,
      text: commentText(node.text),
      line,
      endLine: this.tree.lineAt(node.end),
      ownLine: before.trim() === '',
      attachedTo: undefined,
      docstring: false,
    };
  }

  private target(fact: CommentFact): SyntaxNode | undefined {
    if (!fact.ownLine) return this.lastOnLine.get(fact.line);
    let next = fact.endLine + 1;
    for (let end = this.codeLines.get(next); end !== undefined; end = this.codeLines.get(next))
      next = end + 1;
    return this.firstOnLine.get(next);
  }
}

/** A comment's words, without the characters that make it a comment. */
function commentText(source: string): string {
  let end = source.length;
  // By hand: an expression for stars at the end tries every row of stars in between, again and again.
  if (source.startsWith('/*') && source.endsWith('*/')) for (end -= 1; source[end - 1] === '*'; end--);
  return source
    .slice(0, Math.max(0, end))
    .replace(/^(\/\*+|\/\/+|#+!?)/, '')
    .replace(/^[^\S\n]*\*+/gm, '')
    .trim();
}

/** A comment of at least three words gives a reason, unless it only switches a tool off or marks work to do. */
export function explains(comment: CommentFact): boolean {
  const text = comment.text.replace(
    /\b(eslint|tslint|biome|prettier|istanbul|c8|v8|noqa|pylint|type|pragma|nosec|nosonar|coverage)\b[-:][^\n]*?(--|$)/gim,
    ' ',
  );
  if (/^\s*(noqa|nosec|type:\s*ignore|eslint-|pylint:|seaworthy-|todo\b)/i.test(text)) return false;
  return (text.match(/\p{L}[\p{L}'’-]+/gu) ?? []).length >= 3;
}
