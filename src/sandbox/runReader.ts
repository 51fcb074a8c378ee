import { readLayers, readUsage } from './selfCheck';
import type { SeenLayers, Usage } from './selfCheck';
import type { SandboxOptions, SandboxRequest, SandboxStepResult } from './sandbox';

const MAX_LINE_BYTES = 200;
const KILLED = 137;
/** Uptime is told in hundredths of a second. */
const CLOCK_STEP_MS = 10;

/** Why the supervisor would not hand out a report file: a link on the way, not a plain file, or over the limit. */
export type Refusal = 'link' | 'kind' | 'size';

interface OpenStep {
  exitCode: number | undefined;
  timedOut: boolean;
  beganAt: number;
  stdout: Buffer[];
  stderr: Buffer[];
}

/** Told of what is read, as it comes. */
export interface RunListener extends Pick<SandboxOptions, 'onOutput' | 'onReport'> {
  onStep: (name: string) => void;
}

/**
 * Reads what a sandbox's supervisor says on stdout and stderr, and keeps apart what the code printed. A line of the
 * supervisor begins with the secret; anything else is the code's text. Lines in an order the supervisor never uses
 * mean that somebody else knows the secret: `tampered`.
 */
export class RunReader {
  readonly reports = new Map<string, Buffer>();
  readonly refused: { path: string; why: Refusal }[] = [];
  /** The archive could not be unpacked. */
  unpackFailed = false;
  /** The supervisor came to its end. */
  done = false;
  tampered = false;
  /** What the sandbox saw of itself; undefined when it did not come to that. */
  layers: SeenLayers | undefined;
  /** As of the end of the last step that ended. */
  usage: Usage | undefined;
  /** Text before the first step: complaints of the supervisor's own tools. */
  readonly preamble: Buffer[] = [];
  outputBytes = 0;
  /** Called when the supervisor waits for the archive once more. */
  onAgain: () => void = () => undefined;

  private readonly steps = new Map<number, OpenStep>();
  private readonly stdout: SupervisedStream;
  private readonly stderr: SupervisedStream;
  private nextStep = 0;
  private nextReport = 0;

  constructor(
    private readonly request: SandboxRequest,
    secret: string,
    private readonly told: RunListener,
  ) {
    const needle = Buffer.from(secret, 'latin1');
    this.stdout = new SupervisedStream(
      needle,
      (words) => this.onLine(words),
      (step, text) => this.onText('stdout', step, text),
    );
    this.stderr = new SupervisedStream(
      needle,
      (words) => this.onErrorLine(words),
      (step, text) => this.onText('stderr', step, text),
    );
  }

  /** True once the code has printed more than it may. */
  get overflowed(): boolean {
    return this.outputBytes > this.request.limits.outputBytes;
  }

  push(channel: 'stdout' | 'stderr', data: Buffer): void {
    this[channel].push(data);
  }

  /** The stream has ended: what is held back as a possible beginning of the secret is text after all. */
  end(): void {
    this.stdout.end();
    this.stderr.end();
  }

  /** The steps that began, in order. */
  results(): SandboxStepResult[] {
    // Of one that has only written to stderr is heard before one that has not begun yet on stdout.
    const inOrder = [...this.steps].sort(([one], [other]) => one - other);
    return inOrder.map(([index, step]) => this.resultOf(index, step));
  }

  private resultOf(index: number, { exitCode, timedOut, stdout, stderr }: OpenStep): SandboxStepResult {
    return {
      name: this.request.steps[index]?.name ?? '',
      exitCode,
      timedOut,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
    };
  }

  private tellReport(path: string, content: Buffer): void {
    const index = this.request.steps.findIndex(({ report }) => report === path);
    const step = this.steps.get(index);
    if (step) this.told.onReport?.(this.resultOf(index, step), content);
  }

  private onText(channel: 'stdout' | 'stderr', step: number | undefined, text: Buffer): void {
    const room = Math.max(0, this.request.limits.outputBytes - this.outputBytes);
    this.outputBytes += text.length;
    if (room === 0) return;
    // A copy: the text is a piece of a network buffer that would live as long as it does.
    const kept = Buffer.from(text.subarray(0, room));
    if (step === undefined) {
      this.preamble.push(kept);
      return;
    }
    this.stepAt(step)[channel].push(kept);
    this.told.onOutput?.(this.request.steps[step]?.name ?? '', channel, kept);
  }

  private stepAt(index: number): OpenStep {
    let step = this.steps.get(index);
    if (!step) {
      step = { exitCode: undefined, timedOut: false, beganAt: 0, stdout: [], stderr: [] };
      this.steps.set(index, step);
    }
    return step;
  }

  private onErrorLine(words: readonly string[]): void {
    const index = Number(words[1]);
    if (words[0] === 'begin' && this.request.steps[index]) this.stderr.step = index;
    else if (words[0] !== 'end' || index !== this.stderr.step) this.tampered = true;
  }

