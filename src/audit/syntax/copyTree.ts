// The types alone: at run time the parser decides which build of the package is loaded.
import type { Tree } from 'web-tree-sitter';
import type { Kind } from './kinds';
import { kindOf, OPAQUE_KINDS } from './kinds';
import { SyntaxNode, SyntaxTree } from './tree';

/**
 * The functions of the parser's program that a walk needs. The cursor of the package calls the same ones and carries its
 * place into the program's memory and back at each call, which takes several times as long as the walk itself.
 */
export interface WalkFunctions {
  _ts_tree_root_node_wasm(tree: number): void;
  _ts_tree_cursor_new_wasm(tree: number): void;
  _ts_tree_cursor_delete_wasm(tree: number): void;
  _ts_tree_cursor_goto_first_child_wasm(tree: number): number;
  _ts_tree_cursor_goto_next_sibling_wasm(tree: number): number;
  _ts_tree_cursor_goto_parent_wasm(tree: number): number;
  _ts_tree_cursor_current_node_type_id_wasm(tree: number): number;
  _ts_tree_cursor_current_node_is_named_wasm(tree: number): number;
  _ts_tree_cursor_current_node_is_missing_wasm(tree: number): number;
  _ts_tree_cursor_current_field_id_wasm(tree: number): number;
  _ts_tree_cursor_start_index_wasm(tree: number): number;
  _ts_tree_cursor_end_index_wasm(tree: number): number;
}

interface KnownType {
  kind: Kind | null;
  type: string;
  opaque: boolean;
}

/** Node types of one grammar by id, resolved once. */
export type TypeTable = KnownType[];

const ERROR_TYPE_ID = 65535;
const ERROR_TYPE: KnownType = { kind: 'error', type: 'ERROR', opaque: false };

/** Copies a parser's tree in one iterative pass, so that depth of nesting costs no stack. */
export function copyTree(walk: WalkFunctions, source: Tree, text: string, types: TypeTable): SyntaxTree {
  // The place of the tree in the program's memory, which the types of the package keep to themselves.
  const address = (source as unknown as [number])[0];
  const tree = new SyntaxTree(text);
  const hasError = source.rootNode.hasError;
  walk._ts_tree_root_node_wasm(address);
  // The place of the cursor stays where the functions look for it: nothing else may be asked of the program until the end.
  walk._ts_tree_cursor_new_wasm(address);
  try {
    new TreeCopy(walk, source, tree, types).run(address, hasError);
  } finally {
    walk._ts_tree_cursor_delete_wasm(address);
  }
  return tree;
}

/** Names of {@link WalkFunctions}, for a look whether the program has them. */
export const WALK_FUNCTIONS = [
  '_ts_tree_root_node_wasm',
  '_ts_tree_cursor_new_wasm',
  '_ts_tree_cursor_delete_wasm',
  '_ts_tree_cursor_goto_first_child_wasm',
  '_ts_tree_cursor_goto_next_sibling_wasm',
  '_ts_tree_cursor_goto_parent_wasm',
  '_ts_tree_cursor_current_node_type_id_wasm',
  '_ts_tree_cursor_current_node_is_named_wasm',
  '_ts_tree_cursor_current_node_is_missing_wasm',
  '_ts_tree_cursor_current_field_id_wasm',
  '_ts_tree_cursor_start_index_wasm',
  '_ts_tree_cursor_end_index_wasm',
] as const satisfies (keyof WalkFunctions)[];

