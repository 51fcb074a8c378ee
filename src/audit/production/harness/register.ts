import nodeAssert from 'node:assert';
import { appendFileSync, existsSync, readFileSync, realpathSync } from 'node:fs';
import * as nodeModule from 'node:module';
import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { moduleFileCandidates } from '../discovery/moduleFiles';
import { aliasTargets } from '../discovery/tsconfig';
import * as coverage from './coverage';
import { closeInspector } from './inspector';
import {
  COVERAGE_VARIABLE,
  KEEP_SOURCES_VARIABLE,
  LOADED_VARIABLE,
  MODULE_SOURCES,
  PROOF_JOB_VARIABLE,
  ROOT_VARIABLE,
  SIGNED_VARIABLE,
  TARGET_VARIABLE,
  TEST_FILE_VARIABLE,
  TEST_REPORT_VARIABLE,
} from './environment';
import { describeThrown } from './errorPlace';
import { moduleKind, Project } from './moduleKind';
import type { ModuleKind } from './moduleKind';
import { handOver, openChannel } from './channel';
import { GENERATION } from './moduleGeneration';
import type * as NodeReporter from './nodeReporter';
import type * as Transform from './transform';
import type { FileErrorRecord } from './records';
import type { LoadResult, ModuleHooks, NewerModuleApi, ResolveResult } from './nodeApi';

const root = process.env[ROOT_VARIABLE] ?? process.cwd();
const target = process.env[TARGET_VARIABLE] ?? '';
const loadedReport = process.env[LOADED_VARIABLE];
const project = new Project(root);
const nativeModules = new Set<string>();
const moduleSources =
  process.env[KEEP_SOURCES_VARIABLE] === undefined ? undefined : new Map<string, string>();
if (moduleSources) Object.assign(globalThis, { [MODULE_SOURCES]: moduleSources });
const requireHere = nodeModule.createRequire(import.meta.url);

const COMPILED = /\.(?:[cm]?ts|tsx|jsx)$/;
const STYLE = /\.(?:css|scss|sass|less|styl)$/;
const ASSET = /\.(?:svg|png|jpe?g|gif|webp|avif|ico|woff2?|ttf|eot|mp[34]|webm|ogg)$/;
const MAYBE_JSX = /<\/|\/>/;
const NOT_FOUND = new Set(['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_DIR_IMPORT']);

