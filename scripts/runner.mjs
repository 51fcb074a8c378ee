import fs from 'node:fs';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { runNpm } from './lib/install.mjs';
import { root } from './lib/paths.mjs';
import { cached } from './lib/tools.mjs';

// Installs one of the pinned test runners of test/fixtures/runners into the cache; the last line printed is its folder.
const [name = ''] = process.argv.slice(2);
const fixture = path.join(root, 'test', 'fixtures', 'runners', path.basename(name));
const lock = fs.readFileSync(path.join(fixture, 'package-lock.json'));
const hash = createHash('sha256').update(lock).digest('hex').slice(0, 8);

const folder = await cached(`runner-${name}-${hash}`, async (target) => {
  fs.cpSync(fixture, target, { recursive: true });
  await runNpm(['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: target });
});
console.log(folder);
