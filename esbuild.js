'use strict';

const esbuild = require('esbuild');
const fs = require('node:fs');
const path = require('node:path');
const { askingOnce, loadedBy, packParts } = require('./scripts/lib/sharedParts.js');

const watch = process.argv.includes('--watch');
const dist = path.join(__dirname, 'dist');

/**
 * Parts of the engine's client that nothing here reaches: ssh goes through the user's own `ssh` program, files go in as
 * archives of our own making, and images are built by the programs that users have. ssh2 and grpc have native parts too,
 * and a VSIX carries no native module. What is used all the same says so instead of answering wrongly.
 */
const LEFT_OUT = ['ssh2', 'cpu-features', '@grpc/grpc-js', '@grpc/proto-loader', 'protobufjs', 'tar-fs'];
LEFT_OUT.push('@balena/dockerignore');

const leaveOut = {
  name: 'leave-out',
  setup(build) {
    build.onResolve({ filter: new RegExp(`^(${LEFT_OUT.join('|')})(/|$)`) }, (args) => ({
      path: args.path,
      namespace: 'left-out',
    }));
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, ({ path: name }) => ({
      contents: `
        const refuse = () => { throw new Error('${name} is left out of this build of Seaworthy'); };
        const nothing = new Proxy(function () {}, { get: () => nothing, apply: refuse, construct: refuse });
        module.exports = nothing;`,
    }));
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
  plugins: [leaveOut],
  // The streams of Node.js are what that package copies.
  alias: { 'readable-stream': 'node:stream' },
};

/** What the editor shows in web views: a program, a style sheet and a body of HTML each. */
const pages = ['logs', 'details', 'deploy', 'loop1', 'loop2'];

/** What is taken as it is from packages, and what it is called in dist/. */
const COPIED = [
  ['sql.js/dist/sql-wasm.wasm', 'sql-wasm.wasm'],
  ['web-tree-sitter/web-tree-sitter.wasm', 'web-tree-sitter.wasm'],
  ...['javascript', 'typescript', 'tsx', 'python'].map((language) => [
    `@vscode/tree-sitter-wasm/wasm/tree-sitter-${language}.wasm`,
    `grammars/${language}.wasm`,
  ]),
];

function copyAssets() {
  const from = (name) => path.join(__dirname, 'node_modules', ...name.split('/'));
  const files = COPIED.map(([source, target]) => [from(source), target]);
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

/** The extension and the command line. */
const programs = {
  ...common,
  entryPoints: { extension: 'src/extension.ts', cli: 'src/cli.ts' },
  outdir: dist,
  external: ['vscode'],
};

/**
 * Builds the programs so that what is imported by `import()` is a file of its own, loaded at its first use, and what
 * they share is there once. esbuild splits ES modules only, and into many small files: each is made a CommonJS one
 * afterwards, and those of the start are packed into one.
 */
async function buildPrograms() {
  const split = { splitting: true, format: 'esm', chunkNames: 'parts/[name]-[hash]', write: false };
  const result = await esbuild.build({ ...programs, ...split });
  const files = new Map();
  for (const { path: file, text } of result.outputFiles)
    files.set(fromDist(file), await asCommonJs(text, path.basename(file)));
  const imports = importsOf(result.metafile);
  const packs = packsOf(imports);
  for (const [name, code] of packParts(files, packs)) {
    const file = path.join(dist, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, name === 'extension.js' ? askingOnce(code) : code);
  }
  return { ...result, packs };
}

/** What the extension loads at once, and of that what the command line may need as well: it must not load the editor's. */
function packsOf(imports) {
  const ofCommandLine = loadedBy('cli.js', (file) => [...imports.get(file).eager, ...imports.get(file).lazy]);
  const atOnce = loadedBy('extension.js', (file) => imports.get(file).eager);
  const isShared = (name) => ofCommandLine.includes(name);
  return new Map([
    ['parts/shared.js', atOnce.filter(isShared)],
    ['parts/editor.js', atOnce.filter((name) => !isShared(name))],
  ]);
}

const fromDist = (file) => path.relative(dist, path.resolve(__dirname, file)).split(path.sep).join('/');

async function asCommonJs(text, name) {
  const options = {
    format: 'cjs',
    platform: 'node',
    target: common.target,
    minify: true,
    logLevel: 'warning',
  };
  // What is loaded later is CommonJS as well, of which `import()` of Node.js would see the default export alone.
  options.supported = { 'dynamic-import': false };
  if (name === 'cli.js') options.banner = '#!/usr/bin/env node';
  return (await esbuild.transform(text, options)).code;
}

/** Which files of dist/ each output imports, at once and later. */
function importsOf({ outputs }) {
  const imports = (output, isLazy) =>
    output.imports
      .filter(({ kind, external }) => !external && (kind === 'dynamic-import') === isLazy)
      .map((each) => fromDist(each.path));
  return new Map(
    Object.entries(outputs).map(([name, output]) => [
      fromDist(name),
      { eager: imports(output, false), lazy: imports(output, true) },
    ]),
  );
}

/** Leaves for the checks of the package which files import which, and which packages are in them. */
function writeFacts(results) {
  const files = {};
  const packages = new Set();
  for (const { metafile, packs = new Map() } of results) {
    const place = (name) => [...packs].find(([, names]) => names.includes(name))?.[0] ?? name;
    for (const [name, { eager, lazy }] of importsOf(metafile)) {
      const kept = (files[place(name)] ??= { eager: [], lazy: [] });
      kept.eager = [...new Set([...kept.eager, ...eager.map(place)])];
      kept.lazy = [...new Set([...kept.lazy, ...lazy.map(place)])];
    }
    for (const input of Object.keys(metafile.inputs)) {
      const found = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
      if (found) packages.add(found);
    }
  }
  for (const [source] of COPIED) packages.add(/^(?:@[^/]+\/)?[^/]+/.exec(source)[0]);
  const facts = { files, packages: [...packages].sort() };
  const out = path.join(__dirname, 'out');
  fs.mkdirSync(out, { recursive: true });
  fs.writeFileSync(path.join(out, 'build.json'), JSON.stringify(facts, undefined, 2));
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
    { ...common, entryPoints: { staticWorker: 'src/audit/syntax/staticWorker.ts' }, outdir: dist },
    { ...common, entryPoints: { indexWorker: 'src/audit/workspace/indexWorker.ts' }, outdir: dist },
    { ...common, entryPoints: { storeWorker: 'src/store/storeWorker.ts' }, outdir: dist },
    ...harnessBuilds(),
    ...pageBuilds(),
  ];
  if (watch) {
    for (const options of [programs, ...builds]) await (await esbuild.context(options)).watch();
    return;
  }
  const results = await Promise.all([buildPrograms(), ...builds.map((options) => esbuild.build(options))]);
  writeFacts(results);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
