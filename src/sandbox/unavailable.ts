import { CancelledError, messageOf } from '../base/errors';
import type { UserError } from '../base/errors';
import type { EngineConnection } from '../engine/connection';
import type { EngineError } from '../engine/errors';
import type { Stop } from './runEnd';
import type { RunReader } from './runReader';
import { SandboxUnavailable } from './sandbox';
import type { SandboxProgress } from './sandbox';
import { refusedLayer } from './selfCheck';

/** Throws `SandboxUnavailable` when nothing ran: the image has no shell, or a layer of isolation is missing. */
export function throwIfUnusable(image: string, stop: Stop, reader: RunReader): void {
  if (hasNoShell(stop, reader)) throw noShell(image);
  throwIfRefused(stop, reader);
}

/** Fetches an image that is not on the engine. Rejects with `SandboxUnavailable` when it can't be had. */
export async function pull(
  engine: EngineConnection,
  image: string,
  signal: AbortSignal,
  onProgress: SandboxProgress,
): Promise<void> {
  onProgress(`Pulling the image ${image}`);
  try {
    await engine.pullImage(
      image,
      (progress) => onProgress(`Pulling the image ${image}: ${progress}`),
      signal,
    );
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw new SandboxUnavailable(
      'no-image',
      `The image ${image} is not on the engine and could not be pulled: ${messageOf(error)}`,
      `Check the engine's network, or fetch the image yourself: docker pull ${image}`,
      { cause: error },
    );
  }
}

/** The container's init program could not start the supervisor, so nothing of it was ever heard. */
function hasNoShell(stop: Stop, reader: RunReader): boolean {
  const failedToStart = typeof stop === 'object' && (stop.exitCode === 126 || stop.exitCode === 127);
  return failedToStart && !wasHeardOf(reader);
}

/** Whether the supervisor has said anything, which it does before any code runs. */
export function wasHeardOf(reader: RunReader): boolean {
  return reader.done || reader.unpackFailed || reader.results().length > 0;
}

function noShell(image: string): SandboxUnavailable {
  return new SandboxUnavailable(
    'no-image',
    `The image ${image} can not be used as a sandbox: it has no shell.`,
    'Choose an image with a POSIX shell and tar.',
  );
}

function throwIfRefused(stop: Stop, reader: RunReader): void {
  if (typeof stop !== 'object') return;
  const why = refusedLayer(stop, Buffer.concat(reader.preamble).toString('latin1'));
  if (why === undefined) return;
  throw new SandboxUnavailable(
    'limits-refused',
    `The container engine did not lock the sandbox down as asked: ${why}. No code was run.`,
    'Run "Seaworthy: Check Sandbox" to see what this engine offers, or use another one.',
  );
}

export function limitsRefused(error: EngineError): SandboxUnavailable {
  return new SandboxUnavailable(
    'limits-refused',
    `The container engine refused to make a sandbox with all its limits: ${error.message}`,
    'Look at the log for details, and check the limits that are set.',
    { cause: error },
  );
}

export function unavailable(reason: 'no-engine', error: UserError): SandboxUnavailable {
  return new SandboxUnavailable(reason, error.message, error.nextStep, { cause: error });
}
