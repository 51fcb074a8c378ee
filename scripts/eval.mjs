// npm run eval [-- --verbose]: builds, then prints how often the rules are right; see eval/evaluate.ts.
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import { build, ensureDependencies } from './lib/install.mjs';
import { root } from './lib/paths.mjs';

await ensureDependencies();
await build();
const program = [`--import=${import.meta.resolve('tsx')}`, path.join(root, 'eval/evaluate.ts')];
const { status } = spawnSync(process.execPath, [...program, ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
