import fs from 'node:fs';
import path from 'node:path';
import { ensureDebianPackages, isDebianWithRoot } from './debian.mjs';
import { runNpm } from './install.mjs';
import { once, step } from './output.mjs';
import { cacheDir } from './paths.mjs';
import { findProgram, withPath } from './process.mjs';

const NODE_24 = '24.21.0';
const CODE_SERVER = '4.139.1';
const VSCE = '4.1.0';

/**
 * Makes a folder or file in the cache once. It appears there complete or not at all, also when two processes make it
 * at the same time.
 * @param {string} name name in the cache; carries the version
 * @param {(temporary: string) => Promise<void>} make creates the given path
 * @returns {Promise<string>} the path in the cache
 */
export async function cached(name, make) {
  const target = path.join(cacheDir, name);
  if (fs.existsSync(target)) return target;
  fs.mkdirSync(cacheDir, { recursive: true });
  const temporaryFolder = fs.mkdtempSync(path.join(cacheDir, 'unfinished-'));
  try {
    const temporary = path.join(temporaryFolder, name);
    await step(`preparing ${name}`, () => make(temporary));
    try {
      fs.renameSync(temporary, target);
    } catch (error) {
      if (!fs.existsSync(target)) throw error;
    }
  } finally {
    fs.rmSync(temporaryFolder, { recursive: true, force: true });
  }
  return target;
}

function npmPackage(name, version, options = {}) {
  return cached(`${name.replace(/^@.*\//, '')}-${version}`, async (folder) => {
    fs.mkdirSync(folder);
    fs.writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ private: true }));
    await runNpm(['install', '--no-audit', '--no-fund', '--omit=dev', `${name}@${version}`], {
      cwd: folder,
      ...options,
    });
  });
}

/** The path of a Node.js 24 program: this one if it is of that version, else one from the npm package "node". */
export const ensureNode24 = once(async () => {
  if (process.versions.node.startsWith('24.')) return process.execPath;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  return path.join(await npmPackage('node', NODE_24), 'node_modules', 'node', 'bin', program);
});

/** What runs an npm package's script with Node.js 24: that first in PATH too, for what the script starts. */
async function withNode24() {
  const node = await ensureNode24();
  return { node, env: withPath([path.dirname(node)]) };
}

/** The VS Code server inside code-server: the path of its server-main.js. */
export const ensureCodeServer = once(async () => {
  if (isDebianWithRoot()) await ensureDebianPackages(['libkrb5-dev', 'make', 'g++', 'python3']);
  const folder = await npmPackage('code-server', CODE_SERVER, await withNode24());
  return path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode', 'out', 'server-main.js');
});

/** The script of vsce, which packages extensions; to be run with Node.js 24. */
export const ensureVsce = once(async () => {
  const folder = await npmPackage('@vscode/vsce', VSCE, await withNode24());
  return path.join(folder, 'node_modules', '@vscode', 'vsce', 'vsce');
});

/** A Chromium-like browser. */
export const ensureChromium = once(async () => {
  const found = findBrowser();
  if (found) return found;
  // The largest of all packages; what builds and starts the other parts should not wait for it.
  await ensureDebianPackages(['chromium'], { late: true });
  return findBrowser();
});

function findBrowser() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
  const bundled = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  return names.map(findProgram).find(Boolean) ?? (fs.existsSync(bundled) ? bundled : undefined);
}
