import * as os from 'node:os';
import type { EngineAddress } from '../engine/address';

/**
 * The share of memory that is free on the machine of an engine, from 0 to 1. Undefined where it can't be told: for an
 * engine elsewhere, and on systems that count what they could free at once as used.
 */
export function freeMemoryShare({ address }: { address: EngineAddress }): number | undefined {
  if (address.kind !== 'socket' || process.platform !== 'linux') return undefined;
  return process.availableMemory() / os.totalmem();
}
