import { appendFileSync, existsSync, writeFileSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { COMPILER_HOOK } from './compilerHooks';
import { TEST_REPORT_VARIABLE, ROOT_VARIABLE } from './environment';
import { describeThrown } from './errorPlace';
import type { HarnessRecord } from './records';

/** Options that would add test files, change where results go or keep the runner alive. */
const DROPPED = [
  '_',
  'spec',
  'reporter',
  'reporter-option',
  'reporter-options',
  'R',
  'O',
  'watch',
  'parallel',
  'jobs',
  'config',
  'package',
  'node-option',
  'import',
  'loader',
  'experimental-loader',
  'delay',
  'dry-run',
  'fail-zero',
  'forbid-only',
  'sort',
  'file',
];
/** Mocha's own limit of 2 s is meant for a whole CPU. */
const DEFAULT_TIMEOUT_MS = 5000;

const files = process.argv.splice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';

function write(record: HarnessRecord): void {
  appendFileSync(report, `${JSON.stringify(record)}\n`);
}

function findMocha(): string {
  const required = nodeModule.createRequire(join(process.cwd(), 'package.json'));
  for (const folder of required.resolve.paths('mocha') ?? []) {
    if (existsSync(join(folder, 'mocha', 'package.json'))) return join(folder, 'mocha');
  }
  throw new Error('mocha is not installed in the workspace');
}

/** The workspace's own configuration without what would change which files run and where results go. */
function readOptions(mocha: string): Record<string, unknown> {
  const required = nodeModule.createRequire(join(mocha, 'package.json'));
  const path =
    ['options.cjs', 'options.js']
      .map((name) => join(mocha, 'lib', 'cli', name))
      .find((name) => existsSync(name)) ?? '';
  const { loadOptions } = required(path) as { loadOptions: (argv: string[]) => Record<string, unknown> };
  const options: Record<string, unknown> = { ...loadOptions([]) };
  const kept = Object.fromEntries(
    Object.entries(options).filter(([name]) => !DROPPED.includes(name) && name.length > 1),
  );
  const requires = words(kept['require']).filter((name) => !COMPILER_HOOK.test(name));
  const setUp = words(options['file']);
  const isDefault = kept['timeout'] === undefined || Number(kept['timeout']) === 2000;
  delete kept['require'];
  return {
    ...kept,
    // An empty list would be read as a list of one empty name.
    ...(requires.length > 0 ? { require: requires } : {}),
    ...(setUp.length > 0 ? { file: setUp } : {}),
    'full-trace': true,
    ...(isDefault ? { timeout: DEFAULT_TIMEOUT_MS } : {}),
  };
}

function words(value: unknown): string[] {
  return [value].flat().filter((word) => typeof word === 'string');
}

async function main(): Promise<void> {
  let mocha: string;
  try {
    mocha = findMocha();
  } catch (error) {
    write({ type: 'unavailable', message: (error as Error).message });
    process.exit(1);
  }
  const configuration = `${report}.config.json`;
  writeFileSync(configuration, JSON.stringify(readOptions(mocha)));
  const reporter = fileURLToPath(new URL('./mochaReporter.cjs', import.meta.url));
  const bin =
    ['mocha.js', '_mocha'].map((name) => join(mocha, 'bin', name)).find((name) => existsSync(name)) ?? '';
  process.argv = [
    process.execPath,
    bin,
    '--config',
    configuration,
    '--no-package',
    '--reporter',
    reporter,
    '--exit',
    ...files,
  ];
  process.on('uncaughtException', (error) => {
    // Mocha listens too while tests run; before that, an error here is a test file that can't be loaded.
    const root = process.env[ROOT_VARIABLE] ?? dirname(report);
    const { file, line, message, name, missing } = describeThrown(error, root, files[0] ?? '');
    write({
      type: 'file-error',
      file: file ?? '',
      message: `${name}: ${message}`,
      ...(line === undefined ? {} : { line }),
      ...(missing === undefined ? {} : { missing }),
    });
  });
  await import(pathToFileURL(bin).href);
}

void main();