function pathOf(url: string | undefined): string | undefined {
  return url?.startsWith('file:') ? fileURLToPath(url.replace(/[?#].*$/, '')) : undefined;
}

function existing(places: readonly string[]): string | undefined {
  return places.flatMap(moduleFileCandidates).find((path) => /\.\w+$/.test(path) && existsSync(path));
}

let isCounting = false;

/** Counts from here on what runs of the audited file: earlier, other modules would pay for it. */
function countRuns(): void {
  if (isCounting || process.env[COVERAGE_VARIABLE] === undefined) return;
  isCounting = true;
  coverage.startCoverage();
  process.on('exit', () =>
    coverage.writeCoverage(coverage.takeCoverage(target), process.env[TEST_FILE_VARIABLE] ?? ''),
  );
}

function recordLoad(path: string): void {
  if (!coverage.isCounted(path, target)) return;
  countRuns();
  if (loadedReport === undefined) return;
  try {
    appendFileSync(
      loadedReport,
      `${JSON.stringify({ type: 'loaded', file: path, by: process.env[TEST_FILE_VARIABLE] ?? '' })}\n`,
    );
  } catch {
    // A report that can't be written counts as missing; the audited code must not see the difference.
  }
}

/** Adds what the importer's compiler or bundler would: aliases, extensions left out, `.js` for `.ts`. */
const resolve: ModuleHooks['resolve'] = (specifier, context, next) => {
  const importer = pathOf(context.parentURL);
  if (importer === undefined || !project.owns(importer)) return withFormat(next(specifier, context), false);
  const importedByModule = context.parentURL !== undefined && nativeModules.has(context.parentURL);
  const isPath = /^(?:\.{1,2}(?:\/|$)|\/|file:)/.test(specifier);
  const settings = isPath ? undefined : project.typeScriptSettings(importer);
  const alias = settings ? existing(aliasTargets(specifier, settings)) : undefined;
  if (alias !== undefined) return found(alias, '', importedByModule);
  try {
    return withFormat(next(specifier, context), importedByModule);
  } catch (error) {
    if (!NOT_FOUND.has((error as NodeJS.ErrnoException).code ?? '') || !project.isCompiled(importer))
      throw error;
    const [, clean = specifier, suffix = ''] = /^([^?#]*)(.*)$/.exec(specifier) ?? [];
    const path = isPath
      ? existing([
          clean.startsWith('file:') ? fileURLToPath(clean) : posix.resolve(posix.dirname(importer), clean),
        ])
      : packageFile(specifier, importer);
    if (path === undefined) throw error;
    return found(path, suffix, importedByModule);
  }
};

function found(path: string, suffix: string, importedByModule: boolean): ResolveResult {
  const url = pathToFileURL(realpathSync(path)).href + suffix;
  return withFormat({ url, shortCircuit: true }, importedByModule);
}

/** A file of a package named without its extension, as bundlers allow. */
function packageFile(specifier: string, importer: string): string | undefined {
  try {
    return nodeModule.createRequire(importer).resolve(specifier);
  } catch {
    return undefined;
  }
}

function withFormat(result: ResolveResult, importedByModule: boolean): ResolveResult {
  const path = pathOf(result.url);
  if (path === undefined || !project.owns(path)) return result;
  if (STYLE.test(path) || ASSET.test(path)) return { ...result, format: 'commonjs' };
  if (!COMPILED.test(path)) return result;
  const kind = moduleKind(path, readFileSync(path, 'utf8'), project.packageType(path), importedByModule);
  return { ...result, format: kind };
}

const load: ModuleHooks['load'] = (url, context, next) => {
  const path = pathOf(url);
  if (path === undefined || !project.owns(path)) return next(url, context);
  recordLoad(path);
  nodeTest?.fileLoads(path);
  if (STYLE.test(path)) return { format: 'commonjs', source: 'module.exports = {};', shortCircuit: true };
  if (ASSET.test(path)) {
    return {
      format: 'commonjs',
      source: `module.exports = ${JSON.stringify(posix.basename(path))};`,
      shortCircuit: true,
    };
  }
  const result = COMPILED.test(path)
    ? compiled(path, context.format as ModuleKind | undefined)
    : next(url, context);
  const plain = COMPILED.test(path) ? result : withoutJsx(path, result);
  if (plain.format === 'module') {
    nativeModules.add(url);
    moduleSources?.set(path, plain.source?.toString() ?? '');
  }
  return plain;
};

function compiled(path: string, format: ModuleKind | undefined): LoadResult {
  const text = readFileSync(path, 'utf8');
  const packageType = project.packageType(path);
  const kind =
    format === 'module' || format === 'commonjs' ? format : moduleKind(path, text, packageType, false);
  const isCounted = coverage.isCounted(path, target) && process.env[COVERAGE_VARIABLE] !== undefined;
  const code = transformer().compile(path, text, kind, project.typeScriptSettings(path) ?? {}, isCounted);
  const needsGlobals =
    kind === 'module' && packageType !== 'module' && /\b(?:require|__dirname|__filename)\b/.test(code);
  return { format: kind, source: needsGlobals ? COMMONJS_GLOBALS + code : code, shortCircuit: true };
}

/** On the first line, so that all lines keep their numbers. */
const COMMONJS_GLOBALS =
  "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url), " +
  '__filename = import.meta.filename, __dirname = import.meta.dirname; ';

/** Bundled projects keep JSX in `.js` files too. */
function withoutJsx(path: string, result: LoadResult): LoadResult {
  if (!path.endsWith('.js') || !project.isCompiled(path)) return result;
  const text = typeof result.source === 'string' ? result.source : readFileSync(path, 'utf8');
  if (!MAYBE_JSX.test(text)) return result;
  try {
    const kind = moduleKind(path, text, project.packageType(path), false);
    const source = transformer().compile(path, text, kind, project.typeScriptSettings(path) ?? {});
    return /jsx|createElement/.test(source) ? { format: kind, source, shortCircuit: true } : result;
  } catch {
    // Not JSX after all: Node says better what is wrong with it.
    return result;
  }
}

/** Loaded on first use: most JavaScript needs no compiler. */
function transformer(): typeof Transform {
  return requireHere('./transform.cjs') as typeof Transform;
}

/** A test file that can't even be loaded never gets as far as the reporter. */
function reportDeath(): void {
  const report = process.env[TEST_REPORT_VARIABLE];
  const file = process.env[TEST_FILE_VARIABLE];
  // Programs that a test starts may die as they like.
  if (report === undefined || file === undefined || !channel || !nodeTest) return;
  process.on('uncaughtExceptionMonitor', (error) => {
    if (process.listenerCount('uncaughtException') > 0) return;
    const { name, message, file: place, line, missing } = describeThrown(error, root, file);
    const record: FileErrorRecord = {
      type: 'file-error',
      file,
      message: `${name}: ${message}`,
      ...(place === file && line !== undefined ? { line } : {}),
      ...(missing === undefined ? {} : { missing }),
    };
    channel.write(report, record);
  });
}

/**
 * Code that swaps an assertion for one that never fails, by accident or not, must not make its tests pass: here it gets an
 * error, or nothing comes of it. Properties that are added stay allowed.
 */
function protectAssertions(): void {
  if (process.env[TEST_REPORT_VARIABLE] === undefined) return;
  for (const owner of [nodeAssert, nodeAssert.strict]) {
    for (const [name, property] of Object.entries(Object.getOwnPropertyDescriptors(owner))) {
      if (property.configurable && typeof property.value === 'function')
        Object.defineProperty(owner, name, { ...property, writable: false, configurable: false });
    }
  }
}

/** A process that tries mutants loads the project's modules anew for each; the number of times is part of their addresses. */
const generation = process.env[PROOF_JOB_VARIABLE] === undefined ? undefined : { count: 0 };
if (generation) Object.assign(globalThis, { [GENERATION]: generation });
const loadedOnce = new Map<string, LoadResult>();

const resolveAnew: ModuleHooks['resolve'] = (specifier, context, next) => {
  const result = resolve(specifier, context, next);
  const path = pathOf(result.url);
  if (path === undefined || !project.owns(path) || !context.conditions.includes('import')) return result;
  if (/[?&]seaworthy=/.test(result.url)) return result;
  const mark = `${result.url.includes('?') ? '&' : '?'}seaworthy=${generation?.count ?? 0}`;
  return { ...result, url: result.url + mark };
};

/** The text of a module is the same in every generation. */
const loadAgain: ModuleHooks['load'] = (url, context, next) => {
  const path = pathOf(url);
  if (path === undefined || !COMPILED.test(path)) return load(url, context, next);
  const known = loadedOnce.get(path);
  const result = known && known.format === context.format ? known : load(url, context, next);
  loadedOnce.set(path, result);
  if (result.format === 'module') nativeModules.add(url);
  return result;
};

const runner = process.env[SIGNED_VARIABLE];
const channel = openChannel();
const nodeTest =
  channel && runner === 'node:test'
    ? ((await import(new URL('./nodeReporter.mjs', import.meta.url).href)) as typeof NodeReporter).prepare(
        channel,
      )
    : undefined;
if (!nodeTest) handOver(channel && { channel, coverage });
if (channel) closeInspector();
reportDeath();
protectAssertions();

const { registerHooks } = nodeModule as NewerModuleApi;
// Without hooks the load step says so; a test run without them could prove nothing and is not started.
if (registerHooks) registerHooks(generation ? { resolve: resolveAnew, load: loadAgain } : { resolve, load });
