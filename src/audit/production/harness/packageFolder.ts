import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** Where the package `name` lies for files in `folder`; undefined when it is not installed. */
export function packageFolder(name: string, folder: string): string | undefined {
  const places = createRequire(join(folder, 'package.json')).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name)).find((place) => existsSync(join(place, 'package.json')));
}

/** The folder of a test runner for files in the working folder, from version `oldest` on; else why there is none to run. */
export function findRunner(name: string, oldest: number): { folder: string } | { problem: string } {
  const folder = packageFolder(name, process.cwd());
  if (folder === undefined) return { problem: `${name} is not installed in the workspace` };
  const { version } = createRequire(join(folder, 'package.json'))('./package.json') as { version: string };
  if (Number.parseInt(version, 10) >= oldest) return { folder };
  return { problem: `${name} ${version} is too old: Seaworthy runs ${name} ${oldest} and newer` };
}
