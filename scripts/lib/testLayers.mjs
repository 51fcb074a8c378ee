import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { checkAdvisories } from './advisories.mjs';
import { loadedBytes } from './bundle.mjs';
import { ensureComposePlugin } from './composePlugin.mjs';
import { emptyCounts, failedCounts, NotRun, sumCounts } from './counts.mjs';
import { ensureDebianPackages, isDebianWithRoot } from './debian.mjs';
import { prepareEditor } from './editor.mjs';
import { NOTICES_FILE, thirdPartyNotices } from './notices.mjs';
import { bin, runCounted, runMocha, runMochaCaptured, typescriptSupport } from './mocha.mjs';
import { megabytes, once } from './output.mjs';
import { outDir, root } from './paths.mjs';
import { run } from './process.mjs';
import { SANDBOX_IMAGES } from './images.mjs';
import { startPrivatePodman } from './privatePodman.mjs';
import { ACTIVATION_LIMIT, packagedFiles, packageExtension, VSIX_LIMIT } from './vsix.mjs';
import { runPool } from './testPool.mjs';
import { provideEngine, startAnotherEngine } from './withEngine.mjs';

/** @typedef {import('./counts.mjs').Counts} Counts */
/** @typedef {{file?: string, grep?: string}} Chosen what a name of a test file holds, and a pattern for titles */

const MINUTE = 60_000;

/** Processes that run tests at once. The layers wait for engines and disks about as long as they work. */
const PLACES = 2;
const UNIT_BATCHES = 8;
/** Engine tests of minutes; those that begin last decide how long the others are waited for. */
const LONG_TESTS = [
  'forgery',
  'leaks',
  'mutants',
  'productionRunners',
  'deployFailures',
  'deployRun',
  'redteam',
];

const CHECKS = [
  ['types', [bin('typescript/bin/tsc'), '--noEmit']],
  ['types of pages', [bin('typescript/bin/tsc'), '--noEmit', '-p', 'media/pages']],
  ['lint', [bin('eslint/bin/eslint.js'), '.', '--max-warnings', '0']],
  ['format', [bin('prettier/bin/prettier.cjs'), '--check', '.']],
  ['dead code', [bin('knip/bin/knip.js')]],
];

/** The engine that the layers share; started at the first call. */
const sharedEngine = once(provideEngine);

/** The engine, and what its tests make hosts to reach and tiny images of. */
const prepareEngineTests = once(async () => {
  const engine = await sharedEngine();
  if (isDebianWithRoot())
    await ensureDebianPackages([
      ...['openssh-server', 'openssh-client', 'openssl', 'busybox-static'],
      ...['rsync', 'docker-compose', 'haproxy'],
    ]);
  return { ...engine, env: { ...engine.env, ...(await composePlugin()) } };
});

/** Where it can't be had, the tests that need it are skipped with the reason. */
async function composePlugin() {
  try {
    return await ensureComposePlugin();
  } catch (error) {
    return { SEAWORTHY_TEST_COMPOSE_MISSING: error.message.split('\n')[0] };
  }
}

/**
 * The layers of "npm test", in the order in which they run. `prepare` is slow work that other layers need not wait
 * for; it is begun ahead and must be safe to call again.
 * @type {Record<string, {prepare?: () => Promise<unknown>, run: (chosen: Chosen) => Promise<Counts>}>}
 */
export const layers = {
  checks: { run: runChecks },
  unit: { run: runUnitTests },
  engine: { prepare: prepareEngineTests, run: runEngineTests },
  package: { prepare: prepareEditor, run: runPackageTests },
  editor: { prepare: () => Promise.all([prepareEngineTests(), prepareEditor()]), run: runEditorTests },
};

/** Stops what the layers have started. */
export async function stopLayers(names) {
  if (!names.includes('engine') && !names.includes('editor')) return;
  const engine = await sharedEngine().catch(() => undefined);
  await engine?.stop();
}

/** Runs named pieces of work, each counted as one test. */
async function countEach(pieces) {
  const counts = emptyCounts();
  for (const [title, work] of pieces) {
    try {
      const note = await work();
      counts.passed += 1;
      console.log(`  ok    ${title}${note ? ` (${note})` : ''}`);
    } catch (error) {
      if (error instanceof NotRun) {
        counts.skipped.push({ title, reason: error.message });
        continue;
      }
      counts.failed += 1;
      counts.failures.push({ title, message: error.message });
      console.log(`  FAIL  ${title}\n${error.message.replace(/^/gm, '        ')}`);
    }
  }
  return counts;
}

function runChecks() {
  // All at once, reported in order.
  const running = CHECKS.map(([title, args]) => {
    const result = run(process.execPath, args, { cwd: root, timeoutMs: 5 * MINUTE });
    result.catch(() => {});
    return [title, () => result.then(() => undefined)];
  });
  return countEach(running);
}

async function runUnitTests({ file, grep }) {
  const files = testFiles('test/unit', file);
  const limits = { grep, testLimitMs: MINUTE, limitMs: 15 * MINUTE };
  if (grep || file) return runMocha(files, limits);
  const run = (batch) => runMochaCaptured(batch, limits);
  return runPool(dealt(files, UNIT_BATCHES), { places: PLACES, run });
}

