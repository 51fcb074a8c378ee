import fs from 'node:fs';
import path from 'node:path';
import { outDir, root } from './paths.mjs';

/**
 * What the last build left about itself.
 * @returns {{files: Record<string, {eager: string[], lazy: string[]}>, packages: string[]}}
 */
function readFacts() {
  return JSON.parse(fs.readFileSync(path.join(outDir, 'build.json'), 'utf8'));
}

/** The packages that are in the build, whole or in part, by name. */
export function bundledPackages() {
  return readFacts().packages;
}

/**
 * Bytes of JavaScript that a file of dist/ loads: at once, and with everything that it may load later.
 * @returns {{atOnce: number, inAll: number}}
 */
export function loadedBytes(entry) {
  const { files } = readFacts();
  const reached = (withLazy) => {
    const seen = new Set([entry]);
    for (const file of seen) {
      const { eager, lazy } = files[file];
      for (const next of withLazy ? [...eager, ...lazy] : eager) seen.add(next);
    }
    return [...seen].reduce((sum, file) => sum + fs.statSync(path.join(root, 'dist', file)).size, 0);
  };
  return { atOnce: reached(false), inAll: reached(true) };
}
