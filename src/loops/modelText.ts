import { randomBytes } from 'node:crypto';

/** Puts text of a workspace into a question so that it can't pass for a part of it: it can't know the line that ends it. */
export class Fence {
  readonly line = `=====${randomBytes(12).toString('hex')}=====`;

  around(name: string, text: string): string {
    return `${name}\n${this.line}\n${wellFormed(text)}\n${this.line}`;
  }
}

/** Halves of characters, which services refuse, become the sign for what can't be read. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
