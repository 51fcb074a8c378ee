import type { Kind } from './kinds';

/** A half-open range of UTF-16 offsets into the source. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/**
 * One node of the neutral tree. Nodes lie in pre-order in `SyntaxTree.nodes`, so a subtree is a slice of it, and the children of
 * a node follow from where those before them end: of the most nodes nobody asks for a list.
 */
export class SyntaxNode implements TextRange {
  private list: SyntaxNode[] | undefined = undefined;
  /** Index in `SyntaxTree.nodes` of the last node of this subtree. */
  last: number;

  constructor(
    readonly tree: SyntaxTree,
    readonly index: number,
    readonly kind: Kind,
    readonly type: string,
    readonly field: string | null,
    readonly start: number,
    readonly end: number,
    readonly parent: SyntaxNode | null,
  ) {
    this.last = index;
  }

  get text(): string {
    return this.tree.text.slice(this.start, this.end);
  }

  get children(): readonly SyntaxNode[] {
    return (this.list ??= this.listChildren());
  }

  get hasChildren(): boolean {
    return this.last > this.index;
  }

  /** The first child in a grammar field, such as `body` or `left`. */
  child(field: string): SyntaxNode | undefined {
    const { nodes } = this.tree;
    for (let at = this.index + 1; at <= this.last;) {
      const child = nodes[at];
      if (!child || child.field === field) return child;
      at = child.last + 1;
    }
    return undefined;
  }

  childOfKind(kind: Kind): SyntaxNode | undefined {
    const { nodes } = this.tree;
    for (let at = this.index + 1; at <= this.last;) {
      const child = nodes[at];
      if (!child || child.kind === kind) return child;
      at = child.last + 1;
    }
    return undefined;
  }

  /** True for this node itself and for everything below it. */
  contains(other: SyntaxNode): boolean {
    return other.index >= this.index && other.index <= this.last;
  }

  hasToken(type: string): boolean {
    return this.children.some((child) => child.kind === 'token' && child.type === type);
  }

  private listChildren(): SyntaxNode[] {
    const { nodes } = this.tree;
    const list: SyntaxNode[] = [];
    for (let at = this.index + 1; at <= this.last;) {
      const child = nodes[at];
      if (!child) break;
      list.push(child);
      at = child.last + 1;
    }
    return list;
  }
}

/** A parsed file, detached from the parser's memory. */
export class SyntaxTree {
  readonly nodes: SyntaxNode[] = [];
  /** Ranges of ERROR and MISSING nodes. */
  readonly errors: TextRange[] = [];
  private readonly lineStarts: number[] = [0];

  constructor(readonly text: string) {
    for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
      this.lineStarts.push(at + 1);
  }

  get root(): SyntaxNode {
    const root = this.nodes[0];
    if (!root) throw new Error('A syntax tree has at least its root');
    return root;
  }

  get lineCount(): number {
    return this.lineStarts.length;
  }

  /** 1-based line of an offset. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.lineStarts[middle] ?? 0) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }

  /** Offset of the first character of a 1-based line; the length of the text past its end. */
  offsetOfLine(line: number): number {
    return this.lineStarts[line - 1] ?? this.text.length;
  }

  /** 1-based column of an offset, in UTF-16 units. */
  columnAt(offset: number): number {
    return offset - (this.lineStarts[this.lineAt(offset) - 1] ?? 0) + 1;
  }

  /** Every node below `root`, in source order; the inside of a node for which `prune` holds is left out. */
  *below(root: SyntaxNode, prune?: (node: SyntaxNode) => boolean): Generator<SyntaxNode, void, undefined> {
    for (let index = root.index + 1; index <= root.last; index++) {
      const node = this.nodes[index];
      if (!node) return;
      yield node;
      if (prune?.(node)) index = node.last;
    }
  }

  /** True when the range touches something the parser could not read. */
  overlapsError(range: TextRange): boolean {
    return this.errors.some((error) => error.start <= range.end && error.end >= range.start);
  }
}