async function runEngineTests({ file, grep }) {
  const isPart = Boolean(grep || file);
  const engines = [await prepareEngineTests(), ...(isPart ? [] : await moreEngines(PLACES - 1))];
  const podman = await privatePodman(engines[0].env.DOCKER_HOST);
  const optionsOf = (place) => ({
    grep,
    testLimitMs: MINUTE,
    limitMs: 20 * MINUTE,
    env: { ...engines[0].env, ...engines[place].env, ...podman.env },
  });
  try {
    const files = longFirst(testFiles('test/engine', file));
    if (isPart) return await runMocha(files, optionsOf(0));
    const batches = files.map((file) => [file]);
    const run = (batch, place) => runMochaCaptured(batch, optionsOf(place));
    return await runPool(batches, { places: engines.length, run });
  } finally {
    await podman.stop();
    await Promise.all(engines.slice(1).map((engine) => engine.stop()));
  }
}

/** So many as may be started beside the shared one, each for one place; none where the shared one is not ours. */
async function moreEngines(count) {
  const { isPrivate } = await sharedEngine();
  return Promise.all(Array.from({ length: isPrivate ? count : 0 }, startAnotherEngine));
}

function testFiles(folder, part = '') {
  const names = fs.readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' });
  return names
    .filter((name) => name.endsWith('.test.ts') && name.includes(part))
    .map((name) => path.join(folder, name))
    .sort();
}

/** Deals files to batches like cards, so that neighbours, which take about as long, come to different ones. */
function dealt(files, count) {
  return Array.from({ length: count }, (_, batch) => files.filter((_file, index) => index % count === batch));
}

function longFirst(files) {
  const isLong = (file) => LONG_TESTS.includes(path.basename(file, '.test.ts'));
  return [...files.filter(isLong), ...files.filter((file) => !isLong(file))];
}

/** Where there is no Podman, its tests are skipped with the reason. */
async function privatePodman(from) {
  try {
    const { address, stop } = await startPrivatePodman({ from, images: SANDBOX_IMAGES });
    return { env: { SEAWORTHY_TEST_PODMAN: address }, stop };
  } catch (error) {
    return { env: { SEAWORTHY_TEST_PODMAN_MISSING: error.message.split('\n')[0] }, stop: async () => {} };
  }
}

async function runEditorTests({ file, grep }) {
  const [engine, editor, vsix] = await Promise.all([
    prepareEngineTests(),
    prepareEditor(),
    packageExtension(),
  ]);
  const isAlone = Boolean(grep || file) || editor.SEAWORTHY_EDITOR === 'desktop';
  const others = isAlone ? [] : await moreEngines(PLACES - 1);
  const screenshots = path.join(outDir, 'screenshots');
  fs.rmSync(screenshots, { recursive: true, force: true });
  fs.mkdirSync(screenshots, { recursive: true });
  const taken = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-taken-'));
  const runPlace = ({ env }, place) =>
    runCounted([typescriptSupport(), 'test/editor/run.ts'], {
      limitMs: 45 * MINUTE,
      env: {
        ...{ ...engine.env, ...env, ...editor, SEAWORTHY_VSIX: vsix.file },
        ...{ SEAWORTHY_TEST_PLACE: String(place), SEAWORTHY_TEST_TAKEN: taken },
        ...{ SEAWORTHY_TEST_SCREENSHOTS: screenshots, SEAWORTHY_TEST_FILE: file, SEAWORTHY_TEST_GREP: grep },
      },
    }).catch((error) => failedCounts(`the editor's tests in place ${place}`, error));
  try {
    return sumCounts(await Promise.all([engine, ...others].map(runPlace)));
  } finally {
    fs.rmSync(taken, { recursive: true, force: true });
    await Promise.all(others.map(({ stop }) => stop()));
  }
}

function runPackageTests() {
  return countEach([
    ['the extension packages', async () => path.relative(root, (await packageExtension()).file)],
    ['the package is small', checkPackageSize],
    ['activation loads little', checkActivationSize],
    ['the notices name what is bundled', checkNotices],
    ['no weakness is known of what is bundled', checkAdvisories],
    ['the package holds the built extension and no sources', checkPackageContents],
  ]);
}

async function checkPackageSize() {
  const { bytes } = await packageExtension();
  const sizes = `${megabytes(bytes)}, limit ${megabytes(VSIX_LIMIT)}`;
  if (bytes >= VSIX_LIMIT) throw new Error(sizes);
  return sizes;
}

function checkActivationSize() {
  const { atOnce, inAll } = loadedBytes('extension.js');
  const sizes = `${kilobytes(atOnce)} of ${kilobytes(inAll)}, limit ${kilobytes(ACTIVATION_LIMIT)}`;
  if (atOnce >= ACTIVATION_LIMIT) throw new Error(`${sizes}: import() what is not needed at once`);
  return sizes;
}

const kilobytes = (bytes) => `${Math.round(bytes / 1000)} kB`;

function checkNotices() {
  if (fs.readFileSync(path.join(root, NOTICES_FILE), 'utf8') !== thirdPartyNotices())
    throw new Error(`${NOTICES_FILE} is out of date: run "npm run notices"`);
}

async function checkPackageContents() {
  const files = await packagedFiles();
  const wanted = ['package.json', 'package.nls.json', 'package.nls.de.json', 'l10n/bundle.l10n.de.json'];
  wanted.push(NOTICES_FILE, 'dist/extension.js', 'media/sample/src/orders.js', 'docs/rules/README.md');
  const missing = wanted.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  const unwanted = files.filter((file) =>
    /^(src|test|scripts|node_modules|out|media\/pages|docs\/pictures)\/|\.map$|(^|\/)\.env/.test(file),
  );
  if (unwanted.length > 0) throw new Error(`must not be in there: ${unwanted.join(', ')}`);
  return `${files.length} files`;
}
