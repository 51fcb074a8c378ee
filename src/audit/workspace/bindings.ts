import type { Family } from '../syntax/facts';
import type { SyntaxNode } from '../syntax/tree';

/** A name of this file that stands for one of another; `*` is the whole module, `default` its default export. */
export type Binding = [local: string, imported: string];

const COMMENTS = /\/\*[^]*?\*\/|\/\/[^\n]*/g;
const PYTHON_COMMENTS = /#[^\n]*/g;
/** Longer clauses are generated. */
const MAX_CLAUSE = 20_000;

/** The names that an import brings in. Types alone are left out. */
export function bindingsOf(node: SyntaxNode, family: Family): Binding[] {
  if (node.end - node.start > MAX_CLAUSE) return [];
  if (family === 'python') return pythonBindings(node.text.replace(PYTHON_COMMENTS, ''));
  if (node.kind === 'import') return clauseBindings(node.text.replace(COMMENTS, ''));
  const target = node.parent?.kind === 'await' ? node.parent.parent : node.parent;
  const name = target?.kind === 'declarator' ? target.child('name') : undefined;
  return name ? patternBindings(name.text.replace(COMMENTS, '')) : [];
}

function clauseBindings(text: string): Binding[] {
  const clause = /^import\s+([^]*?)\s*\bfrom\s*['"]/.exec(text)?.[1] ?? '';
  if (/^type\s+[^,]/.test(clause) && !/^type\s+from\b/.test(clause)) return [];
  const bindings = listBindings(/\{([^}]*)\}/.exec(clause)?.[1] ?? '', /\s+as\s+/);
  const star = /\*\s*as\s+([\w$]+)/.exec(clause)?.[1];
  if (star !== undefined) bindings.push([star, '*']);
  const plain = /^([\w$]+)/.exec(clause)?.[1];
  if (plain !== undefined) bindings.push([plain, 'default']);
  return bindings;
}

/** `const { a, b: c } = require(...)`, `const whole = require(...)` */
function patternBindings(text: string): Binding[] {
  const inner = /^\{([^]*)\}$/.exec(text.trim())?.[1];
  if (inner !== undefined) return listBindings(inner, /\s*:\s*/);
  return /^[\w$]+$/.test(text.trim()) ? [[text.trim(), '*']] : [];
}

function listBindings(list: string, between: RegExp): Binding[] {
  return list.split(',').flatMap((part): Binding[] => {
    const [imported = '', local] = part.trim().split(between);
    if (imported === '' || imported.startsWith('type ')) return [];
    const own = (local ?? imported).replace(/\s*=[^]*$/, '');
    return /^[\w$]+$/.test(own) ? [[own, imported]] : [];
  });
}

function pythonBindings(text: string): Binding[] {
  const from = /^from\s+[.\w]+\s+import\s+\(?([^)]*)\)?/.exec(text)?.[1];
  const list = from ?? /^import\s+([^]*)$/.exec(text)?.[1] ?? '';
  return list.split(',').flatMap((part): Binding[] => {
    const [name = '', alias] = part.trim().split(/\s+as\s+/);
    if (name === '') return [];
    return from === undefined ? [[alias ?? name, '*']] : [[alias ?? name, name]];
  });
}

/** The modules of a plain `import` of Python, in their order. */
export function modulesOf(node: SyntaxNode): string[] {
  const list = node.text.replace(PYTHON_COMMENTS, '').replace(/^import\s+/, '');
  return list.split(',').flatMap((part) => part.trim().split(/\s+/)[0] || []);
}

/** What a module hands on from another: under which name, and what it is called there. `*` hands on everything. */
export function reexportsOf(node: SyntaxNode): Binding[] {
  const text = node.text.slice(0, MAX_CLAUSE).replace(COMMENTS, '');
  const star = /^export\s*\*\s*(?:as\s+([\w$]+))?/.exec(text);
  if (star) return [[star[1] ?? '*', '*']];
  const list = /^export\s*\{([^}]*)\}/.exec(text)?.[1] ?? '';
  return list.split(',').flatMap((part): Binding[] => {
    const [imported = '', outer] = part.trim().split(/\s+as\s+/);
    return imported === '' || imported.startsWith('type ') ? [] : [[outer ?? imported, imported]];
  });
}
