import { assertsItself } from '../theater/assertions';
import { callsWithin } from '../theater/effects';
import type { Language } from '../language';
import { familyOfLanguage } from '../syntax/facts';
import type { Family, FileFacts, FunctionFact } from '../syntax/facts';
import type { Role } from '../syntax/role';
import { stringValue } from '../syntax/values';
import { bindingsOf, modulesOf, reexportsOf } from './bindings';
import type { Binding } from './bindings';
import { comparedValues } from './comparedValues';
import type { ComparedValue } from './comparedValues';
import { winnow } from './winnow';

/** An import, or a re-export, by what it names. */
export interface DigestedImport {
  specifier: string;
  line: number;
  names: Binding[];
  /** The names are handed on under the first of each pair. */
  isReexport?: true;
}

/** A named function, or a test with all that its callbacks do. Lines are 1-based, both included. */
export interface DigestedFunction {
  name: string;
  /** The class it is a method of. */
  in?: string;
  startLine: number;
  endLine: number;
  isTest?: true;
  exported?: true;
  /** It holds an assertion itself, or throws. */
  asserts?: true;
  /** Paths of the calls in it, each once: `expect().toBe`, `self.client.post`. */
  calls: string[];
}

/** What is kept of a source file to answer questions about the workspace. Plain JSON, apart from the prints. */
export interface FileDigest {
  family: Family;
  role: Role;
  imports: DigestedImport[];
  functions: DigestedFunction[];
  classes: { name: string; bases: string[] }[];
  /** What the default export is called in the file. */
  defaultName?: string;
  compared: ComparedValue[];
}

/** Of one file; what has more is generated, or a table. */
const MAX_FUNCTIONS = 3000;
const MAX_CALLS = 400;
const MAX_NAME = 120;

/** The digest of a file, and the fingerprints of its code where repeated code is of interest. */
export function digestOf(facts: FileFacts): { digest: FileDigest; prints: Uint32Array } {
  const { tree, family, role } = facts;
  const isJudged = role === 'production';
  const digest: FileDigest = {
    family,
    role,
    imports: importsOf(facts),
    functions: functionsOf(facts),
    classes: facts.classes.map(({ name, bases }) => ({ name, bases })),
    ...defaultNameOf(facts),
    compared: isJudged ? comparedValues(facts).map(({ node: _node, ...one }) => one) : [],
  };
  return { digest, prints: isJudged ? winnow(tree) : new Uint32Array() };
}

/** Of a file that is not read any further. */
export function emptyDigest(language: Language, role: Role): { digest: FileDigest; prints: Uint32Array } {
  const family = familyOfLanguage(language);
  const digest = { family, role, imports: [], functions: [], classes: [], compared: [] };
  return { digest, prints: new Uint32Array() };
}

function importsOf({ imports, tree, family }: FileFacts): DigestedImport[] {
  const found = imports.flatMap(({ node, module }): DigestedImport[] => {
    const line = tree.lineAt(node.start);
    const names = bindingsOf(node, family);
    if (!/^import\b/.test(node.text.slice(0, 10)) || family === 'javascript')
      return [{ specifier: module, line, names }];
    // One statement of Python imports several modules.
    return modulesOf(node).map((specifier, index) => ({
      specifier,
      line,
      names: names.slice(index, index + 1),
    }));
  });
  if (family === 'python') return found;
  for (const statement of tree.root.children) {
    const specifier = statement.kind === 'export' ? stringValue(statement.child('source')) : undefined;
    if (specifier === undefined || /^export\s+type\b/.test(statement.text.slice(0, 40))) continue;
    const names = reexportsOf(statement);
    found.push({ specifier, line: tree.lineAt(statement.start), names, isReexport: true });
  }
  return found;
}

function functionsOf(facts: FileFacts): DigestedFunction[] {
  const titles = new Map(facts.tests.map(({ body, title }) => [body, title]));
  const digested: DigestedFunction[] = [];
  for (const fact of facts.functions) {
    const title = titles.get(fact);
    if (title === undefined && (fact.name === undefined || fact.place === 'callback')) continue;
    digested.push(digestFunction(fact, title, facts));
    if (digested.length === MAX_FUNCTIONS) break;
  }
  return digested;
}

function digestFunction(fact: FunctionFact, title: string | undefined, facts: FileFacts): DigestedFunction {
  const { node, enclosingClass } = fact;
  const calls = new Set<string>();
  for (const { path } of callsWithin(node, facts.calls))
    if (path !== '' && path.length <= MAX_NAME && calls.size < MAX_CALLS) calls.add(path);
  return {
    name: (title ?? fact.name ?? '').slice(0, MAX_NAME),
    ...(enclosingClass ? { in: enclosingClass.name } : {}),
    startLine: facts.tree.lineAt(node.start),
    endLine: facts.tree.lineAt(Math.max(node.start, node.end - 1)),
    ...(title === undefined ? {} : { isTest: true }),
    ...(fact.exported ? { exported: true } : {}),
    ...(assertsItself(fact, facts) ? { asserts: true } : {}),
    calls: [...calls],
  };
}

function defaultNameOf({ tree, family }: FileFacts): { defaultName?: string } {
  if (family === 'python') return {};
  for (const statement of tree.root.children) {
    if (statement.kind !== 'export' || !statement.hasToken('default')) continue;
    const value = statement.child('value') ?? statement.child('declaration');
    const name = value?.kind === 'identifier' ? value.text : value?.child('name')?.text;
    return name === undefined ? {} : { defaultName: name };
  }
  return {};
}
