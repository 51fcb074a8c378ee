import { posix } from 'node:path';
import type { RunnerChoice } from '../../testSettings';
import type { ImportGraph } from '../discovery/importGraph';
import { familyOf } from '../discovery/importGraph';
import { foldersAbove } from '../discovery/sources';
import type { WorkspaceSources } from '../discovery/sources';
import { importedRunner, usesTestFunctions } from '../discovery/testFiles';

/** A runner Seaworthy has a plan for; `python` is pytest where the project has it, else unittest. */
export type Runner = 'node:test' | 'mocha' | 'vitest' | 'jest' | 'pytest' | 'unittest' | 'python';

/** Whether a runner's tests are Python. */
export function isPythonRunner(runner: Runner): boolean {
  return runner === 'pytest' || runner === 'unittest' || runner === 'python';
}

/** Whether a runner loads modules by rules of its own: what loads under it need not load in plain Node, and the reverse. */
export function hasOwnModules(runner: Runner): boolean {
  return runner === 'vitest' || runner === 'jest';
}

/** The runner of a test file, or the name of one there is no plan for, with what speaks for it. */
export type FoundRunner = ({ runner: Runner } | { unsupported: string }) & { why: string };

/** Whether a runner that a user chose runs tests of the same language as `path`. */
function fitsLanguage(chosen: Runner, path: string): boolean {
  return isPythonRunner(chosen) === (familyOf(path) === 'python');
}

/** Runners of JavaScript by the package that brings them, most telling first. */
const RUNNER_PACKAGES: [name: string, runner: string][] = [
  ['vitest', 'vitest'],
  ['jest', 'jest'],
  ['react-scripts', 'react-scripts'],
  ['ts-jest', 'jest'],
  ['mocha', 'mocha'],
  ['ava', 'ava'],
  ['tap', 'tap'],
  ['tape', 'tape'],
  ['uvu', 'uvu'],
  ['jasmine', 'jasmine'],
  ['qunit', 'QUnit'],
  ['karma', 'Karma'],
];

const RUNNER_CONFIGURATIONS: [name: RegExp, runner: string][] = [
  [/^\.mocharc\.(?:c?js|mjs|jsonc?|ya?ml)$/, 'mocha'],
  [/^vitest\.config\.[cm]?[jt]s$/, 'vitest'],
  [/^jest\.config\.(?:[cm]?[jt]s|json)$/, 'jest'],
];

/** What a script that starts a runner says. */
const SCRIPT_WORDS: [runner: string, pattern: RegExp][] = [
  ...RUNNER_PACKAGES.map(([name, runner]): [string, RegExp] => [
    runner,
    new RegExp(`(?:^|[\\s/])_?${name}\\b`, 'm'),
  ]),
  ['node:test', /\bnode\b[^\n&|;]*\s--test\b/],
];

const NODE_RUNNERS = ['node:test', 'mocha', 'vitest', 'jest'] as const;

/**
 * Which runner a test file is run with: the one that was chosen where it fits, else the one it imports, else the one that
 * the manifests above it name, the nearest first.
 */
export function findRunner(
  path: string,
  graph: ImportGraph,
  sources: WorkspaceSources,
  chosen: Exclude<RunnerChoice, 'script'> = 'auto',
): FoundRunner {
  if (chosen !== 'auto' && fitsLanguage(chosen, path))
    return { runner: chosen, why: 'chosen in the settings' };
  if (familyOf(path) === 'python') return pythonRunner(path, graph, sources);
  const imported = importedRunner(graph, path);
  const named =
    imported === undefined ? declaredRunner(path, sources) : { name: imported, why: 'its tests import it' };
  const runner = NODE_RUNNERS.find((known) => known === named?.name);
  if (runner && named) return { runner, why: named.why };
  if (named) return { unsupported: named.name, why: named.why };
  return usesTestFunctions(graph, path)
    ? {
        runner: 'mocha',
        why: 'nothing names a runner, and test functions without an import are most often its',
      }
    : { runner: 'node:test', why: 'nothing names a runner, and it runs plain scripts' };
}

/** What is to be said of a chosen runner that does not run the language of `path`. */
export function languageNotes(chosen: Exclude<RunnerChoice, 'script'>, path: string): string[] {
  return chosen === 'auto' || fitsLanguage(chosen, path)
    ? []
    : [`The runner ${chosen} of the settings runs no tests of this language, so one was looked for.`];
}

export function unsupportedReason(runners: readonly string[]): string {
  return `these tests use ${runners.join(' and ')}, which Seaworthy does not run yet; the runner "script" can run the project's own test script`;
}

