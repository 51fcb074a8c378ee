import * as fs from 'node:fs';
import { isMainThread } from 'node:worker_threads';
import type * as Coverage from './coverage';
import { SIGNED_VARIABLE } from './environment';
import type { ProofRecord } from './proofRecords';
import type { HarnessRecord } from './records';
import { hmac } from './sha256';

/*
 * How results leave a process that the audited code shares. The key of the step comes over standard input and is gone from
 * there before any code of the project is loaded; it is never in a file, the environment or an argument, and no other
 * process has it. Each record is signed, and the key of the next one depends on it, so that a record can be neither made
 * up, changed, left out nor moved. Everything used is taken before the project's code could replace it.
 */

/** Signs records and writes them to the report. */
export interface Channel {
  write: (report: string, record: HarnessRecord | ProofRecord) => void;
  /** A word that nobody can foresee, and that the host knows too. */
  word: (label: string) => string;
}

const HANDOVER = Symbol.for('seaworthy.channel');
const KEY_DIGITS = 64;
const HEX = '0123456789abcdef';

const { appendFileSync } = fs;
const stringify = JSON.stringify.bind(JSON);
const Bytes = Uint8Array;
const codeAt: (text: string, index: number) => number = Function.prototype.call.bind(
  Object.getOwnPropertyDescriptor(String.prototype, 'charCodeAt')?.value as () => number,
);

/** The channel of this step; undefined in a process that the step's own program has started. */
export function openChannel(): Channel | undefined {
  if (process.env[SIGNED_VARIABLE] === undefined || !isMainThread) return undefined;
  delete process.env[SIGNED_VARIABLE];
  return channelWith(readKey());
}

/** A channel whose key, in hexadecimal digits, another program of the harness gives. */
export function channelOf(key: string): Channel {
  return channelWith(bytesOf(Bytes.from(key, (digit) => digit.charCodeAt(0))));
}

function channelWith(first: Uint8Array): Channel {
  let key = first;
  return {
    write(report, record) {
      const text = stringify({ __proto__: null, ...record });
      const bytes = new Bytes(3 * text.length);
      const mac = hmac(key, bytes, encode(text, bytes));
      key = hmac(key, mac, 32);
      appendFileSync(report, `${hex(mac, 32)} ${text}\n`);
    },
    word(label) {
      const bytes = new Bytes(3 * label.length);
      return hex(hmac(first, bytes, encode(label, bytes)), 8);
    },
  };
}

function readKey(): Uint8Array {
  const digits = new Bytes(KEY_DIGITS);
  for (let at = 0; at < KEY_DIGITS;) {
    const count = fs.readSync(0, digits, at, KEY_DIGITS - at, null);
    if (count === 0) break;
    at += count;
  }
  // Nothing is left in the pipe, but the code expects a standard input that was never anything.
  fs.closeSync(0);
  fs.openSync('/dev/null', 'r');
  return bytesOf(digits);
}

/** Leaves nothing in what it is given. */
function bytesOf(digits: Uint8Array): Uint8Array {
  const key = new Bytes(KEY_DIGITS / 2);
  for (let i = 0; i < KEY_DIGITS; i += 2)
    key[i / 2] = digit(digits[i] as number) * 16 + digit(digits[i + 1] as number);
  digits.fill(0);
  return key;
}

function digit(code: number): number {
  return code < 58 ? code - 48 : code - 87;
}

/** UTF-8, with a lone surrogate as the character for what can't be read. Returns the number of bytes. */
function encode(text: string, bytes: Uint8Array): number {
  let size = 0;
  for (let i = 0; i < text.length; i++) {
    let code = codeAt(text, i);
    if (code >= 0xd800 && code < 0xe000) {
      const next = code < 0xdc00 && i + 1 < text.length ? codeAt(text, i + 1) : 0;
      if (next >= 0xdc00 && next < 0xe000) {
        code = 0x10000 + (code - 0xd800) * 0x400 + (next - 0xdc00);
        i++;
      } else code = 0xfffd;
    }
    if (code < 0x80) bytes[size++] = code;
    else if (code < 0x800) {
      bytes[size++] = 0xc0 | (code >> 6);
      bytes[size++] = 0x80 | (code & 63);
    } else if (code < 0x10000) {
      bytes[size++] = 0xe0 | (code >> 12);
      bytes[size++] = 0x80 | ((code >> 6) & 63);
      bytes[size++] = 0x80 | (code & 63);
    } else {
      bytes[size++] = 0xf0 | (code >> 18);
      bytes[size++] = 0x80 | ((code >> 12) & 63);
      bytes[size++] = 0x80 | ((code >> 6) & 63);
      bytes[size++] = 0x80 | (code & 63);
    }
  }
  return size;
}

function hex(bytes: Uint8Array, size: number): string {
  let text = '';
  for (let i = 0; i < size; i++) {
    const byte = bytes[i] as number;
    text += `${HEX[byte >> 4] as string}${HEX[byte & 15] as string}`;
  }
  return text;
}

/** What one program of the harness leaves to the next in the same process. */
export interface Handover {
  channel: Channel;
  coverage: typeof Coverage;
}

/** Leaves it to the program of the harness that runs next, before any code of the project does. */
export function handOver(handover: Handover | undefined): void {
  Object.defineProperty(globalThis, HANDOVER, { value: handover, configurable: true });
}

/** Takes what `handOver` left, for good. Throws when there is nothing: results that nobody signs are worth nothing. */
export function takeOver(): Handover {
  const holder = globalThis as { [HANDOVER]?: Handover };
  const handover = holder[HANDOVER];
  delete holder[HANDOVER];
  if (!handover) throw new Error('The harness has no channel to report through');
  return handover;
}
