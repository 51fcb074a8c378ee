import { execFile } from 'node:child_process';
import { CancelledError } from './errors';

const MAX_OUTPUT = 200_000_000;

/** How a program ended. */
export interface ProgramEnd {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

/**
 * Runs a program to its end, without a shell: an argument is one argument, whatever is in it. Rejects with the system's
 * error when it can't be started (code `ENOENT` where there is none), with `CancelledError` when `signal` aborts, and with
 * an `Error` when it takes longer than `limitMs` or prints more than 200 MB.
 */
export function runProgram(
  program: string,
  words: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; limitMs: number; signal: AbortSignal | undefined },
): Promise<ProgramEnd> {
  const { limitMs, signal, ...place } = options;
  return new Promise((resolve, reject) => {
    const settings = { ...place, timeout: limitMs, maxBuffer: MAX_OUTPUT, encoding: 'buffer' as const };
    execFile(program, words, { ...settings, ...(signal && { signal }) }, (error, stdout, stderr) => {
      const end = { stdout, stderr: stderr.toString('utf8') };
      if (!error) resolve({ exitCode: 0, ...end });
      else if (error.name === 'AbortError') reject(new CancelledError());
      else if (typeof error.code === 'number') resolve({ exitCode: error.code, ...end });
      else if (error.killed && error.signal)
        reject(new Error(`${program} did not end within ${Math.round(limitMs / 1000)} s`));
      else reject(Object.assign(new Error(error.message), { code: error.code }));
    });
  });
}