/** The same walk by what the package promises, for a version whose program works otherwise. */
export function cursorWalk(tree: Tree): WalkFunctions {
  const cursor = tree.walk();
  return {
    _ts_tree_root_node_wasm: () => undefined,
    _ts_tree_cursor_new_wasm: () => undefined,
    _ts_tree_cursor_delete_wasm: () => cursor.delete(),
    _ts_tree_cursor_goto_first_child_wasm: () => Number(cursor.gotoFirstChild()),
    _ts_tree_cursor_goto_next_sibling_wasm: () => Number(cursor.gotoNextSibling()),
    _ts_tree_cursor_goto_parent_wasm: () => Number(cursor.gotoParent()),
    _ts_tree_cursor_current_node_type_id_wasm: () => cursor.nodeTypeId,
    _ts_tree_cursor_current_node_is_named_wasm: () => Number(cursor.nodeIsNamed),
    _ts_tree_cursor_current_node_is_missing_wasm: () => Number(cursor.nodeIsMissing),
    _ts_tree_cursor_current_field_id_wasm: () => cursor.currentFieldId,
    _ts_tree_cursor_start_index_wasm: () => cursor.startIndex,
    _ts_tree_cursor_end_index_wasm: () => cursor.endIndex,
  };
}

/** Whether two copies are of the same tree. */
export function isSameTree(left: SyntaxTree, right: SyntaxTree): boolean {
  const spell = ({ nodes, errors }: SyntaxTree): string =>
    JSON.stringify([
      nodes.map(({ kind, type, field, start, end, last, parent }) => [
        kind,
        type,
        field,
        start,
        end,
        last,
        parent?.index,
      ]),
      errors,
    ]);
  return spell(left) === spell(right);
}

class TreeCopy {
  private readonly fields: readonly (string | null)[];
  private readonly names: readonly (string | null)[];

  constructor(
    private readonly walk: WalkFunctions,
    { language }: Tree,
    private readonly tree: SyntaxTree,
    private readonly types: TypeTable,
  ) {
    this.fields = language.fields;
    this.names = language.types;
  }

  run(address: number, hasError: boolean): void {
    const { walk, tree } = this;
    const { nodes } = tree;
    let parent: SyntaxNode | null = null;
    const parents: (SyntaxNode | null)[] = [];
    for (;;) {
      const known = this.typeAt(address);
      const node: SyntaxNode | null = known.kind === null ? null : this.take(address, known, parent);
      if (hasError && (known.kind === 'error' || walk._ts_tree_cursor_current_node_is_missing_wasm(address)))
        tree.errors.push({
          start: walk._ts_tree_cursor_start_index_wasm(address),
          end: walk._ts_tree_cursor_end_index_wasm(address),
        });
      const goesIn = hasError || (node !== null && !known.opaque);
      if (goesIn && walk._ts_tree_cursor_goto_first_child_wasm(address) === 1) {
        parents.push(parent);
        parent = node ?? parent;
        continue;
      }
      while (walk._ts_tree_cursor_goto_next_sibling_wasm(address) !== 1) {
        if (walk._ts_tree_cursor_goto_parent_wasm(address) !== 1) return;
        const finished: SyntaxNode | null = parent;
        parent = parents.pop() ?? null;
        if (finished && finished !== parent) finished.last = nodes.length - 1;
      }
    }
  }

  private take(address: number, { kind, type }: KnownType, parent: SyntaxNode | null): SyntaxNode {
    const { tree } = this;
    const field = this.fields[this.walk._ts_tree_cursor_current_field_id_wasm(address)] ?? null;
    const start = this.walk._ts_tree_cursor_start_index_wasm(address);
    const end = this.walk._ts_tree_cursor_end_index_wasm(address);
    const node = new SyntaxNode(tree, tree.nodes.length, kind ?? 'other', type, field, start, end, parent);
    tree.nodes.push(node);
    return node;
  }

  private typeAt(address: number): KnownType {
    const id = this.walk._ts_tree_cursor_current_node_type_id_wasm(address);
    if (id === ERROR_TYPE_ID) return ERROR_TYPE;
    const known = this.types[id];
    if (known) return known;
    const type = this.names[id] ?? 'ERROR';
    const kind = kindOf(type, this.walk._ts_tree_cursor_current_node_is_named_wasm(address) === 1);
    const resolved = { kind, type, opaque: kind !== null && OPAQUE_KINDS.has(kind) };
    this.types[id] = resolved;
    return resolved;
  }
}
