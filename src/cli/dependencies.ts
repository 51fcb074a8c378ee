import type { App } from '../app';
import { isCancelled, messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { describeOffer } from '../sandbox/dependencies/offerText';

/**
 * Makes the image of the dependencies of a file's project unless it is there. What keeps it from being made is told, and the
 * audit then says what it lacks; rejects with `CancelledError` alone.
 */
export async function installDependencies(
  app: App,
  file: { workspace: string; path: string },
  {
    logger,
    signal,
    onProgress,
  }: { logger: Logger; signal: AbortSignal; onProgress: (message: string) => void },
): Promise<void> {
  try {
    const offer = await app.dependencyOffer(file.workspace, file.path);
    if (!offer) {
      logger.warn('no lockfile is above this file, so there are no dependencies to install');
      return;
    }
    const images = await app.openDependencies();
    if (await images.isMade(offer, signal)) return;
    for (const line of describeOffer(offer)) onProgress(line);
    await images.install(offer, { signal, onProgress });
  } catch (error) {
    if (isCancelled(error) || !(error instanceof UserError)) throw error;
    logger.error(`Dependencies were not installed: ${messageWithNextStep(error)}`);
  }
}
