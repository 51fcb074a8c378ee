import { execFile } from 'node:child_process';
import { CancelledError } from './errors';

const MAX_OUTPUT = 200_000_000;

/** How a program ended. */
export interface ProgramEnd {
  exitCode: number;
  stdout: Buffer;
  stderr: string;
}

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv | undefined;
  limitMs: number;
  signal: AbortSignal | undefined;
  /** What it reads from its standard input; nothing by default. */
  input?: Uint8Array | undefined;
  /** Told each piece of stdout and stderr as it comes. */
  onOutput?: ((piece: string) => void) | undefined;
  onStart?: ((pid: number) => void) | undefined;
}

/**
 * Runs a program to its end, without a shell: an argument is one argument, whatever is in it. Rejects with the system's
 * error when it can't be started (code `ENOENT` where there is none), with `CancelledError` when `signal` aborts, and with
 * an `Error` when it takes longer than `limitMs` or prints more than 200 MB.
 */
export function runProgram(
  program: string,
  words: readonly string[],
  { limitMs, signal, input, onOutput, onStart, ...place }: ProgramOptions,
): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const settings = { ...place, timeout: limitMs, maxBuffer: MAX_OUTPUT, encoding: 'buffer' as const };
    const child = execFile(
      program,
      words,
      { ...settings, ...(signal && { signal }) },
      (error, stdout, stderr) => {
        const end = { stdout, stderr: stderr.toString('utf8') };
        if (!error) resolve({ exitCode: 0, ...end });
        else if (error.name === 'AbortError') reject(new CancelledError());
        else if (typeof error.code === 'number') resolve({ exitCode: error.code, ...end });
        else if (error.killed && error.signal)
          reject(new Error(`${program} did not end within ${Math.round(limitMs / 1000)} s`));
        else reject(Object.assign(new Error(error.message), { code: error.code }));
      },
    );
    if (onOutput)
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', (piece: Buffer) => onOutput(piece.toString('utf8')));
    // One that ends without reading all of it says why by its exit code.
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(input);
    if (child.pid !== undefined) onStart?.(child.pid);
  });
}
