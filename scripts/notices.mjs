// npm run notices: writes THIRD-PARTY-NOTICES.txt from what the build holds.
import fs from 'node:fs';
import path from 'node:path';
import { build, ensureDependencies } from './lib/install.mjs';
import { NOTICES_FILE, thirdPartyNotices } from './lib/notices.mjs';
import { root } from './lib/paths.mjs';

await ensureDependencies();
await build();
fs.writeFileSync(path.join(root, NOTICES_FILE), thirdPartyNotices());
console.log(`${NOTICES_FILE} is written`);
