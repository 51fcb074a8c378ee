/*
 * SHA-256 and HMAC in plain arithmetic. Inside a sandbox the audited code shares the process, and may have replaced any
 * function of the language or of Node by the time a record is signed: nothing here is looked up on a prototype, and no
 * array that holds a secret is handed to anybody.
 */

const BLOCK = 64;
const DIGEST = 32;
const floor = Math.floor;
const Bytes = Uint8Array;
const Words = Uint32Array;

/** Fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8. */
const ROUND = new Words(64);
const INITIAL = new Words(8);
const schedule = new Words(64);

for (let candidate = 2, found = 0; found < 64; candidate++) {
  let isPrime = true;
  for (let divisor = 2; divisor * divisor <= candidate; divisor++)
    if (candidate % divisor === 0) isPrime = false;
  if (!isPrime) continue;
  if (found < 8) INITIAL[found] = fraction(Math.sqrt(candidate));
  ROUND[found++] = fraction(Math.cbrt(candidate));
}

function fraction(root: number): number {
  return (root - Math.floor(root)) * 4_294_967_296;
}

function word(words: Uint32Array, index: number): number {
  return words[index] as number;
}

function rotate(value: number, by: number): number {
  return (value >>> by) | (value << (32 - by));
}

function fillSchedule(block: Uint8Array, from: number): void {
  for (let i = 0; i < 16; i++) {
    const at = from + 4 * i;
    schedule[i] =
      ((block[at] as number) << 24) |
      ((block[at + 1] as number) << 16) |
      ((block[at + 2] as number) << 8) |
      (block[at + 3] as number);
  }
  for (let i = 16; i < 64; i++) {
    const near = word(schedule, i - 2);
    const far = word(schedule, i - 15);
    const first = rotate(far, 7) ^ rotate(far, 18) ^ (far >>> 3);
    const second = rotate(near, 17) ^ rotate(near, 19) ^ (near >>> 10);
    schedule[i] = word(schedule, i - 16) + first + word(schedule, i - 7) + second;
  }
}

function compress(state: Uint32Array, block: Uint8Array, from: number): void {
  fillSchedule(block, from);
  let a = word(state, 0);
  let b = word(state, 1);
  let c = word(state, 2);
  let d = word(state, 3);
  let e = word(state, 4);
  let f = word(state, 5);
  let g = word(state, 6);
  let h = word(state, 7);
  for (let i = 0; i < 64; i++) {
    const mixed = (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & f) ^ (~e & g));
    const one = (h + mixed + word(ROUND, i) + word(schedule, i)) | 0;
    const two = ((rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + one) | 0;
    d = c;
    c = b;
    b = a;
    a = (one + two) | 0;
  }
  state[0] = word(state, 0) + a;
  state[1] = word(state, 1) + b;
  state[2] = word(state, 2) + c;
  state[3] = word(state, 3) + d;
  state[4] = word(state, 4) + e;
  state[5] = word(state, 5) + f;
  state[6] = word(state, 6) + g;
  state[7] = word(state, 7) + h;
}

/** The digest of a key block followed by `size` bytes of `data`. */
function digestAfter(keyBlock: Uint8Array, data: Uint8Array, size: number): Uint8Array {
  const state = new Words(8);
  for (let i = 0; i < 8; i++) state[i] = word(INITIAL, i);
  compress(state, keyBlock, 0);
  let at = 0;
  for (; at + BLOCK <= size; at += BLOCK) compress(state, data, at);
  const tail = new Bytes(2 * BLOCK);
  const rest = size - at;
  for (let i = 0; i < rest; i++) tail[i] = data[at + i] as number;
  tail[rest] = 0x80;
  const end = rest + 9 > BLOCK ? 2 * BLOCK : BLOCK;
  const bits = (BLOCK + size) * 8;
  for (let i = 0; i < 6; i++) tail[end - 1 - i] = floor(bits / 256 ** i) % 256;
  compress(state, tail, 0);
  if (end > BLOCK) compress(state, tail, BLOCK);
  const digest = new Bytes(DIGEST);
  for (let i = 0; i < DIGEST; i++) digest[i] = word(state, i >>> 2) >>> (24 - 8 * (i & 3));
  return digest;
}

/** HMAC-SHA-256 of the first `size` bytes of `data` under a key of 32 bytes. */
export function hmac(key: Uint8Array, data: Uint8Array, size: number): Uint8Array {
  const inner = new Bytes(BLOCK);
  const outer = new Bytes(BLOCK);
  for (let i = 0; i < BLOCK; i++) {
    const byte = i < DIGEST ? (key[i] as number) : 0;
    inner[i] = byte ^ 0x36;
    outer[i] = byte ^ 0x5c;
  }
  return digestAfter(outer, digestAfter(inner, data, size), DIGEST);
}
