import type { App } from '../app';
import { messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { plainText } from '../base/text';

/** What a command of the command line has around it. */
export interface Surroundings {
  /** Holds the bundles of the build. */
  distDirectory: string;
  logger: Logger;
  /** Resolves when the text has left the process. */
  print: (text: string) => Promise<void>;
  /** Aborts when the command is interrupted. */
  signal: AbortSignal;
}

/** Resolves to the exit status of `work`; to `notPossible` for a `UserError`, which is said. The app is closed in any case. */
export async function withApp(app: App, notPossible: number, work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    process.stderr.write(`seaworthy: ${plainText(messageWithNextStep(error))}\n`);
    return notPossible;
  } finally {
    await app.dispose();
  }
}
