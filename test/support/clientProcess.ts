import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { build } from 'esbuild';

const root = path.join(__dirname, '../..');

/** Bundles a program of `test/support` to `outfile`, with which it starts several times as fast. */
export async function bundleProgram(name: string, outfile: string): Promise<void> {
  await build({
    entryPoints: [path.join(root, 'test/support', name)],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node20',
    define: { __dirname: JSON.stringify(__dirname) },
    logLevel: 'error',
  });
}

/** A process that answers a line to each line. */
export class ClientProcess {
  readonly child: ChildProcess;
  private readonly lines: string[] = [];
  private wake: (() => void) | undefined;

  constructor(program: string, ...words: string[]) {
    this.child = spawn(process.execPath, [program, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
    let rest = '';
    this.child.stdout?.on('data', (data: Buffer) => {
      const lines = (rest + data.toString()).split('\n');
      rest = lines.pop() ?? '';
      this.lines.push(...lines);
      this.wake?.();
    });
  }

  async ask(request: string): Promise<string> {
    this.tell(request);
    return this.hear((line) => !line.startsWith('seen '));
  }

  tell(request: string): void {
    this.child.stdin?.write(`${request}\n`);
  }

  /** The next line that is `wanted`; those before it are passed over. */
  async hear(wanted: (line: string) => boolean = () => true): Promise<string> {
    for (;;) {
      for (let line = this.lines.shift(); line !== undefined; line = this.lines.shift()) {
        if (wanted(line)) return line;
      }
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** Resolves once the system has suspended it. */
  async isSuspended(): Promise<void> {
    for (;;) {
      const stat = fs.readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
      if (stat.slice(stat.lastIndexOf(')') + 2).startsWith('T')) return;
      await nextTurn();
    }
  }

  wakeUp(): void {
    this.child.kill('SIGCONT');
  }

  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }
}
