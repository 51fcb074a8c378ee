import type { CallFact, FileFacts } from './facts';
import type { SyntaxNode } from './tree';
import { dottedPath } from './values';

/** Modules of which everything asserts: `node:assert`, `uvu/assert`, `power-assert`, `nose.tools`. */
const ASSERTION_MODULE = /(^|[/:.-])asserts?(\/strict)?(\.[cm]?[jt]s)?$|^nose\.tools$/;
/** Names that mean the same wherever they come from. */
const ASSERTION_NAMES = new Set(['assert', 'expect', 'should']);
/** What a test finds in its context to assert with. */
const CONTEXT_ASSERTIONS =
  /^(ok|notOk|is|not|equals?|notEqual|deepEqual|notDeepEqual|same|notSame|strictSame|like|match|notMatch|regex|notRegex|has|hasStrict|true|false|truthy|falsy|throws|doesNotThrow|notThrows|throwsAsync|rejects|resolves|resolveMatch|error|ifError|pass|fail|plan|end|snapshot|matchSnapshot|emits|type)$/;
/** A file of the project's own beside its tests, and what only an assertion would be called there. */
const HELPER_MODULE = /^\.{1,2}\/(.*\/)?[\w-]*(helpers?|support|utils?|common|testing)(\.[cm]?[jt]s)?$/i;
const HELPER_ASSERTIONS = /^(match|notMatch|same|notSame|strictSame|equals?|notEqual|deepEqual|like)$/;
/** Names of assertions that say so in no word that the rules know. */
const PYTHON_NAMES: Record<string, string> = { eq_: 'equal', ok_: 'ok' };

/**
 * Writes the calls of assertions as if none were imported by another name: `same(a, b)` of
 * `import { deepEqual as same } from 'node:assert'` becomes `assert.deepEqual`, and so does `t.deepEqual(a, b)` of
 * `import t from 'node:assert'`. The rules then need to know one way to write each.
 */
export function nameAssertions(facts: FileFacts): void {
  const names = importedAssertions(facts);
  addTakenOut(facts, names);
  addOfContexts(facts, names);
  if (names.size === 0) return;
  for (const call of facts.calls) rename(call, names);
}

/** Local names with the path of what they stand for. */
function importedAssertions(facts: FileFacts): Map<string, string> {
  const names = new Map<string, string>();
  for (const { node, module } of facts.imports) {
    const isAssertion = ASSERTION_MODULE.test(module);
    const { whole, parts } = bindingsOf(node);
    if (isAssertion && whole !== undefined) names.set(whole, 'assert');
    for (const [local, imported] of parts) {
      if (ASSERTION_NAMES.has(imported)) names.set(local, imported);
      else if (isAssertion) names.set(local, assertionPath(imported));
      else if (HELPER_MODULE.test(module) && HELPER_ASSERTIONS.test(imported))
        names.set(local, `t.${imported}`);
    }
  }
  return names;
}

function assertionPath(imported: string): string {
  if (imported === 'default' || imported === 'strict') return 'assert';
  return `assert.${PYTHON_NAMES[imported] ?? imported}`;
}

interface Bindings {
  /** The name of all of the module. */
  whole: string | undefined;
  /** The local name of each part, with its own. */
  parts: Map<string, string>;
}

const NOTHING: Bindings = { whole: undefined, parts: new Map() };

function bindingsOf(node: SyntaxNode): Bindings {
  if (node.kind !== 'import') return bindingsOfRequire(node);
  const python = /^from\s+\S+\s+import\s+\(?([^)]*)\)?/.exec(node.text);
  if (python) return { whole: undefined, parts: partsOf(python[1] ?? '') };
  const [, renamed] = /^import\s+[\w.]+\s+as\s+(\w+)\s*$/.exec(node.text) ?? [];
  if (renamed !== undefined) return { whole: renamed, parts: new Map() };
  const [, clause = ''] = /^import\s+([^'"]*?)\s*from\b/.exec(node.text) ?? [];
  const [, inBraces = ''] = /\{([^}]*)\}/.exec(clause) ?? [];
  const [, whole] = /^(?:type\s+)?(?:\*\s*as\s+)?([\w$]+)\s*(?:,|$)/.exec(clause) ?? [];
  return { whole, parts: partsOf(inBraces) };
}

/** `const x = require('m')`, `const { a, b: c } = require('m').strict`. */
function bindingsOfRequire(node: SyntaxNode): Bindings {
  let path = '';
  let { parent } = node;
  while (parent?.kind === 'member') {
    path = parent.child('property')?.text ?? '';
    ({ parent } = parent);
  }
  const name = parent?.kind === 'declarator' ? parent.child('name') : undefined;
  if (!name) return NOTHING;
  if (name.kind !== 'identifier') return { whole: undefined, parts: partsOf(name.text.replace(/[{}]/g, '')) };
  if (path === '' || path === 'strict') return { whole: name.text, parts: new Map() };
  return { whole: undefined, parts: new Map([[name.text, path]]) };
}

/** `a, b as c, d: e` */
function partsOf(list: string): Map<string, string> {
  const parts = new Map<string, string>();
  for (const item of list.split(',')) {
    const found = /^\s*(?:type\s+)?([\w$]+)(?:\s*:\s*|\s+as\s+)?([\w$]+)?\s*$/.exec(item);
    const [, imported, local] = found ?? [];
    if (imported !== undefined) parts.set(local ?? imported, imported);
  }
  return parts;
}

/** `const { equal } = assert;`, `const same = chai.assert.deepEqual;` */
function addTakenOut({ tree }: FileFacts, names: Map<string, string>): void {
  for (const node of tree.nodes) {
    if (node.kind !== 'declarator') continue;
    const [name, value] = [node.child('name'), node.child('value')];
    if (!name || (value?.kind !== 'identifier' && value?.kind !== 'member')) continue;
    const path = inAssert(dottedPath(value), names);
    if (path === undefined) continue;
    if (name.kind === 'identifier') names.set(name.text, path);
    else if (path === 'assert')
      for (const [local, taken] of partsOf(name.text.replace(/[{}]/g, '')))
        names.set(local, `assert.${taken}`);
  }
}

/** `test('adds', ({ equal, end }) => ...)`, as written with tap, AVA and node:test. */
function addOfContexts({ tests }: FileFacts, names: Map<string, string>): void {
  for (const { body } of tests) {
    const [, list] = /^\(\s*\{([^}]*)\}/.exec(body.parameterList?.text ?? '') ?? [];
    if (list === undefined) continue;
    for (const [local, name] of partsOf(list))
      if (CONTEXT_ASSERTIONS.test(name) && !names.has(local)) names.set(local, `t.${name}`);
      else if (name === 'assert') names.set(local, 'assert');
  }
}

/** The path as one that begins with `assert`; undefined for one of something else. */
function inAssert(path: string, names: Map<string, string>): string | undefined {
  const [root = '', ...rest] = path.split('.');
  const own = [names.get(root) ?? root, ...rest].join('.').replace(/^chai\.(?=assert\b)/, '');
  return /^assert(\.\w+)?$/.test(own) ? own : undefined;
}

function rename(call: CallFact, names: Map<string, string>): void {
  const path = names.get(call.root);
  if (path === undefined || path === call.root) return;
  call.path = path + call.path.slice(call.root.length);
  const parts = call.path.replaceAll('()', '').split('.');
  call.root = parts[0] ?? '';
  call.name = parts[parts.length - 1] ?? '';
}
