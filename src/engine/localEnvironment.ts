import { execFile } from 'node:child_process';
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
    ask,
  };
}

function ask(program: string, words: readonly string[], input: string): Promise<string | undefined> {
  const options = { timeout: 10_000, maxBuffer: 1_000_000, windowsHide: true };
  return new Promise((resolve) => {
    const child = execFile(program, [...words], options, (error, stdout) => {
      resolve(error ? undefined : stdout);
    });
    child.stdin?.on('error', () => undefined).end(input);
  });
}
