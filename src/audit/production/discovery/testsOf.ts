import { posix } from 'node:path';
import type { Family, ImportGraph } from './importGraph';
import { familyOf } from './importGraph';
import type { WorkspaceSources } from './sources';
import { isTestFile, subjectName } from './testFiles';

/** A test file that may belong to the audited file. Only the run itself proves that it does. */
export interface CandidateTest {
  path: string;
  /** It reaches the audited file by imports; otherwise its name or its text alone speaks for it. */
  imports: boolean;
}

export interface TestSearch {
  tests: CandidateTest[];
  /** What was left out, in words for the user. */
  notes: string[];
}

/** Test files run in one audit. */
const MAX_TEST_FILES = 20;
/** As many test files are run however they come to the audited file. */
const FEW_TEST_FILES = 6;
/** Test files run in one audit that asks for all. */
const MAX_ALL_FILES = 500;
/** Test files taken on the ground that they mention the file's name in their text. */
const MAX_MENTIONS = 5;
/** Names that say where a file stands, not what it is about. */
const GENERIC_NAMES = new Set(['index', 'main', 'mod', 'app', '__init__', '__main__', 'utils', 'types']);

/** Every test file of the language of `path`, those that reach it by imports first. */
export function findAllTests(path: string, graph: ImportGraph, sources: WorkspaceSources): TestSearch {
  const distances = graph.distancesTo(path);
  const rank = (file: string): number => distances.get(file) ?? Infinity;
  const found = testFilesOf(path, graph, sources).sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const notes =
    found.length > MAX_ALL_FILES
      ? [`The workspace has ${files(found.length)}; the ${MAX_ALL_FILES} closest to this file were run.`]
      : [];
  const tests = found.slice(0, MAX_ALL_FILES).map((file) => ({ path: file, imports: distances.has(file) }));
  return { tests, notes: [...notes, ...incomplete(graph)] };
}

function testFilesOf(path: string, graph: ImportGraph, sources: WorkspaceSources): string[] {
  const family = familyOf(path) as Family;
  return [...sources.paths].filter((file) => familyOf(file) === family && isTestFile(graph, file));
}

function incomplete(graph: ImportGraph): string[] {
  return graph.complete ? [] : ['The workspace is too large to search all of it for tests of this file.'];
}

/** Finds the tests of `path`: itself; those that import it or bear its name; where there are none, the nearest that lead to it. */
export function findTestsOf(path: string, graph: ImportGraph, sources: WorkspaceSources): TestSearch {
  if (isTestFile(graph, path)) return { tests: [{ path, imports: true }], notes: [] };
  const distances = graph.distancesTo(path);
  const testFiles = testFilesOf(path, graph, sources);
  const named = new Set(testFiles.filter((file) => namesMatch(path, file)));
  const reaching = testFiles.filter((file) => distances.has(file));
  const direct = reaching.filter((file) => named.has(file) || distances.get(file) === 1);
  // Without a test of its own, a file is tested through the files nearest to it.
  const nearest = Math.min(...reaching.map((file) => distances.get(file) ?? Infinity));
  const ring = direct.length > 0 ? direct : reaching.filter((file) => distances.get(file) === nearest);
  const near = narrowed(ring, path, named, graph);
  const found = [...new Set([...near, ...named])].sort(byCloseness(path, distances, named));
  const chosen = found.length > 0 ? found : mentions(path, testFiles, sources);
  const notes: string[] = [];
  const distant = reaching.filter((file) => !found.includes(file)).length;
  if (distant > 0)
    notes.push(
      `Not run, since they reach this file only through more files: ${files(distant)}; "all tests" in the settings runs them too.`,
    );
  if (chosen.length > MAX_TEST_FILES) {
    notes.push(`${files(chosen.length)} belong to this file; the ${MAX_TEST_FILES} closest were run.`);
  }
  notes.push(...incomplete(graph));
  const tests = chosen.slice(0, MAX_TEST_FILES).map((file) => ({ path: file, imports: distances.has(file) }));
  return { tests, notes };
}

/**
 * What a package hands on is reached by nearly all of its tests. Of many, those count that bear the file's name or import it
 * itself, and where there are none, a few.
 */
function narrowed(
  ring: readonly string[],
  path: string,
  named: ReadonlySet<string>,
  graph: ImportGraph,
): string[] {
  if (ring.length <= FEW_TEST_FILES) return [...ring];
  const own = ring.filter((file) => named.has(file) || graph.importsItself(file, path));
  if (own.length > 0) return own;
  return [...ring].sort(byCloseness(path, new Map(), named)).slice(0, FEW_TEST_FILES);
}

function files(count: number): string {
  return count === 1 ? '1 test file' : `${count} test files`;
}

function namesMatch(path: string, test: string): boolean {
  const name = subjectName(path);
  const subject = subjectName(test);
  // test_stress_sortedlist.py for sortedlist.py
  if (!GENERIC_NAMES.has(name) && name.length > 3 && subject.split(/[-_.]/).includes(name)) return true;
  if (subject !== name) {
    // tests/test_pkg.py for pkg/__init__.py, test/widget.test.ts for widget/index.ts
    return GENERIC_NAMES.has(name) && subject === posix.basename(posix.dirname(path)).toLowerCase();
  }
  return !GENERIC_NAMES.has(name) || stepsBetween(path, test) <= 1;
}

/** Folders to go up and down from one file to the other, folders for tests not counted. */
function stepsBetween(one: string, other: string): number {
  const parts = (path: string): string[] =>
    path
      .split('/')
      .slice(0, -1)
      .filter((part) => !/^(?:__tests__|tests?|specs?|src|lib)$/.test(part));
  const [a, b] = [parts(one), parts(other)];
  let common = 0;
  while (common < a.length && a[common] === b[common]) common++;
  return a.length + b.length - 2 * common;
}

function byCloseness(path: string, distances: ReadonlyMap<string, number>, named: ReadonlySet<string>) {
  const rank = (file: string): number => {
    const distance = distances.get(file) ?? 20;
    return distance * 100 - (named.has(file) ? 150 : 0) + Math.min(50, stepsBetween(path, file));
  };
  return (a: string, b: string): number => rank(a) - rank(b) || (a < b ? -1 : 1);
}

/** Tests that start the file as a program or import it by a computed name still have to write its name. */
function mentions(path: string, testFiles: readonly string[], sources: WorkspaceSources): string[] {
  const base = posix.basename(path);
  if (GENERIC_NAMES.has(base.replace(/\.[^.]+$/, ''))) return [];
  const names = [base, base.replace(/\.([cm]?)tsx?$/, '.$1js')];
  if (base.endsWith('.py'))
    names.push(
      path
        .replace(/^(?:src|lib)\//, '')
        .replace(/\.py$/, '')
        .replaceAll('/', '.'),
    );
  const found = testFiles.filter((file) => {
    const text = sources.text(file);
    return text !== undefined && names.some((name) => name.includes('.') && text.includes(name));
  });
  return found.slice(0, MAX_MENTIONS);
}
