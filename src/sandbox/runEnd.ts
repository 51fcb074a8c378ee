import type { ContainerExit } from './poolEvents';
import type { RunReader } from './runReader';
import type { Usage } from './selfCheck';
import type { SandboxEnd, SandboxLimits } from './sandbox';

/** Killed by a signal nobody can refuse, as the kernel does when memory is out. */
const MB = 1024 * 1024;
const KILLED = 137;
/** Aborted, as Node does when its own heap limit is reached. */
const ABORTED = 134;

/** What ended a run: a limit our side enforced, or the container's own end. */
export type Stop = 'timeout' | 'output-limit' | ContainerExit;

/** Names the limit that ended the run, with its value, in a sentence for the user. */
export function describeEnd(
  stop: Stop,
  reader: RunReader,
  limits: SandboxLimits,
  isPodman: boolean,
): { end: SandboxEnd; detail: string } {
  const { usage } = reader;
  const peak = usage?.peakMemory === undefined ? '' : ` (peak ${Math.round(usage.peakMemory / MB)} MB)`;
  const memory = `the memory limit of ${limits.memoryMb} MB${peak}`;
  if (stop === 'timeout') {
    const detail = `Stopped at the time limit of ${limits.timeoutMs / 1000} s${heldBack(usage, limits)}.`;
    return { end: 'timeout', detail };
  }
  if (stop === 'output-limit') {
    const used = `after ${bytes(reader.outputBytes)}`;
    return {
      end: 'output-limit',
      detail: `Stopped at the output limit of ${bytes(limits.outputBytes)}, ${used}.`,
    };
  }
  // Not every engine says that memory ran out; Podman does not always do so.
  const killedForMemory = stop.outOfMemory || (usage?.memoryKills ?? 0) > 0;
  if (killedForMemory || (isPodman && stop.exitCode === KILLED)) {
    return { end: 'out-of-memory', detail: `A program was killed at ${memory}.` };
  }
  if (reader.tampered) {
    return {
      end: 'crashed',
      detail: 'The code wrote into the channel of the test run, so its results can not be trusted.',
    };
  }
  if (reader.unpackFailed)
    return {
      end: 'crashed',
      detail: `The files could not be unpacked in the sandbox: ${preambleOf(reader)}`,
    };
  if (!reader.done || stop.exitCode !== 0) return { end: 'crashed', detail: describeCrash(stop, reader) };
  if (
    reader
      .results()
      .some(({ exitCode, stderr }) => exitCode === ABORTED && stderr.includes('heap out of memory'))
  ) {
    return { end: 'out-of-memory', detail: `Node.js ran out of heap under ${memory}.` };
  }
  const refusals = usage?.refusedProcesses ?? 0;
  if (refusals > 0) {
    const detail = `The limit of ${limits.pids} processes and threads was reached ${times(refusals)}.`;
    return { end: 'process-limit', detail };
  }
  if (reader.refused.some(({ why }) => why === 'size')) {
    return { end: 'output-limit', detail: `The report is over the limit of ${bytes(limits.reportBytes)}.` };
  }
  return { end: 'finished', detail: '' };
}

function describeCrash(exit: ContainerExit, reader: RunReader): string {
  const said = preambleOf(reader);
  return `The sandbox ended before its work was done (exit code ${exit.exitCode}).${said && ` ${said}`}`;
}

function preambleOf(reader: RunReader): string {
  return Buffer.concat(reader.preamble).toString('utf8').trim().replace(/\s+/g, ' ').slice(0, 500);
}

/** Worth a word when it may be the reason. */
function heldBack(usage: Usage | undefined, limits: SandboxLimits): string {
  if ((usage?.heldBack ?? 0) < 0.5) return '';
  return `; the limit of ${limits.cpus} CPUs held it back ${Math.round((usage?.heldBack ?? 0) * 100)} % of the time`;
}

function times(count: number): string {
  return count === 1 ? 'once' : `${count} times`;
}

function bytes(count: number): string {
  if (count < 1e6) return `${Math.round(count / 100) / 10} kB`;
  return `${Math.round(count / 1e5) / 10} MB`;
}
