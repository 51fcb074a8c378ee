// npm run package: builds the extension and packs it as out/NAME-VERSION.vsix.
import path from 'node:path';
import { build, ensureDependencies } from './lib/install.mjs';
import { megabytes, say } from './lib/output.mjs';
import { root } from './lib/paths.mjs';
import { packageExtension, VSIX_LIMIT } from './lib/vsix.mjs';

try {
  await ensureDependencies();
  await build();
  const { file, bytes } = await packageExtension();
  console.log(`${path.relative(root, file)}: ${megabytes(bytes)}`);
  if (bytes >= VSIX_LIMIT) throw new Error(`the package must stay below ${megabytes(VSIX_LIMIT)}`);
} catch (error) {
  say(error.message);
  process.exitCode = 1;
}
