import { posix } from 'node:path';
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

export type RunnerChoice = { runner: Runner } | { unsupported: string };

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

const NODE_RUNNERS = ['node:test', 'mocha', 'vitest', 'jest'] as const;

/** Which runner a test file is written for, by its imports, then by the manifests above it, the nearest first. */
export function chooseRunner(path: string, graph: ImportGraph, sources: WorkspaceSources): RunnerChoice {
  if (familyOf(path) === 'python') return { runner: pythonRunner(path, graph, sources) };
  const named = importedRunner(graph, path) ?? declaredRunner(path, sources);
  const runner = NODE_RUNNERS.find((known) => known === named);
  if (runner) return { runner };
  if (named !== undefined) return { unsupported: named };
  // Global test functions without any sign of their origin are most often mocha's; plain scripts run under node:test.
  return { runner: usesTestFunctions(graph, path) ? 'mocha' : 'node:test' };
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

function declaredRunner(path: string, sources: WorkspaceSources): string | undefined {
  for (const folder of foldersAbove(path)) {
    const manifest = sources.manifestIn(folder);
    const script = Object.entries(manifest?.scripts ?? {})
      .filter(([name]) => name === 'test' || name.startsWith('test:'))
      .map(([, command]) => command)
      .join('\n');
    for (const [name, runner] of RUNNER_PACKAGES)
      if (new RegExp(`(?:^|[\\s/])_?${name}\\b`, 'm').test(script)) return runner;
    if (/\bnode\b[^\n&|;]*\s--test\b/.test(script)) return 'node:test';
    const names = sources.namesIn(folder);
    const configured = RUNNER_CONFIGURATIONS.find(([pattern]) => names.some((name) => pattern.test(name)));
    if (configured) return configured[1];
    for (const [name, runner] of RUNNER_PACKAGES) if (manifest?.dependencies.has(name)) return runner;
  }
  return undefined;
}

function pythonRunner(path: string, graph: ImportGraph, sources: WorkspaceSources): Runner {
  const scan = graph.pythonScan(path);
  const usesPytest = scan.imports.some(
    ({ level, module }) => level === 0 && /^_?pytest(?:\.|$)/.test(module),
  );
  if (usesPytest || scan.hasTestFunction || scan.hasPlainTestClass) return 'pytest';
  return projectUsesPytest(path, sources) ? 'python' : 'unittest';
}

/** Whether the project around `path` is set up for pytest: a TestCase then runs under pytest when that can be had. */
function projectUsesPytest(path: string, sources: WorkspaceSources): boolean {
  return foldersAbove(path).some((folder) => {
    if (sources.has(posix.join(folder, 'pytest.ini')) || sources.has(posix.join(folder, 'conftest.py')))
      return true;
    const declared: [string, RegExp][] = [
      ['pyproject.toml', /^\[tool\.pytest\b|["'\s]pytest\b/m],
      ['setup.cfg', /^\[tool:pytest\]|^\s*pytest\b/m],
      ['tox.ini', /^\[pytest\]|\bpytest\b/m],
      ['requirements.txt', /^pytest\b/m],
      ['requirements-dev.txt', /^pytest\b/m],
      ['dev-requirements.txt', /^pytest\b/m],
    ];
    return declared.some(([name, pattern]) => pattern.test(sources.text(posix.join(folder, name)) ?? ''));
  });
}
