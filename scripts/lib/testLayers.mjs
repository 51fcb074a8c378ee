import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { loadedBytes } from './bundle.mjs';
import { ensureComposePlugin } from './composePlugin.mjs';
import { ensureDebianPackages, isDebianWithRoot } from './debian.mjs';
import { prepareEditor } from './editor.mjs';
import { NOTICES_FILE, thirdPartyNotices } from './notices.mjs';
import { megabytes, once } from './output.mjs';
import { root } from './paths.mjs';
import { run, runInTerminal } from './process.mjs';
import { SANDBOX_IMAGES } from './images.mjs';
import { startPrivatePodman } from './privatePodman.mjs';
import { ACTIVATION_LIMIT, packagedFiles, packageExtension, VSIX_LIMIT } from './vsix.mjs';
import { provideEngine } from './withEngine.mjs';

/** What a layer found. The same shape as test/support/counts.ts.
 * @typedef {{passed: number, failed: number, skipped: {title: string, reason: string}[],
 *   failures: {title: string, message: string}[]}} Counts */

const MINUTE = 60_000;
const bin = (name) => path.join(root, 'node_modules', ...name.split('/'));

/** The argument that makes Node.js understand TypeScript; not known before the packages are installed. */
const typescriptSupport = () => `--import=${import.meta.resolve('tsx')}`;

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
 * @type {Record<string, {prepare?: () => Promise<unknown>, run: (options: {grep?: string}) => Promise<Counts>}>}
 */
export const layers = {
  checks: { run: runChecks },
  unit: {
    run: ({ grep }) =>
      runMocha('test/unit/**/*.test.ts', { grep, testLimitMs: 60_000, limitMs: 15 * MINUTE }),
  },
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

/** Counts for a layer, or a part of one, that broke before it could count. */
export function failedCounts(title, error) {
  return { passed: 0, failed: 1, skipped: [], failures: [{ title, message: error.message }] };
}

/** Runs named pieces of work, each counted as one test. */
async function countEach(pieces) {
  const counts = { passed: 0, failed: 0, skipped: [], failures: [] };
  for (const [title, work] of pieces) {
    try {
      const note = await work();
      counts.passed += 1;
      console.log(`  ok    ${title}${note ? ` (${note})` : ''}`);
    } catch (error) {
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

function runMocha(files, { grep, testLimitMs, limitMs, env }) {
  const args = [bin('mocha/bin/mocha.js'), typescriptSupport(), '--reporter', 'test/support/reporter.ts'];
  args.push('--forbid-only', '--timeout', String(testLimitMs));
  if (grep) args.push('--grep', grep);
  return runCounted([...args, files], { limitMs, env });
}

async function runEngineTests({ grep }) {
  const { env } = await prepareEngineTests();
  const podman = await privatePodman(env.DOCKER_HOST);
  try {
    return await runMocha('test/engine/**/*.test.ts', {
      grep,
      testLimitMs: MINUTE,
      limitMs: 64 * MINUTE,
      env: { ...env, ...podman.env },
    });
  } finally {
    await podman.stop();
  }
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

async function runEditorTests({ grep }) {
  const [engine, editor, vsix] = await Promise.all([
    prepareEngineTests(),
    prepareEditor(),
    packageExtension(),
  ]);
  const env = {
    ...engine.env,
    ...editor,
    SEAWORTHY_VSIX: vsix.file,
    ...(grep && { SEAWORTHY_TEST_GREP: grep }),
  };
  return runCounted([typescriptSupport(), 'test/editor/run.ts'], { limitMs: 35 * MINUTE, env });
}

/** Runs a program that leaves its counts in the file named by SEAWORTHY_TEST_COUNTS. */
async function runCounted(args, { limitMs, env }) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-counts-'));
  const countsFile = path.join(folder, 'counts.json');
  try {
    const exit = await runInTerminal(process.execPath, args, {
      cwd: root,
      env: { ...process.env, ...env, SEAWORTHY_TEST_COUNTS: countsFile },
      timeoutMs: limitMs,
    });
    if (exit.timedOut) throw new Error(`did not end within ${limitMs / MINUTE} minutes`);
    if (!fs.existsSync(countsFile)) throw new Error(`ended with code ${exit.code} before it could report`);
    const counts = JSON.parse(fs.readFileSync(countsFile, 'utf8'));
    if (counts.passed + counts.failed === 0) throw new Error('ran no tests');
    if (exit.code !== 0 && counts.failed === 0)
      throw new Error(`reported no failure but ended with code ${exit.code}`);
    return counts;
  } finally {
    fs.rmSync(folder, { recursive: true, force: true });
  }
}

function runPackageTests() {
  return countEach([
    ['the extension packages', async () => path.relative(root, (await packageExtension()).file)],
    ['the package is small', checkPackageSize],
    ['activation loads little', checkActivationSize],
    ['the notices name what is bundled', checkNotices],
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
  wanted.push(NOTICES_FILE, 'dist/extension.js');
  const missing = wanted.filter((file) => !files.includes(file));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(', ')}`);
  const unwanted = files.filter((file) =>
    /^(src|test|scripts|node_modules|out)\/|\.map$|(^|\/)\.env/.test(file),
  );
  if (unwanted.length > 0) throw new Error(`must not be in there: ${unwanted.join(', ')}`);
  return `${files.length} files`;
}
