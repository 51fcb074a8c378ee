import type { EngineConnection } from '../engine/connection';
import type { FleetContainer } from './containers';
import { LogReader } from './logLines';
import type { LogLine } from './logLines';

export type ContainerLine = LogLine & { container: string };

/** The last `tail` lines of each container, all in the order of their times. */
export async function mergedTails(
  engine: EngineConnection,
  containers: readonly FleetContainer[],
  tail: number,
  signal: AbortSignal,
): Promise<ContainerLine[]> {
  const tails = await Promise.all(
    containers.map(async ({ id, name }) => {
      const lines: ContainerLine[] = [];
      const { hasTerminal } = await engine.inspectContainer(id, signal);
      const reader = new LogReader(hasTerminal, (line) => lines.push({ container: name, ...line }));
      const stream = await engine.logs(id, { follow: false, tail }, signal);
      for await (const chunk of stream) reader.push(chunk as Buffer);
      reader.end();
      return lines;
    }),
  );
  return tails.flat().sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
}
