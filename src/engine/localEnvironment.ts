import * as fs from 'node:fs/promises';
import * as os from 'node:os';
import type { EngineEnvironment } from './endpoint';

/** This machine and this process, where an engine is looked for. */
export function localEnvironment(): EngineEnvironment {
  return {
    env: process.env,
    home: os.homedir(),
    platform: process.platform,
    uid: process.getuid?.(),
    readText: (file) => fs.readFile(file, 'utf8').catch(() => undefined),
    listFolder: (folder) => fs.readdir(folder).catch(() => []),
  };
}
