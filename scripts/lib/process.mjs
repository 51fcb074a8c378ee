import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { onShutdown } from './shutdown.mjs';

const KEPT_OUTPUT = 256 * 1024;
const TAIL_LINES = 40;

/** Where Debian keeps the daemons' programs; often missing from a user's PATH. */
const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/local/bin', '/usr/bin', '/bin'];

/** The absolute path of a program, or undefined. */
export function findProgram(name) {
  const extensions = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  const folders = [...(process.env.PATH ?? '').split(path.delimiter), ...SYSTEM_FOLDERS].filter(Boolean);
  for (const folder of folders) {
    for (const extension of extensions) {
      const candidate = path.join(folder, name + extension);
      if (isExecutableFile(candidate)) return candidate;
    }
  }
  return undefined;
}

function isExecutableFile(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/** The environment with folders put in front of PATH. */
export function withPath(folders, environment = process.env) {
  return { ...environment, PATH: [...folders, environment.PATH].join(path.delimiter) };
}

/**
 * Runs a program to its end and keeps its output (stdout and stderr together, the last 256 KB).
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number}} options
 * @returns {Promise<{code: number, timedOut: boolean, output: string}>}
 * @throws {Error} when it could not start
 */
export async function runCaptured(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  const keep = (chunk) => {
    output = (output + chunk).slice(-KEPT_OUTPUT);
  };
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  const exit = await waitWithCleanup(child, options.timeoutMs);
  return { ...exit, output };
}

/**
 * Runs a program that must succeed, and gives its output as runCaptured does.
 * @returns {Promise<string>} the output
 * @throws {Error} with the last lines of the output when it could not start, ran too long or exited with another code than 0
 */
export async function run(command, args, options = {}) {
  const { output, ...exit } = await runCaptured(command, args, options);
  if (exit.code !== 0) {
    const what = [path.basename(command), ...args]
      .join(' ')
      .replaceAll(root + path.sep, '')
      .slice(0, 160);
    throw new Error(`"${what}" ${describeExit(exit)}\n${tail(output)}`.trimEnd());
  }
  return output;
}

/**
 * Runs a program with this process's own terminal.
 * @param {{cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, stdin?: 'inherit' | 'ignore'}} options
 * @returns {Promise<{code: number, timedOut: boolean}>} a program that died by a signal has the code 128 + signal
 */
export async function runInTerminal(command, args, options = {}) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: [options.stdin ?? 'ignore', 'inherit', 'inherit'],
  });
  return waitWithCleanup(child, options.timeoutMs);
}

async function waitWithCleanup(child, timeoutMs) {
  const stop = onShutdown((signal) => stopProcess(child, { signal }));
  let timedOut = false;
  const timer = timeoutMs
    ? setTimeout(() => {
        timedOut = true;
        void stopProcess(child);
      }, timeoutMs)
    : undefined;
  try {
    return { ...(await exitOf(child)), timedOut };
  } finally {
    clearTimeout(timer);
    await stop();
  }
}

function exitOf(child) {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: code ?? 128 + signalNumber(signal) }));
  });
}

function signalNumber(signal) {
  return { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGSEGV: 11, SIGTERM: 15 }[signal] ?? 0;
}

function describeExit({ code, timedOut }) {
  return timedOut ? 'took too long and was stopped' : `exited with code ${code}`;
}

/** The last lines of a text. */
export function tail(text, lines = TAIL_LINES) {
  return text.trimEnd().split('\n').slice(-lines).join('\n');
}

/**
 * Ends a process this one started and waits until it is gone: first politely, after graceMs by force.
 * @param {{signal?: NodeJS.Signals, graceMs?: number, group?: boolean}} options group: the process was started
 *   detached, and what it has started itself ends with it
 */
export async function stopProcess(child, { signal = 'SIGTERM', graceMs = 15_000, group = false } = {}) {
  const send = (name) => {
    try {
      process.kill(group ? -child.pid : child.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  if (child.pid === undefined) return;
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    send(signal);
    const force = setTimeout(() => send('SIGKILL'), graceMs);
    await gone;
    clearTimeout(force);
  }
  if (group) send('SIGKILL');
}
