/** `bytes` with one bit flipped, for every bit, and where it was. */
export function* flippedBits(bytes: Buffer): Generator<{ flipped: Buffer; at: number; bit: number }> {
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const at = bit >> 3;
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (bit & 7));
    yield { flipped, at, bit };
  }
}
