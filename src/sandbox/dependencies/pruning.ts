const KEPT_MS = 30 * 24 * 3_600_000;

/** Which images have to go: those not used for 30 days, then the ones used longest ago until the rest fits `maxBytes`. */
export function overdue<T extends { lastUsed: number; size: number }>(
  images: readonly T[],
  now: number,
  maxBytes: number,
): T[] {
  let bytes = 0;
  return [...images]
    .sort((a, b) => b.lastUsed - a.lastUsed)
    .filter(({ lastUsed, size }) => {
      const isOld = now - lastUsed > KEPT_MS || bytes + size > maxBytes;
      if (!isOld) bytes += size;
      return isOld;
    });
}
