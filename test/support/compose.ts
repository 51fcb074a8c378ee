import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);
let found: Promise<[program: string, first: readonly string[]]> | undefined;

/** The program of Compose that the product takes here: the plugin where there is one. Rejects where there is none. */
export async function composeWords(): Promise<[program: string, first: readonly string[]]> {
  found ??= isThere('docker', ['compose', 'version']).then(async (isPlugin) => {
    if (isPlugin) return ['docker', ['compose']];
    if (await isThere('docker-compose', ['version'])) return ['docker-compose', []];
    throw new Error('neither docker compose nor docker-compose is installed');
  });
  return found;
}

/** Runs Compose as a person would. Gives what it prints; rejects when it fails. */
export async function runCompose(words: readonly string[], cwd?: string): Promise<string> {
  const [program, first] = await composeWords();
  return (await run(program, [...first, ...words], { cwd })).stdout;
}

export async function isThere(program: string, words: readonly string[]): Promise<boolean> {
  return run(program, words).then(
    () => true,
    () => false,
  );
}
