/** True to try every bit of a file through a whole store, which takes minutes; otherwise one of each byte, in turn. */
const EVERY_BIT = process.env['SEAWORTHY_EVERY_BIT'] === '1';

/** `bytes` with one bit flipped, again and again, and where it was. */
export function* flippedBits(bytes: Buffer): Generator<{ flipped: Buffer; at: number; bit: number }> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const at = bit >> 3;
    if (!EVERY_BIT && (bit & 7) !== at % 8) continue;
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
    yield { flipped, at, bit };
  }
}
