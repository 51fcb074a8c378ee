// npm run pictures: makes the pictures of the documentation anew, from the page tests in a real editor.
import fs from 'node:fs';
import path from 'node:path';
import { build, ensureDependencies } from './lib/install.mjs';
import { say } from './lib/output.mjs';
import { outDir, root } from './lib/paths.mjs';
import { layers, stopLayers } from './lib/testLayers.mjs';

/** A picture larger than this has no place in the repository, in bytes. */
const LIMIT = 300_000;

/** Where a picture comes from: words of the name of its test, and the file that this leaves in out/screenshots. */
const PICTURES = {
  'findings.png': ['a newcomer installs', 'newcomer-4-findings.png'],
  'report.png': ['a user audits a file from the explorer', 'report.png'],
  'tests.png': ['from the test explorer', 'tests-difference.png'],
  'log.png': ['the log of a project', 'log-restarted.png'],
  'deploy.png': ['the page of an environment shows the plan', 'deploy-plan-light.png'],
  'premortem.png': ['a newcomer installs', 'newcomer-8-premortem.png'],
  'chat.png': ['people ask in the chat', 'chat-restarted.png'],
  'loop2.png': ['a second window asks', 'loop2-windows-done.png'],
};

async function main() {
  await ensureDependencies();
  await build();
  const tests = [...new Set(Object.values(PICTURES).map(([test]) => test))];
  const counts = await layers.editor.run({ grep: tests.join('|') });
  if (counts.failed > 0) throw new Error(`${counts.failed} of the tests that take the pictures failed`);
  const folder = path.join(root, 'docs', 'pictures');
  fs.mkdirSync(folder, { recursive: true });
  for (const [name, [, source]] of Object.entries(PICTURES)) {
    const from = path.join(outDir, 'screenshots', source);
    const { size } = fs.statSync(from);
    if (size > LIMIT) throw new Error(`${source} has ${size} bytes, at most ${LIMIT} are kept`);
    fs.copyFileSync(from, path.join(folder, name));
    console.log(`docs/pictures/${name}: ${Math.round(size / 1000)} kB`);
  }
}

try {
  await main();
} catch (error) {
  say(error.message);
  process.exitCode = 1;
} finally {
  await stopLayers(['editor']);
}
