import type { ContainerList } from '../fleet/containerList';
import type { FleetContainer } from '../fleet/containers';
import type { LogEntry } from '../fleet/logs/logBuffer';
import { LogSession } from '../fleet/logs/logSession';
import { targetKey, targetOf } from '../fleet/logs/logTarget';
import { plainText } from '../base/text';

/** Prints what containers print, through restarts, until `signal` aborts. `json`: an object a line. */
export async function followLogs(
  list: ContainerList,
  containers: readonly FleetContainer[],
  { json, tail }: { json: boolean; tail: number },
  print: (text: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const targets = new Map(containers.map(targetOf).map((target) => [targetKey(target), target]));
  const text = json ? jsonLine : (entry: LogEntry): string => textLine(entry, containers.length > 1);
  let printing = Promise.resolve();
  let inHand = 0;
  const onEntries = (entries: readonly LogEntry[]): void => {
    inHand++;
    // A reader that is slower than the containers slows the reading down.
    session.setBlocked(true);
    printing = printing.then(async () => {
      await print(entries.map(text).join('\n'));
      if (--inHand === 0) session.setBlocked(false);
    });
  };
  const session = new LogSession(
    [{ list, targets: [...targets.values()] }],
    { tail, since: undefined },
    onEntries,
  );
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  session.stop();
  await printing;
}

function jsonLine({ time, source, channel, text }: LogEntry): string {
  return JSON.stringify({ time, container: source, channel, text });
}

function textLine({ time, source, channel, text }: LogEntry, areMany: boolean): string {
  const prefix = areMany && source !== '' ? `${plainText(source)} | ` : '';
  return `${time} ${prefix}${channel === 'mark' ? `--- ${plainText(text)} ---` : plainText(text)}`;
}
