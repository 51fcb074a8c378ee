import fs from 'node:fs';
import path from 'node:path';
import { step } from './output.mjs';
import { root } from './paths.mjs';
import { findProgram, run, runCaptured } from './process.mjs';

/** Installs the packages of package-lock.json, unless exactly these are there already. */
export async function ensureDependencies() {
  if (isInstalled()) return;
  await step('installing packages (npm ci)', () => runNpm(['ci', '--no-audit', '--no-fund'], { cwd: root }));
}

/** npm writes node_modules/.package-lock.json last, so it is missing or stale after an interrupted install. */
function isInstalled() {
  const wanted = readPackages(path.join(root, 'package-lock.json'));
  const installed = readPackages(path.join(root, 'node_modules', '.package-lock.json'));
  return Object.entries(wanted).every(([name, { version, optional }]) => {
    if (name === '') return true;
    const found = installed[name];
    return found ? found.version === version : Boolean(optional);
  });
}

function readPackages(lockFile) {
  try {
    return JSON.parse(fs.readFileSync(lockFile, 'utf8')).packages;
  } catch {
    return {};
  }
}

/** Builds dist/ from src/. */
export async function build() {
  await step('building dist/', () => run(process.execPath, ['esbuild.js'], { cwd: root }));
}

/**
 * Runs npm.
 * @param {{cwd: string, env?: NodeJS.ProcessEnv, node?: string}} options node: the Node.js program to run npm with
 */
export function runNpm(args, { cwd, env = process.env, node = process.execPath }) {
  return run(node, [npmScript(), ...args], { cwd, env: withoutOuterNpm(env) });
}

/** Runs npm here, whatever it says; as runCaptured. */
export function captureNpm(args, timeoutMs) {
  const options = { cwd: root, env: withoutOuterNpm(process.env), timeoutMs };
  return runCaptured(process.execPath, [npmScript(), ...args], options);
}

/** Under "npm test" the environment describes that npm and its Node.js; install scripts would believe it. */
function withoutOuterNpm(environment) {
  const isOuter = (name) =>
    /^npm_(config_user_agent$|node_execpath$|execpath$|lifecycle_|package_)/.test(name);
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !isOuter(name)));
}

/** npm is run by its script, so that the Node.js version can be chosen and Windows' npm.cmd needs no shell. */
function npmScript() {
  const running = process.env.npm_execpath;
  if (running?.endsWith('npm-cli.js')) return running;
  const program = findProgram('npm');
  const target = program && fs.realpathSync(program);
  const beside = target && path.join(path.dirname(target), 'node_modules', 'npm', 'bin', 'npm-cli.js');
  const script = [target, beside].find((file) => file?.endsWith('npm-cli.js') && fs.existsSync(file));
  if (!script) throw new Error('npm was not found in PATH. Install Node.js 20 or newer with npm.');
  return script;
}
