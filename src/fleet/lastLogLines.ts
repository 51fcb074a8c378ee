import type { EngineConnection } from '../engine/connection';
import type { ContainerDetails } from '../engine/inspect';
import { LogReader } from './logLines';

/** How long the engine may take over the last lines, in milliseconds. */
const LIMIT = 10_000;

/** The last lines a container printed, oldest first; none when they can't be had. */
export async function lastLogLines(
  engine: EngineConnection,
  { id, hasTerminal }: Pick<ContainerDetails, 'id' | 'hasTerminal'>,
  number: number,
  signal: AbortSignal,
): Promise<string[]> {
  const lines: string[] = [];
  const reader = new LogReader(hasTerminal, ({ text }) => lines.push(text));
  try {
    const either = AbortSignal.any([signal, AbortSignal.timeout(LIMIT)]);
    const stream = await engine.logs(id, { follow: false, tail: number }, either);
    for await (const chunk of stream) reader.push(chunk as Buffer);
    reader.end();
  } catch {
    // They are there to explain a failure, not to be one.
  }
  return lines.slice(-number);
}
