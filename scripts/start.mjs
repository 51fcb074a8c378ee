// npm start: installs, builds, finds an engine and audits the files of the sample workspace in real sandboxes.
// npm start -- --editor opens the sample in an editor afterwards, which also happens by itself on a desktop.
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { build, ensureDependencies } from './lib/install.mjs';
import { canOpenDesktopEditor, openEditor } from './lib/openEditor.mjs';
import { say } from './lib/output.mjs';
import { root } from './lib/paths.mjs';
import { stopProcess } from './lib/process.mjs';
import { onShutdown } from './lib/shutdown.mjs';
import { provideEngine } from './lib/withEngine.mjs';

const USAGE = 'usage: npm start [-- --editor | --no-editor]';
const sample = path.join(root, 'media', 'sample');

/** How the command line ends when a file fails its audit, as one of the sample does on purpose. */
const SOME_FAIL = 1;

const WHAT_NEXT = `
What next
  npm start -- --editor                          this sample in VS Code: right-click a file, "Audit This File"
  node dist/cli.js audit FILE                    audit a file of yours (needs an engine that runs)
  npm run engine -- node dist/cli.js audit FILE  the same, bringing an engine along
  npm test                                       run all tests`;

async function main() {
  const options = parseArgs({
    options: { editor: { type: 'boolean' }, 'no-editor': { type: 'boolean' } },
  }).values;
  await ensureDependencies();
  await build();
  const engine = await provideEngine();
  try {
    const env = { ...process.env, ...engine.env };
    await auditSample(env);
    console.log(WHAT_NEXT);
    const wantsEditor =
      options.editor ?? (!options['no-editor'] && !process.env.CI && (await canOpenDesktopEditor()));
    if (wantsEditor) await openEditor(sample, env);
  } finally {
    await engine.stop();
  }
}

async function auditSample(env) {
  const list = fs.readFileSync(path.join(sample, 'audit-these.txt'), 'utf8');
  const files = list.split('\n').filter((line) => line.trim() !== '');
  say(`auditing ${files.length} files of the sample workspace, media/sample`);
  const { code, output } = await runCli(['audit', '--workspace', '.', ...files], env);
  const verdictOf = (file) =>
    output.split('\n').find((line) => /^\S/.test(line) && line.includes(`  ${file}  `));
  const verdicts = files.map(verdictOf).filter((line) => line !== undefined);
  if (verdicts.length < files.length) {
    throw new Error(`only ${verdicts.length} of ${files.length} files got a verdict (exit code ${code})`);
  }
  const isComplete = ['PASS', 'FAIL'].every((label) => verdicts.some((line) => line.startsWith(label)));
  if (code !== SOME_FAIL || !isComplete) {
    throw new Error('the sample should end with a pass and a fail, and did not: something is broken here');
  }
}

/** Runs the built command line on the sample, showing its output as it comes. */
async function runCli(args, env) {
  const cli = path.join(root, 'dist', 'cli.js');
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: sample,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const stop = onShutdown((signal) => stopProcess(child, { signal }));
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => {
    output += chunk;
    process.stdout.write(chunk);
  });
  try {
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));
    return { code, output };
  } finally {
    await stop();
  }
}

try {
  await main();
} catch (error) {
  say(error.message);
  if (error.code?.startsWith?.('ERR_PARSE_ARGS')) console.error(USAGE);
  process.exitCode = 1;
}
