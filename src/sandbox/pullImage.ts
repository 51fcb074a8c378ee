import { CancelledError, messageOf } from '../base/errors';
import type { EngineConnection } from '../engine/connection';
import { SandboxUnavailable } from './sandbox';
import type { SandboxProgress } from './sandbox';

/** Fetches an image that is missing. Rejects with `SandboxUnavailable` or `CancelledError`. */
export async function pullImage(
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
