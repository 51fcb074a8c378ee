// npm run bench -- NAME [--json]: builds, then measures ours and a peer in turn; NAME is a file of bench/.
import fs from 'node:fs';
import path from 'node:path';
import { build, ensureDependencies } from './lib/install.mjs';
import { say } from './lib/output.mjs';
import { root } from './lib/paths.mjs';
import { ensureNode24 } from './lib/tools.mjs';
import { spawnSync } from 'node:child_process';

const [name, ...options] = process.argv.slice(2);
const names = fs
  .readdirSync(path.join(root, 'bench'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
  .map((file) => path.parse(file).name);
if (!names.includes(name) || options.some((option) => option !== '--json')) {
  console.error(`usage: npm run bench -- ${names.join('|')} [--json]`);
  process.exit(2);
}

try {
  await ensureDependencies();
  await build();
  // Peers such as node:sqlite are in Node.js 24 only.
  const runner = path.join(root, 'scripts', 'lib', 'runTypeScript.js');
  const program = [runner, path.join(root, 'bench', `${name}.ts`), ...options];
  const { status } = spawnSync(await ensureNode24(), program, { cwd: root, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
