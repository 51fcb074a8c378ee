'use strict';

const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');

const watch = process.argv.includes('--watch');
const dist = path.join(__dirname, 'dist');

// ssh2 and grpc are optional transports of dockerode with native parts; a VSIX carries no native module.
const emptyModules = {
  name: 'empty-modules',
  setup(build) {
    build.onResolve({ filter: /^(ssh2|cpu-features|@grpc\/grpc-js|@grpc\/proto-loader)$/ }, (args) => ({
      path: args.path,
      namespace: 'empty',
    }));
    build.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {};' }));
  },
};

/** @type {esbuild.BuildOptions} */
const common = {
  bundle: true,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  minify: !watch,
  keepNames: true,
  sourcemap: watch,
  metafile: true,
  logLevel: 'warning',
  plugins: [emptyModules],
};

/** What the editor shows in web views: a program, a style sheet and a body of HTML each. */
const pages = ['logs', 'details', 'deploy', 'loop1'];

function copyAssets() {
  const from = (name) => path.join(__dirname, 'node_modules', ...name.split('/'));
  const assets = [
    ['sql.js/dist/sql-wasm.wasm', 'sql-wasm.wasm'],
    ['web-tree-sitter/web-tree-sitter.wasm', 'web-tree-sitter.wasm'],
    ...['javascript', 'typescript', 'tsx', 'python'].map((language) => [
      `@vscode/tree-sitter-wasm/wasm/tree-sitter-${language}.wasm`,
      `grammars/${language}.wasm`,
    ]),
  ];
  const files = assets.map(([source, target]) => [from(source), target]);
  for (const page of pages)
    files.push([path.join(__dirname, 'media', 'pages', `${page}.html`), `pages/${page}.html`]);
  for (const [source, target] of files) {
    const to = path.join(dist, target);
    fs.mkdirSync(path.dirname(to), { recursive: true });
    fs.copyFileSync(source, to);
  }
}

const harness = path.join('src', 'audit', 'production', 'harness');
const installer = path.join('src', 'sandbox', 'dependencies', 'harness');

/** What runs inside a sandbox: stand-alone programs for whatever Node and Python the image has. */
function harnessBuilds() {
  const outdir = path.join(dist, 'harness');
  const entries = (...names) =>
    Object.fromEntries(names.map((name) => [name, path.join(harness, `${name}.ts`)]));
  const target = 'node22';
  return [
    {
      ...common,
      entryPoints: entries(
        'register',
        'load',
        'nodeReporter',
        'mochaRunner',
        'vitestRunner',
        'vitestCoverage',
        'vitestWorker',
        'jestRunner',
        'proofDriver',
        'proofNode',
        'proofMocha',
        'proofVitest',
        'vitestProof',
        'proofJest',
      ),
      outdir,
      target,
      format: 'esm',
      outExtension: { '.js': '.mjs' },
      banner: {
        js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);",
      },
    },
    {
      ...common,
      entryPoints: entries(
        'jestReporter',
        'jestTestRunner',
        'jestProofRunner',
        'jestProofTests',
        'transform',
      ),
      outdir,
      target,
      outExtension: { '.js': '.cjs' },
    },
    {
      ...common,
      entryPoints: { relay: path.join(installer, 'relay.ts') },
      outdir: path.join(dist, 'installer'),
      target,
      outExtension: { '.js': '.cjs' },
    },
  ];
}

function pageBuilds() {
  const entry = (name) => path.join('media', 'pages', `${name}.ts`);
  const entryPoints = Object.fromEntries(pages.map((name) => [name, entry(name)]));
  return [
    {
      ...common,
      entryPoints,
      outdir: path.join(dist, 'pages'),
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
    },
  ];
}

function copyPython(from, to) {
  for (const name of fs.readdirSync(from).filter((file) => file.endsWith('.py'))) {
    fs.mkdirSync(path.join(dist, to), { recursive: true });
    fs.copyFileSync(path.join(from, name), path.join(dist, to, name));
  }
}

async function main() {
  fs.rmSync(dist, { recursive: true, force: true });
  copyAssets();
  copyPython(harness, 'harness');
  copyPython(installer, 'installer');
  const builds = [
    { ...common, entryPoints: { extension: 'src/extension.ts' }, outdir: dist, external: ['vscode'] },
    { ...common, entryPoints: { cli: 'src/cli.ts' }, outdir: dist, banner: { js: '#!/usr/bin/env node' } },
    { ...common, entryPoints: { mcp: 'src/mcp/server.ts' }, outdir: dist },
    { ...common, entryPoints: { staticWorker: 'src/audit/syntax/staticWorker.ts' }, outdir: dist },
    { ...common, entryPoints: { indexWorker: 'src/audit/workspace/indexWorker.ts' }, outdir: dist },
    { ...common, entryPoints: { storeWorker: 'src/store/storeWorker.ts' }, outdir: dist },
    ...harnessBuilds(),
    ...pageBuilds(),
  ];
  if (watch) {
    for (const options of builds) await (await esbuild.context(options)).watch();
    return;
  }
  await Promise.all(builds.map((options) => esbuild.build(options)));
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
