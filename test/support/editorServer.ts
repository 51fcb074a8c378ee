import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import net from 'node:net';
import { promisify } from 'node:util';
import { pollFor } from './timeLimit';

const START_LIMIT_MS = 60_000;
const STOP_GRACE_MS = 5_000;
const KEPT_LOG = 64 * 1024;
const LOG_TAIL_LINES = 40;

/** Where the VS Code server's parts are. */
export interface EditorPrograms {
  /** a Node.js program of the version the server wants */
  node: string;
  /** the server's server-main.js */
  serverMain: string;
  /** a Chromium-like browser */
  browser: string;
}

export interface EditorServerOptions {
  programs: EditorPrograms;
  port: number;
  dataDir: string;
  extensionsDir: string;
  /** false: workspaces open in Restricted Mode */
  trustWorkspaces: boolean;
  /** added to this process's environment; reaches the extension host */
  env: Record<string, string>;
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as net.AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Installs a VSIX for servers that use these folders. */
export async function installVsix(
  programs: EditorPrograms,
  folders: { dataDir: string; extensionsDir: string },
  vsix: string,
): Promise<void> {
  const args = [programs.serverMain, '--accept-server-license-terms', '--install-extension', vsix];
  args.push('--extensions-dir', folders.extensionsDir, '--server-data-dir', folders.dataDir);
  const { stdout, stderr } = await promisify(execFile)(programs.node, args, { timeout: 120_000 });
  // The server exits with 0 also where it could not install.
  if (!/successfully installed/i.test(stdout))
    throw new Error(`${vsix} was not installed:\n${stdout}${stderr}`);
}

/** A VS Code server of our own; everything it starts ends with it. */
export class EditorServer {
  private log = '';

  private constructor(private readonly process: ChildProcess) {
    const keep = (chunk: string) => {
      this.log = (this.log + chunk).slice(-KEPT_LOG);
    };
    process.stdout?.setEncoding('utf8').on('data', keep);
    process.stderr?.setEncoding('utf8').on('data', keep);
  }

  static async start(options: EditorServerOptions): Promise<EditorServer> {
    const args = [options.programs.serverMain, '--accept-server-license-terms', '--without-connection-token'];
    args.push('--host', '127.0.0.1', '--port', String(options.port), '--server-data-dir', options.dataDir);
    // Without the smoke test driver the page ignores which tests it is told to run.
    args.push('--extensions-dir', options.extensionsDir, '--enable-smoke-test-driver', '--disable-telemetry');
    if (options.trustWorkspaces) args.push('--disable-workspace-trust');
    const child = spawn(options.programs.node, args, {
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      // A process group of its own: extension hosts that outlive the server can be ended with it.
      detached: true,
    });
    const server = new EditorServer(child);
    try {
      await pollFor('starting the VS Code server', START_LIMIT_MS, () => server.isListening());
    } catch (error) {
      await server.stop();
      throw new Error(`${(error as Error).message}\n${server.logTail()}`);
    }
    return server;
  }

  private isListening(): boolean {
    if (this.process.exitCode !== null)
      throw new Error(`the VS Code server exited with ${this.process.exitCode}`);
    return this.log.includes('Extension host agent listening');
  }

  /** The last lines the server logged, for an error message. */
  logTail(): string {
    return `The end of the server's log:\n${this.log.trimEnd().split('\n').slice(-LOG_TAIL_LINES).join('\n')}`;
  }

  async stop(): Promise<void> {
    const { pid } = this.process;
    if (pid === undefined) return;
    signalGroup(pid, 'SIGTERM');
    try {
      await pollFor('stopping the VS Code server', STOP_GRACE_MS, () => !groupLives(pid));
    } catch {
      signalGroup(pid, 'SIGKILL');
    }
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function groupLives(pid: number): boolean {
  return signalGroup(pid, 0);
}

/** Removes a folder that processes which have just ended may still be writing to. */
export function removeFolder(folder: string): void {
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
