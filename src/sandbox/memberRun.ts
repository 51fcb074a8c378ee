import { randomBytes } from 'node:crypto';
import { orCancelled, within } from '../base/cancellation';
import { CancelledError } from '../base/errors';
import { t } from '../base/texts';
import type { EngineConnection } from '../engine/connection';
import type { PoolMember } from './poolMember';
import type { ContainerExit } from './poolEvents';
import type { Stop } from './runEnd';
import { RunReader } from './runReader';
import type { RunListener } from './runReader';
import type { SandboxRequest } from './sandbox';
import { supervisorInput } from './script';
import type { SupervisorInput } from './script';

/** How long past its time limit a sandbox nobody watches may live, in seconds: it ends itself then. */
const GRACE_SECONDS = 10;
/** How long a kill may take to be seen before the engine is asked whether it is still there, in milliseconds. */
const KILL_LIMIT = 400;
/** After its output has ended, how the container ended is known within milliseconds; the engine may be busy. */
const EXIT_CHECK = 2000;
const EXIT_CHECKS = 5;

/** One attempt to answer a request: what goes to the supervisor, and what comes back. */
export interface Attempt {
  reader: RunReader;
  input: SupervisorInput;
}

/** Throws a `TypeError` for a request no shell can carry. */
export function beginAttempt(request: SandboxRequest, told: RunListener): Attempt {
  const secret = randomBytes(16).toString('hex');
  const lifetime = Math.ceil(request.limits.timeoutMs / 1000) + GRACE_SECONDS;
  return {
    reader: new RunReader(request, secret, told),
    input: supervisorInput(request, secret, lifetime),
  };
}

/**
 * Runs a request in a container to its end or to the first limit, and has the container killed in either case.
 * Rejects with `CancelledError` as soon as `signal` aborts, with `EngineLost` when the engine goes away or is frozen.
 */
export async function runInMember(
  member: PoolMember,
  { reader, input }: Attempt,
  { timeoutMs, connection, signal }: { timeoutMs: number; connection: EngineConnection; signal: AbortSignal },
): Promise<Stop> {
  let timer: NodeJS.Timeout | undefined;
  let cancel: () => void = () => undefined;
  try {
    const limits = new Promise<'timeout' | 'output-limit'>((resolve, reject) => {
      timer = setTimeout(() => resolve('timeout'), timeoutMs);
      cancel = () => reject(new CancelledError());
      if (signal.aborted) cancel();
      signal.addEventListener('abort', cancel, { once: true });
      member.stream.readWith((channel, data) => {
        reader.push(channel, data);
        if (!reader.overflowed) return;
        member.stream.destroy();
        resolve('output-limit');
      });
    });
    let writing = member.stream.write(input.start);
    reader.onAgain = () => {
      writing = writing.then(() => member.stream.write(input.again()));
    };
    const ended = Promise.all([member.stream.ended, writing]).then(() => 'ended' as const);
    const how = await Promise.race([limits, ended]);
    if (how === 'ended') return await confirmedExit(member, connection, signal);
    void member.end();
    await orCancelled(confirmKill(member, connection), signal);
    return how;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
    reader.end();
    void member.end();
  }
}

/** The engine's word on how it ended: the code's own could be anything. */
async function confirmedExit(
  member: PoolMember,
  connection: EngineConnection,
  signal: AbortSignal,
): Promise<ContainerExit> {
  for (let check = 0; check < EXIT_CHECKS; check++) {
    const exit = await orCancelled(within(EXIT_CHECK, member.exit), signal);
    if (exit) return exit;
    if (!(await orCancelled(connection.answers(), signal))) throw connection.lost(t('no answer'));
  }
  throw connection.lost(t('it does not say how the sandbox ended'));
}

/** An engine that does not kill within the time it needs for that may be frozen, and then nothing is known. */
async function confirmKill(member: PoolMember, connection: EngineConnection): Promise<void> {
  if (await within(KILL_LIMIT, member.exit)) return;
  if (!(await connection.answers())) throw connection.lost(t('no answer'));
}
