import assert from 'node:assert/strict';
import * as fs from 'node:fs/promises';
import { Readable } from 'node:stream';
import { tarChunks } from '../../src/sandbox/tar';
import type { OwnEngine } from './ownEngine';

const BUSYBOX = '/bin/busybox';

/** An image of two megabytes with a shell and little else, for a daemon that has no images. Gives its name. */
export async function tinyImage(own: OwnEngine): Promise<string> {
  const content = await fs.readFile(BUSYBOX).catch(() => undefined);
  assert.ok(content, `${BUSYBOX} is missing: install Debian's busybox-static`);
  const applets = ['busybox', 'sh', 'tar', 'wc', 'sleep', 'cat', 'mkdir', 'nc'];
  const files = applets.map((name) => ({ path: `bin/${name}`, content, executable: true }));
  const name = 'tiny:1';
  await own.client.importImage({
    name,
    changes: ['CMD ["sleep", "1000"]'],
    tar: Readable.from(tarChunks(files)),
  });
  return name;
}
