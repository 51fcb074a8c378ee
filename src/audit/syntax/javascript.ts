import type { Exports, FunctionShape, LanguageAdapter } from './adapter';
import type { CallFact, ClassFact, FunctionPlace, HandlerFact, ImportFact, Parameter } from './facts';
import type { SyntaxNode, SyntaxTree } from './tree';
import { ancestors, dottedPath, meaningful, stringValue, unwrap } from './values';

export const javascriptAdapter: LanguageAdapter = {
  functionShape,
  classFact,
  handlerShape,
  importFact,
  exports: exportsOf,
  testTitleOfCall,
  testTitleOfFunction: () => undefined,
};

function functionShape(
  node: SyntaxNode,
  enclosingClass: ClassFact | undefined,
  exports: Exports,
): FunctionShape | undefined {
  const body = node.child('body');
  if (!body) return undefined;
  const { name, place, typed } = namingOf(node);
  const parameterList = node.child('parameters') ?? node.child('parameter');
  const isPrivate = node.children.some(
    (child) => child.type === 'accessibility_modifier' && child.text === 'private',
  );
  const decorators = place === 'method' ? precedingDecorators(node) : [];
  const overrides = node.children.some(
    (child) => child.type === 'override_modifier' || child.type === 'abstract',
  );
  return {
    name,
    place,
    parameterList,
    body,
    parameters: parametersOf(parameterList),
    isAsync: node.hasToken('async'),
    isGenerator: node.hasToken('*') || node.type.startsWith('generator_function'),
    isConstructor: place === 'method' && name === 'constructor',
    isAccessor: node.hasToken('get') || node.hasToken('set'),
    constrained: overrides || typed || decorators.length > 0 || (name?.startsWith('[') ?? false),
    decorators,
    exported:
      isExported(node, name, place, enclosingClass, exports) &&
      !isPrivate &&
      !(name?.startsWith('#') ?? false),
  };
}

function namingOf(node: SyntaxNode): { name: string | undefined; place: FunctionPlace; typed: boolean } {
  const own = node.child('name')?.text;
  if (node.type === 'method_definition') {
    const inClass = node.parent?.type === 'class_body';
    return { name: own, place: inClass ? 'method' : 'objectMember', typed: false };
  }
  if (node.type.endsWith('function_declaration')) return { name: own, place: 'declaration', typed: false };
  let holder = node.parent;
  while (holder?.kind === 'wrapper') holder = holder.parent;
  const target =
    holder?.child('name') ?? holder?.child('property') ?? holder?.child('key') ?? holder?.child('left');
  const name = target ? (dottedPath(target).split('.').pop() ?? own) : own;
  const typed = holder?.childOfKind('type') !== undefined;
  if (holder?.kind === 'declarator') return { name, place: 'variable', typed };
  if (holder?.kind === 'assign' && holder.child('right') !== undefined)
    return { name, place: 'variable', typed };
  if (holder?.kind === 'field') return { name, place: 'method', typed };
  if (holder?.kind === 'pair') return { name: target?.text, place: 'objectMember', typed };
  return { name: own, place: 'callback', typed: false };
}

function precedingDecorators(node: SyntaxNode): string[] {
  const decorators = node.children.filter((child) => child.kind === 'decorator');
  for (let at = siblingBefore(node); at?.kind === 'decorator'; at = siblingBefore(at)) decorators.push(at);
  return decorators.map((decorator) => decorator.text.replace(/^@/, ''));
}

/** Found from the node before it, as a class may have thousands of members. */
function siblingBefore(node: SyntaxNode): SyntaxNode | undefined {
  let before: SyntaxNode | null | undefined = node.tree.nodes[node.index - 1];
  if (before === node.parent) return undefined;
  while (before && before.parent !== node.parent) before = before.parent;
  return before ?? undefined;
}

function parametersOf(list: SyntaxNode | undefined): Parameter[] {
  if (!list) return [];
  const items = list.kind === 'parameters' ? meaningful(list) : [list];
  return items.map(parameterOf).filter((parameter) => parameter.name !== 'this');
}

