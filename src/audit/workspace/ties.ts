import type { Role } from '../syntax/role';
import type { CallGraph } from './callGraph';
import type { DigestedFunction, FileDigest } from './digest';
import type { Links } from './links';

/** A named function or a test; lines are 1-based, both included. */
interface TiedFunction {
  name: string;
  /** The class it is a method of. */
  in?: string;
  startLine: number;
  endLine: number;
  isTest?: true;
  /** Of a test: an assertion is in it, or in what it calls. */
  asserts?: true;
}

/** What ties a file to the rest of its workspace. Plain JSON. */
export interface FileTies {
  role: Role;
  functions: TiedFunction[];
  /** Imports of it in other files, with what they bind: local name first, then the name in this file; `*` for all of it. */
  importers: { file: string; line: number; role: Role; names: [string, string][]; isReexport: boolean }[];
  /** Tests with an assertion from which calls lead to its functions. */
  tests: {
    file: string;
    title: string;
    line: number;
    endLine: number;
    reaches: { name: string; in?: string }[];
  }[];
}

const MAX_IMPORTERS = 300;
/** Calls are followed no deeper, so that importers farther away do not matter. */
const MAX_DEPTH = 8;
const MAX_TEST_FILES = 200;
const MAX_TESTS = 200;

interface Parts {
  links: Links;
  graph: CallGraph;
  /** Files that import a file. */
  importersOf: (file: string) => Iterable<string>;
  digestOf: (file: string) => FileDigest | undefined;
}

/** Undefined for a file that was not read. */
export function tiesOf(file: string, parts: Parts): FileTies | undefined {
  const digest = parts.digestOf(file);
  if (!digest) return undefined;
  return {
    role: digest.role,
    functions: digest.functions.map((one) => tied(file, one, parts.graph)),
    importers: importers(file, parts),
    tests: tests(file, parts),
  };
}

function tied(file: string, one: DigestedFunction, graph: CallGraph): TiedFunction {
  const { name, in: within, startLine, endLine, isTest } = one;
  const asserts = isTest && assertsAnywhere(file, one, graph);
  return {
    ...{ name, startLine, endLine },
    ...(within === undefined ? {} : { in: within }),
    ...(isTest ? { isTest } : {}),
    ...(asserts ? { asserts } : {}),
  };
}

function assertsAnywhere(file: string, one: DigestedFunction, graph: CallGraph): boolean {
  return (
    one.asserts === true || one.calls.some((call) => graph.assertion(file, call, one.in, []) === 'asserts')
  );
}

function importers(file: string, { links, importersOf, digestOf }: Parts): FileTies['importers'] {
  const found: FileTies['importers'] = [];
  for (const importer of importersOf(file)) {
    const digest = digestOf(importer);
    if (!digest) continue;
    for (const link of links.of(importer, digest)) {
      if (link.file !== file) continue;
      const names = link.names.map(({ local, imported }): [string, string] => [local, imported]);
      found.push({ file: importer, line: link.line, role: digest.role, names, isReexport: link.isReexport });
    }
    if (found.length >= MAX_IMPORTERS) break;
  }
  return found;
}

function tests(file: string, { graph, importersOf, digestOf }: Parts): FileTies['tests'] {
  const found: FileTies['tests'] = [];
  for (const test of testFilesAbove(file, importersOf, digestOf)) {
    for (const one of digestOf(test)?.functions ?? []) {
      if (!one.isTest || !assertsAnywhere(test, one, graph)) continue;
      const reached = [...graph.reachedIn(file, { file: test, function: one })];
      if (reached.length === 0) continue;
      const reaches = reached.map(({ name, in: within }) => ({ name, ...(within && { in: within }) }));
      found.push({ file: test, title: one.name, line: one.startLine, endLine: one.endLine, reaches });
      if (found.length >= MAX_TESTS) return found;
    }
  }
  return found;
}

/** Test files from which imports lead to a file. */
function testFilesAbove(
  file: string,
  importersOf: Parts['importersOf'],
  digestOf: Parts['digestOf'],
): string[] {
  const found: string[] = [];
  const seen = new Set([file]);
  let front = [file];
  for (let depth = 0; depth < MAX_DEPTH && front.length > 0; depth++) {
    const next: string[] = [];
    for (const one of front)
      for (const importer of importersOf(one)) {
        if (seen.has(importer)) continue;
        seen.add(importer);
        next.push(importer);
        if (digestOf(importer)?.role === 'test') found.push(importer);
      }
    if (found.length >= MAX_TEST_FILES) break;
    front = next;
  }
  return found.slice(0, MAX_TEST_FILES);
}
