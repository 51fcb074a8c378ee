import type { Kind } from './kinds';
import type { SyntaxNode } from './tree';

/** How far a rule climbs or descends before it gives up; no hand-written code nests deeper. */
const DEPTH_LIMIT = 200;

const CONSTANT_LEAVES: ReadonlySet<Kind> = new Set<Kind>([
  'string',
  'template',
  'number',
  'true',
  'false',
  'null',
  'regex',
]);
const CONSTANT_CONTAINERS: ReadonlySet<Kind> = new Set<Kind>([
  'array',
  'object',
  'pair',
  'unary',
  'wrapper',
  'token',
  'comment',
]);

/** Children that are part of the program: no comments, no kept tokens. */
export function meaningful(node: SyntaxNode): SyntaxNode[] {
  return node.children.filter((child) => child.kind !== 'comment' && child.kind !== 'token');
}

/** Takes off what doesn't change a value: parentheses, type assertions, `!`. */
export function unwrap(node: SyntaxNode): SyntaxNode {
  let inner = node;
  while (inner.kind === 'wrapper') {
    const next = meaningful(inner).find((child) => child.kind !== 'type');
    if (!next) break;
    inner = next;
  }
  return inner;
}

/** {@link unwrap}, and `await` as well. */
export function unwrapAwait(node: SyntaxNode): SyntaxNode {
  let inner = unwrap(node);
  while (inner.kind === 'await') {
    const next = meaningful(inner)[0];
    if (!next) break;
    inner = unwrap(next);
  }
  return inner;
}

/** True when the value is spelled out in the source: literals, and arrays and objects of literals. */
export function isConstant(node: SyntaxNode): boolean {
  const tree = node.tree;
  for (let index = node.index; index <= node.last; index++) {
    const current = tree.nodes[index];
    if (!current) return false;
    if (current.kind === 'interpolation') return false;
    if (current.kind === 'string' || current.kind === 'template') {
      if (hasInterpolation(current)) return false;
      index = current.last;
    } else if (CONSTANT_LEAVES.has(current.kind)) {
      index = current.last;
    } else if (!CONSTANT_CONTAINERS.has(current.kind) && current.type !== 'property_identifier') {
      return false;
    }
  }
  return true;
}

export function hasInterpolation(node: SyntaxNode): boolean {
  for (const inner of node.tree.below(node)) if (inner.kind === 'interpolation') return true;
  return false;
}

/** The text of a string literal without its quotes; undefined for anything else. */
export function stringValue(node: SyntaxNode | undefined): string | undefined {
  if (!node || (node.kind !== 'string' && node.kind !== 'template')) return undefined;
  return node.text.replace(/^[a-zA-Z]{0,3}("""|'''|"|'|`)/, '').replace(/("""|'''|"|'|`)$/, '');
}

/** The same source text, whatever its spacing. */
export function sameText(left: SyntaxNode, right: SyntaxNode): boolean {
  return left.text.replace(/\s+/g, '') === right.text.replace(/\s+/g, '');
}

/** Parents from the inside out, up to {@link DEPTH_LIMIT}. */
export function* ancestors(node: SyntaxNode): Generator<SyntaxNode, void, undefined> {
  let current = node.parent;
  for (let depth = 0; current && depth < DEPTH_LIMIT; depth++) {
    yield current;
    current = current.parent;
  }
}

/** The dotted name of an identifier or member access, calls shown as `()`, elements as `[]`; empty when it starts with something else. */
export function dottedPath(node: SyntaxNode): string {
  const parts: string[] = [];
  let current: SyntaxNode | undefined = node;
  for (let depth = 0; current && depth < DEPTH_LIMIT; depth++) {
    current = unwrapAwait(current);
    if (current.kind === 'identifier' || current.type === 'import') {
      parts.push(current.text);
      return parts
        .reverse()
        .join('.')
        .replace(/\.(\(\)|\[\])/g, '$1');
    }
    if (current.kind === 'member') {
      const property: SyntaxNode | undefined = current.child('property') ?? current.child('attribute');
      parts.push(property?.text ?? '');
      current = current.child('object');
    } else if (current.kind === 'call' || current.kind === 'new') {
      parts.push('()');
      current = current.child('function') ?? current.child('constructor');
    } else if (current.kind === 'subscript') {
      parts.push('[]');
      current = current.child('object') ?? current.child('value');
    } else {
      parts.push('');
      return parts
        .reverse()
        .join('.')
        .replace(/\.(\(\)|\[\])/g, '$1');
    }
  }
  return '';
}

/** True when `name` is read or written as an identifier anywhere below `root`. */
export function mentions(root: SyntaxNode, name: string): boolean {
  const { nodes, text } = root.tree;
  for (let index = root.index; index <= root.last; index++) {
    const node = nodes[index];
    if (node?.kind !== 'identifier' || node.end - node.start !== name.length) continue;
    if (!text.startsWith(name, node.start)) continue;
    const isMemberName =
      node.parent?.kind === 'member' && (node.field === 'property' || node.field === 'attribute');
    if (!isMemberName && !(node.parent?.kind === 'pair' && node.field === 'key')) return true;
  }
  return false;
}

/** What a declaration or a plain assignment gives a value to; undefined for any other node. */
export function bindingTarget(node: SyntaxNode): SyntaxNode | undefined {
  if (node.kind === 'declarator') return node.child('name');
  return node.kind === 'assign' ? node.child('left') : undefined;
}
