import fs from 'node:fs';
import path from 'node:path';
import esbuild from 'esbuild';
import { SCRIPTED_VENDOR } from './scriptedModel';

export const root = path.resolve(__dirname, '..', '..');
const sourceDir = path.join(root, 'test', 'editor');
/** One for each process that runs editor tests. */
const outDir = path.join(root, 'out', `editor${process.env['SEAWORTHY_TEST_PLACE'] ?? ''}`);

/** The test files of test/editor, by the session they belong to; names without folder and extension. */
export interface EditorTestFiles {
  first: string[];
  /** run after a restart of the extension host, on what the first session left behind */
  phase2: string[];
  /** run in Restricted Mode */
  untrusted: string[];
  /** run outside the extension host, on the page */
  page: string[];
  /** run on the page of an editor without the extension, which they install */
  journey: string[];
}

/** @param part the name of a file has to hold it */
export function findTestFiles(part = ''): EditorTestFiles {
  const names = fs
    .readdirSync(sourceDir)
    .filter((name) => name.includes(part))
    .sort();
  const ending = (suffix: string) =>
    names.filter((name) => name.endsWith(suffix)).map((name) => name.slice(0, -'.ts'.length));
  const all = ending('.test.ts');
  const phase2 = all.filter((name) => name.endsWith('.phase2.test'));
  const untrusted = all.filter((name) => name.endsWith('.untrusted.test'));
  const first = all.filter((name) => !phase2.includes(name) && !untrusted.includes(name));
  return { first, phase2, untrusted, page: ending('.page.ts'), journey: ending('.journey.ts') };
}

export const sourceOf = (name: string) => path.join(sourceDir, `${name}.ts`);
export const bundleOf = (name: string) => path.join(outDir, `${name}.js`);

/** Bundles what runs in the extension host, and the extension that carries it there. */
export async function bundleForHost(names: string[]): Promise<{ runnerExtension: string; runner: string }> {
  fs.rmSync(outDir, { recursive: true, force: true });
  await esbuild.build({
    entryPoints: ['index', ...names].map(sourceOf),
    outdir: outDir,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    keepNames: true,
    sourcemap: 'linked',
    external: ['vscode', 'mocha'],
    logLevel: 'warning',
  });
  const runnerExtension = path.join(outDir, 'runner-extension');
  fs.mkdirSync(runnerExtension);
  const manifest = {
    name: 'seaworthy-test-runner',
    publisher: 'seaworthy',
    version: '0.0.1',
    engines: { vscode: '^1.110.0' },
    extensionKind: ['workspace'],
    capabilities: { untrustedWorkspaces: { supported: true } },
    contributes: {
      languageModelChatProviders: [{ vendor: SCRIPTED_VENDOR, displayName: 'Scripted Models' }],
    },
  };
  fs.writeFileSync(path.join(runnerExtension, 'package.json'), JSON.stringify(manifest));
  return { runnerExtension, runner: bundleOf('index') };
}

/** A fresh copy of the fixture workspace. */
export function copyWorkspace(to: string): string {
  for (const from of ['media/sample', 'test/fixtures/editor-workspace']) {
    fs.cpSync(path.join(root, from), to, { recursive: true });
  }
  return to;
}