function parameterOf(node: SyntaxNode): Parameter {
  let pattern = node.child('pattern') ?? node;
  if (pattern.type === 'assignment_pattern') pattern = pattern.child('left') ?? pattern;
  const rest = pattern.type === 'rest_pattern';
  if (rest) pattern = meaningful(pattern)[0] ?? pattern;
  if (pattern.kind === 'identifier') return { name: pattern.text, node, destructured: [], rest };
  const destructured: string[] = [];
  for (const inner of pattern.tree.below(pattern)) {
    if (inner.kind === 'identifier' && inner.field !== 'key') destructured.push(inner.text);
  }
  return { name: undefined, node, destructured, rest };
}

function isExported(
  node: SyntaxNode,
  name: string | undefined,
  place: FunctionPlace,
  enclosingClass: ClassFact | undefined,
  exports: Exports,
): boolean {
  if (place === 'method') return enclosingClass?.exported ?? false;
  if (name !== undefined && exports.has(name)) return true;
  for (const ancestor of ancestors(node)) {
    if (ancestor.kind === 'export') return true;
    if (
      ancestor.kind === 'assign' &&
      /^(module\.)?exports\b/.test(dottedPath(ancestor.child('left') ?? ancestor))
    )
      return true;
    if (ancestor.kind === 'function') return false;
  }
  return false;
}

function classFact(node: SyntaxNode, exports: Exports): ClassFact {
  const name = node.child('name')?.text ?? node.parent?.child('name')?.text ?? '';
  const heritage = node.childOfKind('heritage');
  const clauses = heritage ? meaningful(heritage) : [];
  const bases = clauses
    .flatMap((clause) => (clause.type.endsWith('_clause') ? meaningful(clause) : [clause]))
    .filter((base) => base.kind !== 'type')
    .map((base) => base.text);
  const exported =
    exports.has(name) ||
    node.parent?.kind === 'export' ||
    isExported(node, name, 'variable', undefined, exports);
  return { node, name, bases, abstract: node.type === 'abstract_class_declaration', exported };
}

function handlerShape(node: SyntaxNode): Pick<HandlerFact, 'body' | 'types' | 'broad'> | undefined {
  const body = node.child('body');
  return body && { body, types: [], broad: true };
}

function importFact(node: SyntaxNode): ImportFact | undefined {
  const source =
    node.child('source') ?? node.children.find((child) => child.child('source'))?.child('source');
  const module = stringValue(source);
  if (module === undefined) return undefined;
  const names: string[] = [];
  for (const inner of node.tree.below(node)) if (inner.kind === 'identifier') names.push(inner.text);
  return { node, module, names };
}

function exportsOf(tree: SyntaxTree): Exports {
  const names = new Set<string>();
  let explicit = false;
  for (const node of tree.nodes) {
    if (node.kind === 'export') {
      explicit = true;
      for (const inner of exportedNames(node)) names.add(inner);
    } else if (node.kind === 'assign') {
      const left = node.child('left');
      const path = left?.kind === 'member' ? dottedPath(left) : '';
      if (!/^(module\.)?exports\b/.test(path)) continue;
      explicit = true;
      const right = node.child('right');
      const values =
        right && unwrap(right).kind === 'object' ? meaningful(unwrap(right)) : right ? [right] : [];
      for (const value of values) names.add((value.child('value') ?? value).text);
    }
  }
  return { explicit, has: (name) => names.has(name) };
}

function exportedNames(node: SyntaxNode): string[] {
  const names: string[] = [];
  const value = node.child('value');
  if (value?.kind === 'identifier') names.push(value.text);
  for (const clause of node.children) {
    if (clause.type !== 'export_clause') continue;
    for (const specifier of meaningful(clause)) names.push(specifier.child('name')?.text ?? '');
  }
  return names;
}

const TEST_FUNCTION =
  /^(it|test|specify|fit|xit|xtest|Deno\.test|t\.test)(\.(only|skip|concurrent|sequential|failing|fails|each|for|runIf|skipIf|todo|serial))*(\(\))?$/;

function testTitleOfCall(call: CallFact): string | undefined {
  if (call.isNew || !TEST_FUNCTION.test(call.path)) return undefined;
  const title = call.arguments[0];
  const last = call.arguments.find((argument) => unwrap(argument).kind === 'function');
  if (!title || !last || title === last) return undefined;
  return (
    stringValue(title) ?? (title.kind === 'binary' || title.kind === 'identifier' ? title.text : undefined)
  );
}