  private onLine(words: readonly string[]): void {
    const [kind, first = '', second = '', third = ''] = words;
    const index = Number(first);
    if (this.done || kind === undefined) this.tampered = true;
    else if (kind === 'begin') this.beginStep(index, Number(second) * 1000);
    else if (kind === 'end') this.endStep(index, Number(second) * 1000, Number(third));
    else if (kind === 'report' || kind === 'refused') this.readReport(kind, index, second);
    else if (kind === 'again') this.sendAgain();
    else if (kind === 'layers') this.layers ??= readLayers(words.slice(1));
    else if (kind === 'usage') this.usage = readUsage(words.slice(1));
    else if (kind === 'unpack') this.unpackFailed = true;
    else if (kind === 'done') this.done = true;
    else this.tampered = true;
  }

  private beginStep(index: number, now: number): void {
    const step = this.request.steps[index];
    if (!step || index < this.nextStep || this.isOpen()) {
      this.tampered = true;
      return;
    }
    this.nextStep = index + 1;
    this.stdout.step = index;
    this.stepAt(index).beganAt = now;
    this.told.onStep(step.name);
  }

  private endStep(index: number, now: number, exitCode: number): void {
    if (index !== this.stdout.step || !this.isOpen() || !Number.isInteger(exitCode)) {
      this.tampered = true;
      return;
    }
    const step = this.stepAt(index);
    const limit = this.request.steps[index]?.timeoutMs;
    step.exitCode = exitCode;
    step.timedOut = limit !== undefined && exitCode === KILLED && now - step.beganAt >= limit - CLOCK_STEP_MS;
  }

  private sendAgain(): void {
    if (this.isOpen() || this.nextStep === 0) this.tampered = true;
    else this.onAgain();
  }

  private isOpen(): boolean {
    const step = this.stdout.step === undefined ? undefined : this.steps.get(this.stdout.step);
    return step !== undefined && step.exitCode === undefined;
  }

  private readReport(kind: 'report' | 'refused', index: number, detail: string): void {
    const path = this.request.reports[index];
    if (path === undefined || index < this.nextReport || this.isOpen()) {
      this.tampered = true;
      return;
    }
    this.nextReport = index + 1;
    if (kind === 'refused') {
      this.refused.push({ path, why: detail as Refusal });
      return;
    }
    const size = Number(detail);
    if (!Number.isInteger(size) || size < 0 || size > this.request.limits.reportBytes) this.tampered = true;
    else
      this.stdout.readRaw(size, (content) => {
        this.reports.set(path, content);
        this.tellReport(path, content);
      });
  }
}

/** One of the two streams: splits it into the supervisor's lines, raw content it has announced, and text. */
class SupervisedStream {
  /** The step that text belongs to. */
  step: number | undefined;
  private pending = Buffer.alloc(0);
  private raw: { missing: number; parts: Buffer[]; onContent: (content: Buffer) => void } | undefined;

  constructor(
    private readonly secret: Buffer,
    private readonly onLine: (words: readonly string[]) => void,
    private readonly onText: (step: number | undefined, text: Buffer) => void,
  ) {}

  /** The next `size` bytes are content, whatever they look like. */
  readRaw(size: number, onContent: (content: Buffer) => void): void {
    if (size === 0) onContent(Buffer.alloc(0));
    else this.raw = { missing: size, parts: [], onContent };
  }

  push(chunk: Buffer): void {
    let rest = this.pending.length > 0 ? Buffer.concat([this.pending, chunk]) : chunk;
    this.pending = Buffer.alloc(0);
    while (rest.length > 0) {
      if (this.raw) {
        rest = this.takeRaw(this.raw, rest);
        continue;
      }
      const at = rest.indexOf(this.secret);
      if (at < 0) {
        const sure = rest.length - this.begunAtEnd(rest);
        this.text(rest.subarray(0, sure));
        this.pending = Buffer.from(rest.subarray(sure));
        return;
      }
      this.text(rest.subarray(0, at));
      const end = rest.indexOf('\n', at);
      if (end < 0 && rest.length - at <= MAX_LINE_BYTES) {
        this.pending = Buffer.from(rest.subarray(at));
        return;
      }
      const line = rest
        .subarray(at + this.secret.length, end < 0 ? at + MAX_LINE_BYTES : end)
        .toString('latin1');
      rest = end < 0 ? Buffer.alloc(0) : rest.subarray(end + 1);
      this.onLine(/^( [a-z0-9.]+)+$/.test(line) ? line.slice(1).split(' ') : []);
    }
  }

  end(): void {
    this.text(this.pending);
    this.pending = Buffer.alloc(0);
  }

  private takeRaw(raw: NonNullable<typeof this.raw>, chunk: Buffer): Buffer {
    const part = chunk.subarray(0, raw.missing);
    raw.parts.push(Buffer.from(part));
    raw.missing -= part.length;
    if (raw.missing === 0) {
      this.raw = undefined;
      raw.onContent(Buffer.concat(raw.parts));
    }
    return chunk.subarray(part.length);
  }

  /** How many bytes at the end may be the beginning of the secret. All others are told at once: somebody may be reading. */
  private begunAtEnd(text: Buffer): number {
    let length = Math.min(text.length, this.secret.length - 1);
    while (length > 0 && !text.subarray(-length).equals(this.secret.subarray(0, length))) length--;
    return length;
  }

  private text(text: Buffer): void {
    if (text.length > 0) this.onText(this.step, text);
  }
}
