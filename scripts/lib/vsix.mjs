import fs from 'node:fs';
import path from 'node:path';
import { once, step } from './output.mjs';
import { outDir, root } from './paths.mjs';
import { run } from './process.mjs';
import { ensureNode24, ensureVsce } from './tools.mjs';

/** A VSIX of this many bytes or more is refused. */
export const VSIX_LIMIT = 2.5 * 1024 * 1024;

/** JavaScript that the editor may have to load when it activates the extension, in bytes. */
export const ACTIVATION_LIMIT = 450_000;

/** Runs vsce and returns its output. */
async function vsce(args) {
  const [node, script] = [await ensureNode24(), await ensureVsce()];
  return run(node, [script, ...args], { cwd: root, timeoutMs: 120_000 });
}

/**
 * Packages the extension as it is built in dist/.
 * @returns {Promise<{file: string, bytes: number}>}
 */
export const packageExtension = once(async () => {
  const { name, version } = JSON.parse(fs.readFileSync(path.join(root, 'package.json'), 'utf8'));
  const file = path.join(outDir, `${name}-${version}.vsix`);
  fs.mkdirSync(outDir, { recursive: true });
  fs.rmSync(file, { force: true });
  // The extension is bundled, so no node_modules go in; the repository has no public address to link to yet.
  const args = ['package', '--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  args.push('--out', file, '--readme-path', path.relative(root, writeReadme()));
  const said = await step('packaging the extension', () => vsce(args));
  const warnings = said.split('\n').filter((line) => /\bWARNING\b/.test(line));
  if (warnings.length > 0) throw new Error(`vsce warns:\n${warnings.join('\n')}`);
  return { file, bytes: fs.statSync(file).size };
});

/** The README without its pictures: an editor shows those from public addresses alone, and there are none yet. */
function writeReadme() {
  const file = path.join(outDir, 'README.md');
  const text = fs.readFileSync(path.join(root, 'README.md'), 'utf8');
  fs.writeFileSync(file, text.replace(/^!\[[^\]]*\]\([^)]*\)\n\n?/gm, ''));
  return file;
}

/** The files that go into the VSIX, relative to the root. */
export async function packagedFiles() {
  const lines = await vsce(['ls', '--no-dependencies']);
  return lines.split('\n').filter((line) => line.trim() !== '');
}
