import { createHmac, randomBytes } from 'node:crypto';

const SIGNED_LINE = /^([0-9a-f]{64}) (.*)$/s;

/** A key for one step: what its standard input holds. */
export function createKey(): string {
  return randomBytes(32).toString('hex');
}

/** The word the harness of a step makes of its key and a label. */
export function wordOf(key: string, label: string): string {
  return sign(Buffer.from(key, 'hex'), label).toString('hex', 0, 8);
}

/** Checks the lines of a report in their order; each one's key follows from the line before. */
export class Signatures {
  private key: Buffer;

  constructor(key: string) {
    this.key = Buffer.from(key, 'hex');
  }

  /** What was signed; undefined for a line that was made up, changed or moved, or that follows one. */
  check(line: string): string | undefined {
    const [, signature = '', text = ''] = SIGNED_LINE.exec(line) ?? [];
    const own = sign(this.key, text);
    if (own.toString('hex') !== signature) return undefined;
    this.key = sign(this.key, own);
    return text;
  }
}

function sign(key: Buffer, data: string | Buffer): Buffer {
  return createHmac('sha256', key).update(data).digest();
}
