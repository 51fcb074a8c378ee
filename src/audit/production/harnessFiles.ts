import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import type { SandboxFile } from '../../sandbox/sandbox';
import { HARNESS_FOLDER } from './layout';

/** The programs of one interpreter that the build has put into `directory`. */
export async function readHarness(directory: string, wanted: RegExp): Promise<SandboxFile[]> {
  const names = (await fs.readdir(directory)).filter((name) => wanted.test(name));
  return Promise.all(
    names.map(async (name) => ({
      path: `${HARNESS_FOLDER}/${name}`,
      content: await fs.readFile(path.join(directory, name)),
    })),
  );
}
