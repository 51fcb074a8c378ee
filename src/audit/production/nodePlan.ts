import { posix } from 'node:path';
import type { SandboxStep } from '../../sandbox/sandbox';
import { packagesOfImage } from './dependencies/imagePackages';
import { collectNodePackages } from './dependencies/nodePackages';
import type { PackageUse } from './dependencies/nodePackages';
import { packageNameOf } from './discovery/javascriptResolve';
import type { WorkspaceSources } from './discovery/sources';
import { COMPILER_HOOK } from './harness/compilerHooks';
import {
  KEEP_SOURCES_VARIABLE,
  LINKS_FILE,
  LOADED_VARIABLE,
  TEST_FILE_VARIABLE,
  TEST_REPORT_VARIABLE,
  ROOT_VARIABLE,
  TARGET_VARIABLE,
} from './harness/environment';
import { readHarness } from './harnessFiles';
import {
  HARNESS_FOLDER,
  HARNESS_ROOT,
  insideSandbox,
  LOAD_REPORT,
  LOADED_REPORT,
  PROJECT_FOLDER,
  PROJECT_ROOT,
  testReport,
} from './layout';
import { LOAD_STEP, testCommand, testStep } from './plan';
import type { Plan, PlanInput, TestGroup } from './plan';

/** Plans the load of a JavaScript or TypeScript file and the run of its tests. Rejects with `UserError` when it can't be sent. */
export async function planNode(input: PlanInput): Promise<Plan> {
  const [harness, packages] = await Promise.all([
    readHarness(input.harnessDirectory, /\.[cm]js$/),
    input.dependencies
      ? packagesOfImage(input.dependencies)
      : collectNodePackages(input.workspace, packageUses(input), input.signal),
  ]);
  const links = {
    path: `${HARNESS_FOLDER}/${LINKS_FILE}`,
    content: Buffer.from(JSON.stringify(packages.links)),
  };
  const environment = {
    NODE_OPTIONS: `--import=${HARNESS_ROOT}/register.mjs`,
    [ROOT_VARIABLE]: PROJECT_ROOT,
    [TARGET_VARIABLE]: insideSandbox(input.file.path),
  };
  const load: SandboxStep = {
    name: LOAD_STEP,
    command: [
      'node',
      `${HARNESS_ROOT}/load.mjs`,
      LOAD_REPORT,
      ...(input.loadsFile ? [insideSandbox(input.file.path)] : []),
    ],
    cwd: posix.join(PROJECT_FOLDER, nodeFolder(input.sources, input.file.path)),
    env: { ...environment, [KEEP_SOURCES_VARIABLE]: '1' },
    timeoutMs: input.loadTimeoutMs,
  };
  const tests = input.groups.map((group, index) => testRun(input, group, index, environment));
  // The load step makes the links between packages as well.
  const isLoadNeeded = input.loadsFile || packages.links.length > 0;
  return { files: [...harness, links, ...packages.files], steps: isLoadNeeded ? [load, ...tests] : tests };
}

/** The folder that a JavaScript project's programs are started in: that of the nearest package.json. */
export function nodeFolder(sources: WorkspaceSources, path: string): string {
  return sources.manifestsAbove(path)[0]?.folder ?? '';
}

function testRun(
  input: PlanInput,
  group: TestGroup,
  index: number,
  environment: Record<string, string>,
): SandboxStep {
  const files = group.tests.map(({ path }) => insideSandbox(path));
  const report = testReport(index);
  // One file a process and no `--test`: its parent process costs as much again as the file, and can be lied to over a pipe.
  const nodeTest = [
    '--test-force-exit',
    `--test-reporter=${HARNESS_ROOT}/nodeReporter.mjs`,
    `--test-reporter-destination=${report}`,
  ];
  return {
    name: testStep(index),
    command: testCommand(input, [
      'node',
      ...(group.runner === 'mocha' ? [`${HARNESS_ROOT}/mochaRunner.mjs`] : nodeTest),
      ...files,
    ]),
    cwd: posix.join(PROJECT_FOLDER, group.folder),
    env: {
      ...environment,
      [LOADED_VARIABLE]: LOADED_REPORT,
      [TEST_REPORT_VARIABLE]: report,
      ...(files.length === 1 && files[0] !== undefined ? { [TEST_FILE_VARIABLE]: files[0] } : {}),
    },
    timeoutMs: input.testTimeoutMs,
  };
}

/** Every package that a file of the run imports, and what its runner and the runner's configuration need. */
function packageUses(input: PlanInput): PackageUse[] {
  const { graph, sources, file, groups } = input;
  const configured = groups
    .filter(({ runner }) => runner === 'mocha')
    .map((group) => mochaNeeds(sources, group.folder));
  const starts = [
    file.path,
    ...groups.flatMap(({ tests }) => tests.map(({ path }) => path)),
    ...configured.flatMap(({ files }) => files),
  ];
  const uses = configured.flatMap(({ packages }) => packages);
  for (const path of graph.closure(starts)) {
    const folder = folderOf(path);
    for (const { specifier, kind } of graph.javascriptScan(path).imports) {
      const target = kind === 'type' ? undefined : graph.javascript.resolve(path, specifier);
      if (target?.kind === 'package') uses.push({ name: target.name, folder });
      else if (target?.kind === 'local') uses.push(...linkedPackage(specifier, folder));
    }
    if (/\.[jt]sx$/.test(path)) {
      const source = sources.typeScriptSettings(path)?.jsxImportSource ?? 'react';
      uses.push({ name: packageNameOf(source) ?? 'react', folder });
    }
  }
  return uses;
}

/** A package of the workspace itself is found through a link in node_modules. */
function linkedPackage(specifier: string, folder: string): PackageUse[] {
  const name = /^[.#/]/.test(specifier) ? undefined : packageNameOf(specifier);
  return name === undefined ? [] : [{ name, folder }];
}

/** Mocha itself and what its configuration names: packages, and local files with what they import. */
function mochaNeeds(sources: WorkspaceSources, folder: string): { packages: PackageUse[]; files: string[] } {
  const packages: PackageUse[] = [{ name: 'mocha', folder }];
  const files: string[] = [];
  const configurations = [
    '.mocharc.json',
    '.mocharc.jsonc',
    '.mocharc.js',
    '.mocharc.cjs',
    '.mocharc.mjs',
    '.mocharc.yaml',
    '.mocharc.yml',
    'package.json',
  ];
  for (const name of configurations) {
    const path = posix.join(folder, name);
    const text =
      name === 'package.json'
        ? JSON.stringify(sources.manifestIn(folder)?.raw['mocha'] ?? '')
        : sources.text(path);
    if (text === undefined) continue;
    if (/\.[cm]?js$/.test(name)) files.push(path);
    for (const [word] of text.matchAll(/[@\w.][\w@./-]*/g)) {
      const local = [word, `${word}.js`, `${word}.ts`]
        .map((place) => posix.join(folder, place))
        .find((place) => sources.has(place));
      const packageName = packageNameOf(word);
      if (local !== undefined) files.push(local);
      else if (packageName !== undefined && !COMPILER_HOOK.test(word))
        packages.push({ name: packageName, folder });
    }
  }
  return { packages, files };
}

function folderOf(path: string): string {
  const folder = posix.dirname(path);
  return folder === '.' ? '' : folder;
}
