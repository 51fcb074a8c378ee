import type { Exports, FunctionShape, LanguageAdapter } from './adapter';
import type { ClassFact, FunctionFact, HandlerFact, ImportFact, Parameter } from './facts';
import type { SyntaxNode, SyntaxTree } from './tree';
import { dottedPath, meaningful } from './values';

export const pythonAdapter: LanguageAdapter = {
  functionShape,
  classFact,
  handlerShape,
  importFact,
  exports: exportsOf,
  testTitleOfCall: () => undefined,
  testTitleOfFunction,
};

/** Decorators after which a function still does what its own body says. */
const NEUTRAL_DECORATOR =
  /^(staticmethod|classmethod|functools\.(wraps|cache|lru_cache)|cache|lru_cache|timed?|log\w*|trace\w*|retry\w*)\b/;
const ABSTRACT_BASE = /(^|\.)(ABC|ABCMeta|Protocol|TypedDict|NamedTuple|Enum|IntEnum|StrEnum|Interface)\b/;
const BROAD_TYPES = new Set(['Exception', 'BaseException', 'StandardError', 'builtins.Exception', 'object']);

function functionShape(
  node: SyntaxNode,
  enclosingClass: ClassFact | undefined,
  exports: Exports,
): FunctionShape | undefined {
  const body = node.child('body');
  if (!body) return undefined;
  const isLambda = node.type === 'lambda';
  const name = isLambda ? lambdaName(node) : node.child('name')?.text;
  const decorators = decoratorsOf(node);
  const method = enclosingClass !== undefined && isDirectMember(node, enclosingClass);
  const parameterList = node.child('parameters');
  const isAccessor = decorators.some((decorator) =>
    /(^|\.)(property|cached_property|setter|getter|deleter)\b/.test(decorator),
  );
  const special = name !== undefined && /^__\w+__$/.test(name);
  return {
    name,
    place: isLambda ? (name ? 'variable' : 'callback') : method ? 'method' : 'declaration',
    parameterList,
    body,
    parameters: parametersOf(parameterList, method && !decorators.includes('staticmethod')),
    isAsync: node.hasToken('async'),
    isGenerator: false,
    isConstructor: method && (name === '__init__' || name === '__new__'),
    isAccessor,
    constrained: special || decorators.some((decorator) => !NEUTRAL_DECORATOR.test(decorator)),
    decorators,
    exported: name !== undefined && (exports.has(name) || (!exports.explicit && !name.startsWith('_'))),
  };
}

function lambdaName(node: SyntaxNode): string | undefined {
  const holder = node.parent;
  return holder?.kind === 'assign' ? holder.child('left')?.text : undefined;
}

function isDirectMember(node: SyntaxNode, enclosingClass: ClassFact): boolean {
  const holder = node.parent?.kind === 'decorated' ? node.parent.parent : node.parent;
  return holder?.parent === enclosingClass.node;
}

function decoratorsOf(node: SyntaxNode): string[] {
  if (node.parent?.kind !== 'decorated') return [];
  return node.parent.children
    .filter((child) => child.kind === 'decorator')
    .map((decorator) => decorator.text.replace(/^@\s*/, ''));
}

function parametersOf(list: SyntaxNode | undefined, dropsFirst: boolean): Parameter[] {
  if (!list) return [];
  const parameters = meaningful(list).flatMap((node): Parameter[] => {
    if (node.type === 'keyword_separator' || node.type === 'positional_separator') return [];
    const pattern = node.child('name') ?? meaningful(node).find((child) => child.kind !== 'type') ?? node;
    const rest = node.type.endsWith('splat_pattern') || pattern.type.endsWith('splat_pattern');
    const name = pattern.kind === 'identifier' ? pattern.text : pattern.childOfKind('identifier')?.text;
    return [{ name, node, destructured: [], rest }];
  });
  return dropsFirst && !parameters[0]?.rest ? parameters.slice(1) : parameters;
}

function classFact(node: SyntaxNode, exports: Exports): ClassFact {
  const name = node.child('name')?.text ?? '';
  const list = node.child('superclasses');
  const written = list ? meaningful(list) : [];
  const bases = written
    .filter((base) => base.kind !== 'keywordArgument' && base.text !== 'object')
    .map((base) => base.text);
  const abstract = written.some((base) => ABSTRACT_BASE.test(base.text));
  return {
    node,
    name,
    bases,
    abstract,
    exported: exports.has(name) || (!exports.explicit && !name.startsWith('_')),
  };
}

function handlerShape(node: SyntaxNode): Pick<HandlerFact, 'body' | 'types' | 'broad'> | undefined {
  const body = node.childOfKind('block');
  if (!body) return undefined;
  const value = node.child('value');
  const caught = value?.type === 'as_pattern' ? meaningful(value)[0] : value;
  const types = !caught
    ? []
    : caught.kind === 'array'
      ? meaningful(caught).map((type) => type.text)
      : [caught.text];
  return { body, types, broad: types.length === 0 || types.some((type) => BROAD_TYPES.has(type)) };
}

function importFact(node: SyntaxNode): ImportFact {
  const module = node.child('module_name') ?? node.child('name');
  const aliased = module?.type === 'aliased_import' ? module.child('name') : module;
  const names: string[] = [];
  for (const inner of node.tree.below(node)) if (inner.kind === 'identifier') names.push(inner.text);
  return { node, module: aliased?.text ?? '', names };
}

function exportsOf(tree: SyntaxTree): Exports {
  const names = new Set<string>();
  let explicit = false;
  for (const statement of tree.root.children) {
    const assignment = statement.childOfKind('assign');
    const right = assignment?.child('right');
    if (assignment?.child('left')?.text !== '__all__' || right?.kind !== 'array') continue;
    explicit = true;
    for (const name of meaningful(right)) names.add(name.text.replace(/^\w*['"]+|['"]+$/g, ''));
  }
  return { explicit, has: (name) => names.has(name) };
}

const TEST_PATH = /(^|\/)(test_[^/]*|[^/]*_tests?|tests?)\.py$|(^|\/)(tests?|testing)\//i;

function testTitleOfFunction(fact: FunctionFact, path: string): string | undefined {
  const { name, enclosingClass, enclosing, node } = fact;
  if (name === undefined || !/^test(_|[A-Z]|$)/.test(name) || enclosing) return undefined;
  if (enclosingClass) {
    const isCase = enclosingClass.bases.some((base) =>
      /Test(Case|Base|s|Mixin)?\b|Case$/.test(base.split('.').pop() ?? ''),
    );
    return isCase || /^Test|Tests?$/.test(enclosingClass.name) ? name : undefined;
  }
  if (TEST_PATH.test(path)) return name;
  for (const inner of node.tree.below(fact.body)) {
    if (inner.kind === 'assert') return name;
    if (inner.kind === 'call' && /(^|\.)(pytest|assert)/.test(dottedPath(inner))) return name;
  }
  return undefined;
}
