import { appendFileSync, existsSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { COMPILER_HOOK } from './compilerHooks';
import { ROOT_VARIABLE, TEST_FILE_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { describeThrown } from './errorPlace';
import { packageFolder } from './packageFolder';
import type { HarnessRecord } from './records';

/** What is used of mocha, whose versions from 8.2 on agree in it. */
interface MochaInstance {
  files: string[];
  loadFilesAsync: () => Promise<void>;
  run: (done: (failures: number) => void) => void;
}

type Options = Record<string, unknown>;

/** Options that choose what is run and reported, or start programs. */
const DROPPED =
  /^(?:_|spec|ignore|exclude|reporter.*|watch.*|parallel|jobs|config|opts|package|node-option|import|loader|experimental-.*|delay|dry-run|forbid-only|require|file|extension|exit|.)$/;
/** Mocha's own limit of 2 s is meant for a whole CPU. */
const DEFAULT_TIMEOUT_MS = 5000;

const files = process.argv.splice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';

function write(record: HarnessRecord): void {
  appendFileSync(report, `${JSON.stringify(record)}\n`);
}

/** One of mocha's own modules, which end in `.js` or `.cjs` by version. */
function internal<T>(mocha: string, name: string): T {
  const base = join(mocha, 'lib', 'cli', name);
  return nodeModule.createRequire(base)(existsSync(`${base}.cjs`) ? `${base}.cjs` : `${base}.js`) as T;
}

/** The workspace's own configuration, as mocha finds and reads it. */
function readOptions(mocha: string): Options {
  return internal<{ loadOptions: (argv: string[]) => Options }>(mocha, 'options').loadOptions([]);
}

/** Mocha's constructor takes in camel case what its configuration spells with hyphens. */
function constructorOptions(options: Options): Options {
  const kept = Object.entries(options).filter(([name]) => !DROPPED.test(name));
  const camel = kept.map(([name, value]): [string, unknown] => [
    name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()),
    value,
  ]);
  const isDefault = options['timeout'] === undefined || Number(options['timeout']) === 2000;
  return {
    ...Object.fromEntries<unknown>(camel),
    fullTrace: true,
    ...(isDefault ? { timeout: DEFAULT_TIMEOUT_MS } : {}),
  };
}

function words(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.filter((word): word is string => typeof word === 'string');
}

function reportLoadError(error: unknown, file: string): void {
  const {
    name,
    message,
    file: place,
    line,
    missing,
  } = describeThrown(error, process.env[ROOT_VARIABLE] ?? '', file);
  write({
    type: 'file-error',
    file,
    message: `${name}: ${message}`,
    ...(place === file && line !== undefined ? { line } : {}),
    ...(missing === undefined ? {} : { missing }),
  });
}

async function run(mocha: string): Promise<number> {
  const options = readOptions(mocha);
  const requires = words(options['require']).filter((name) => !COMPILER_HOOK.test(name));
  const helpers = internal<{ handleRequires: (names: string[], how: object) => Promise<object> }>(
    mocha,
    'run-helpers',
  );
  const plugins = await helpers.handleRequires(requires, { ignoredPlugins: [] });
  const { default: Mocha } = (await import(pathToFileURL(join(mocha, 'index.js')).href)) as {
    default: new (options: Options) => MochaInstance;
  };
  const reporter: unknown = nodeModule.createRequire(import.meta.url)('./mochaReporter.cjs');
  const instance = new Mocha({ ...constructorOptions(options), ...plugins, reporter });
  for (const file of [...words(options['file']).map((name) => resolve(name)), ...files]) {
    process.env[TEST_FILE_VARIABLE] = file;
    instance.files = [file];
    await instance.loadFilesAsync().catch((error: unknown) => reportLoadError(error, file));
  }
  delete process.env[TEST_FILE_VARIABLE];
  return new Promise((done) => instance.run(done));
}

async function main(): Promise<void> {
  const mocha = packageFolder('mocha', process.cwd());
  if (mocha === undefined) {
    write({ type: 'unavailable', message: 'mocha is not installed in the workspace' });
    process.exit(1);
  }
  try {
    // Open handles must not keep the process, as with mocha's own `--exit`.
    process.exit(Math.min(255, await run(mocha)));
  } catch (error) {
    reportLoadError(error, files[0] ?? '');
    process.exit(1);
  }
}

void main();
