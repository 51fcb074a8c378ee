import type { ContainerExit } from './poolEvents';
import type { RunReader } from './runReader';
import type { SandboxEnd, SandboxLimits } from './sandbox';

/** Killed by a signal nobody can refuse, as the kernel does when memory is out. */
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
  const memory = `the memory limit of ${limits.memoryMb} MB`;
  if (stop === 'timeout') {
    return { end: 'timeout', detail: `Stopped at the time limit of ${limits.timeoutMs / 1000} s.` };
  }
  if (stop === 'output-limit') {
    return { end: 'output-limit', detail: `Stopped at the output limit of ${bytes(limits.outputBytes)}.` };
  }
  // Podman does not always say that memory ran out.
  if (stop.outOfMemory || (isPodman && stop.exitCode === KILLED)) {
    return { end: 'out-of-memory', detail: `A program was killed at ${memory}.` };
  }
  if (reader.tampered) {
    return {
      end: 'crashed',
      detail: 'The code wrote into the channel of the test run, so its results can not be trusted.',
    };
  }
  if (reader.unpackFailed)
    return { end: 'crashed', detail: `The files could not be unpacked in the sandbox: ${preamble(reader)}` };
  if (!reader.done || stop.exitCode !== 0) return { end: 'crashed', detail: describeCrash(stop, reader) };
  if (
    reader
      .results()
      .some(({ exitCode, stderr }) => exitCode === ABORTED && stderr.includes('heap out of memory'))
  ) {
    return { end: 'out-of-memory', detail: `Node.js ran out of heap under ${memory}.` };
  }
  if (reader.refused.some(({ why }) => why === 'size')) {
    return { end: 'output-limit', detail: `The report is over the limit of ${bytes(limits.reportBytes)}.` };
  }
  return { end: 'finished', detail: '' };
}

function describeCrash(exit: ContainerExit, reader: RunReader): string {
  const said = preamble(reader);
  return `The sandbox ended before its work was done (exit code ${exit.exitCode}).${said && ` ${said}`}`;
}

function preamble(reader: RunReader): string {
  return Buffer.concat(reader.preamble).toString('utf8').trim().replace(/\s+/g, ' ').slice(0, 500);
}

function bytes(count: number): string {
  return count >= 1e6 ? `${count / 1e6} MB` : `${count / 1e3} kB`;
}
