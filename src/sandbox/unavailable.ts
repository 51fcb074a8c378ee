import { CancelledError, messageOf, UserError } from '../base/errors';
import { t } from '../base/texts';
import type { EngineConnection } from '../engine/connection';
import type { Engine } from '../engine/engine';
import type { EngineError } from '../engine/errors';
import { registryOf } from '../engine/registryCredentials';
import type { Stop } from './runEnd';
import type { RunReader } from './runReader';
import { SandboxUnavailable } from './sandbox';
import type { SandboxProgress } from './sandbox';
import { refusedLayer } from './selfCheck';

/** The engine that answers. Rejects with `SandboxUnavailable` when none does, or it has no Linux containers. */
export async function linuxEngine(
  engine: Engine,
  signal: AbortSignal,
  onProgress: SandboxProgress = () => undefined,
): Promise<EngineConnection> {
  let connection: EngineConnection;
  try {
    connection = await engine.connectPatiently(
      () => onProgress(t('Waiting for the container engine')),
      signal,
    );
  } catch (error) {
    throw error instanceof UserError ? unavailable('no-engine', error) : error;
  }
  if (connection.facts.os === 'linux') return connection;
  throw new SandboxUnavailable(
    'no-engine',
    t('The container engine runs Windows containers; a sandbox is a Linux container.'),
    t('Switch the engine to Linux containers.'),
  );
}

/** Throws `SandboxUnavailable` when the image has no shell, a layer of isolation is missing, or others ended the run. */
export function throwIfUnusable(image: string, stop: Stop, reader: RunReader): void {
  if (hasNoShell(stop, reader)) throw noShell(image);
  // At a limit of ours it is we who have it killed, and then the limit is what ended the run.
  if (typeof stop === 'object' && stop.wasKilled && stop.exitCode !== 0) throw stoppedByOthers();
  throwIfRefused(stop, reader);
}

/** Fetches an image that is not on the engine. Rejects with `SandboxUnavailable` when it can't be had. */
export async function pull(
  engine: EngineConnection,
  image: string,
  signal: AbortSignal,
  onProgress: SandboxProgress,
): Promise<void> {
  onProgress(t('Pulling the image {0}', image));
  try {
    await engine.pullImage(
      image,
      (progress) => onProgress(t('Pulling the image {0}: {1}', image, progress)),
      signal,
    );
  } catch (error) {
    if (error instanceof CancelledError) throw error;
    throw new SandboxUnavailable(
      'no-image',
      t('The image {0} is not on the engine and could not be pulled: {1}', image, messageOf(error)),
      nextStepOf(image, messageOf(error)),
      { cause: error },
    );
  }
}

function nextStepOf(image: string, why: string): string {
  return /unauthorized|denied|authentication|no basic auth|forbidden/i.test(why)
    ? t(
        'If the image is private, log in at its registry (docker login {0}), then try again.',
        registryOf(image),
      )
    : t("Check the engine's network, or fetch the image yourself: docker pull {0}", image);
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
    t('The image {0} can not be used as a sandbox: it has no shell.', image),
    t('Choose an image with a POSIX shell and tar.'),
  );
}

function throwIfRefused(stop: Stop, reader: RunReader): void {
  if (typeof stop !== 'object') return;
  const why = refusedLayer(stop, Buffer.concat(reader.preamble).toString('latin1'));
  if (why === undefined) return;
  throw new SandboxUnavailable(
    'limits-refused',
    t('The container engine did not lock the sandbox down as asked: {0}. No code was run.', why),
    t('Run "Seaworthy: Check Sandbox" to see what this engine offers, or use another one.'),
  );
}

export function limitsRefused(error: EngineError): SandboxUnavailable {
  return new SandboxUnavailable(
    'limits-refused',
    t('The container engine refused to make a sandbox with all its limits: {0}', error.message),
    t('Look at the log for details, and check the limits that are set.'),
    { cause: error },
  );
}

/** The exit of a container that was stopped from outside says nothing about the code in it. */
function stoppedByOthers(): SandboxUnavailable {
  return new SandboxUnavailable(
    'stopped',
    t(
      'The sandbox was stopped from outside while the code ran: by a command, or because the container engine shut down.',
    ),
    t('Audit the file again.'),
  );
}

export function unavailable(reason: 'no-engine', error: UserError): SandboxUnavailable {
  return new SandboxUnavailable(reason, error.message, error.nextStep, { cause: error });
}
