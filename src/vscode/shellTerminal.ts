import type { Duplex } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import * as vscode from 'vscode';
import { messageOf } from '../base/errors';
import { oneLine } from '../base/text';
import { chooseContainers } from './containerCommands';
import type { ContainerNode, ContainersModel } from './containersModel';

/** The best shell that the image has. */
const SHELL = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash; exec sh'];

/** Handler of "Open Shell": a terminal inside the container, through the engine alone. */
export async function openShell(model: ContainersModel, row: unknown): Promise<void> {
  const [node] = await chooseContainers(model, vscode.l10n.t('Open Shell'), row, undefined, ['running']);
  if (!node) return;
  const name = oneLine(node.container.name, 100);
  vscode.window.createTerminal({ name, pty: new ShellTerminal(node) }).show();
}

class ShellTerminal implements vscode.Pseudoterminal {
  private readonly written = new vscode.EventEmitter<string>();
  private readonly closed = new vscode.EventEmitter<number | void>();
  private readonly ending = new AbortController();
  private size = { columns: 80, rows: 24 };
  private stream: Duplex | undefined;
  private resize: ((columns: number, rows: number) => Promise<void>) | undefined;
  readonly onDidWrite = this.written.event;
  readonly onDidClose = this.closed.event;

  constructor(private readonly node: ContainerNode) {}

  open(dimensions: vscode.TerminalDimensions | undefined): void {
    if (dimensions) this.size = dimensions;
    this.run().catch((error: unknown) => {
      this.written.fire(`${oneLine(messageOf(error), 500)}\r\n`);
      // Left open: a terminal that closes at once takes its message along.
    });
  }

  close(): void {
    this.ending.abort();
    this.stream?.destroy();
  }

  handleInput(data: string): void {
    this.stream?.write(data);
  }

  setDimensions(dimensions: vscode.TerminalDimensions): void {
    this.size = dimensions;
    // Too early or too late is no harm: the next change tells the size again.
    void this.resize?.(dimensions.columns, dimensions.rows).catch(() => undefined);
  }

  private async run(): Promise<void> {
    const { signal } = this.ending;
    const engine = await this.node.engine.engine.connect(signal);
    const { stream, resize } = await engine.execTerminal(this.node.container.id, SHELL, signal);
    this.stream = stream;
    this.resize = resize;
    // Only a command that has begun can be told the size.
    stream.once('data', () => this.setDimensions(this.size));
    const decoder = new StringDecoder('utf8');
    stream.on('data', (chunk: Buffer) => this.written.fire(decoder.write(chunk)));
    stream.on('error', () => undefined);
    stream.on('close', () => this.closed.fire());
    stream.on('end', () => stream.destroy());
  }
}