/** The folder that a JavaScript project's programs are started in: that of the nearest package.json. */
export function manifestFolder(sources: WorkspaceSources, path: string): string {
  return sources.manifestsAbove(path)[0]?.folder ?? '';
}

/** The folder that the tests at `path` are run in: where their runner is configured, else the nearest package.json's. */
export function runnerFolder(runner: Runner, path: string, sources: WorkspaceSources): string {
  const configured = RUNNER_CONFIGURATIONS.filter(([, name]) => name === runner).map(([pattern]) => pattern);
  for (const folder of foldersAbove(path)) {
    const manifest = sources.manifestIn(folder);
    const isConfigured = sources
      .namesIn(folder)
      .some((name) => configured.some((pattern) => pattern.test(name)));
    if (manifest || isConfigured) return folder;
  }
  return '';
}

function declaredRunner(path: string, sources: WorkspaceSources): { name: string; why: string } | undefined {
  for (const folder of foldersAbove(path)) {
    const manifest = sources.manifestIn(folder);
    const place = posix.join(folder, 'package.json');
    const scripts = Object.entries(manifest?.scripts ?? {}).filter(
      ([name]) => name === 'test' || name.startsWith('test:'),
    );
    for (const [name, pattern] of SCRIPT_WORDS) {
      const script = scripts.find(([, command]) => pattern.test(command));
      if (script) return { name, why: `the script "${script[0]}" of ${place} starts it` };
    }
    const names = sources.namesIn(folder);
    for (const [pattern, name] of RUNNER_CONFIGURATIONS) {
      const file = names.find((candidate) => pattern.test(candidate));
      if (file !== undefined) return { name, why: `configured by ${posix.join(folder, file)}` };
    }
    const installed = RUNNER_PACKAGES.find(([name]) => manifest?.dependencies.has(name));
    if (installed) return { name: installed[1], why: `${place} depends on ${installed[0]}` };
  }
  return undefined;
}

function pythonRunner(path: string, graph: ImportGraph, sources: WorkspaceSources): FoundRunner {
  const scan = graph.pythonScan(path);
  if (importsPytest(path, graph)) return { runner: 'pytest', why: 'its tests import it' };
  if (scan.hasTestFunction || scan.hasPlainTestClass)
    return { runner: 'pytest', why: 'its tests are functions or plain classes, which only it runs' };
  const sign = signOfPytest(path, sources) ?? neighbourWithPytest(path, graph, sources);
  // A TestCase runs under pytest where that can be had.
  if (sign !== undefined) return { runner: 'python', why: `the project uses pytest: ${sign}` };
  if (scan.mayBeNoTestCase)
    return {
      runner: 'python',
      why: 'its tests derive from classes of the project, and pytest runs every kind',
    };
  return { runner: 'unittest', why: 'its tests are TestCase classes, and nothing names pytest' };
}

function importsPytest(path: string, graph: ImportGraph): boolean {
  return graph
    .pythonScan(path)
    .imports.some(({ level, module }) => level === 0 && /^_?pytest(?:\.|$)/.test(module));
}

/** A module beside `path` that imports pytest. */
function neighbourWithPytest(
  path: string,
  graph: ImportGraph,
  sources: WorkspaceSources,
): string | undefined {
  const folder = foldersAbove(path)[0] ?? '';
  return sources
    .namesIn(folder)
    .filter((name) => name.endsWith('.py'))
    .map((name) => posix.join(folder, name))
    .find((file) => importsPytest(file, graph));
}

/** The file that shows that the project around `path` is set up for pytest. */
function signOfPytest(path: string, sources: WorkspaceSources): string | undefined {
  const declared: [string, RegExp][] = [
    ['pytest.ini', /^/],
    ['conftest.py', /^/],
    ['pyproject.toml', /^\[tool\.pytest\b|["'\s]pytest\b/m],
    ['setup.cfg', /^\[tool:pytest\]|^\s*pytest\b/m],
    ['tox.ini', /^\[pytest\]|\bpytest\b/m],
    ['requirements.txt', /^pytest\b/m],
    ['requirements-dev.txt', /^pytest\b/m],
    ['dev-requirements.txt', /^pytest\b/m],
  ];
  for (const folder of foldersAbove(path)) {
    for (const [name, pattern] of declared) {
      const file = posix.join(folder, name);
      if (sources.has(file) && pattern.test(sources.text(file) ?? '')) return file;
    }
  }
  return undefined;
}
