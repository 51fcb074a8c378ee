import { App } from '../app';
import { messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { plainText, printableJson } from '../base/text';
import { sandboxCheckText } from '../sandbox/checkText';
import { defaultSettings } from '../settings';
import { UsageError } from './usage';

export interface SandboxArguments {
  sandbox: 'check';
  json: boolean;
}

const EXIT = { usable: 0, unusable: 2 };

export function parseSandboxArguments(
  words: readonly string[],
  options: { json?: boolean | undefined },
): SandboxArguments {
  const [action, ...rest] = words;
  if (action !== 'check' || rest.length > 0) throw new UsageError('sandbox has one command: sandbox check');
  return { sandbox: action, json: options.json ?? false };
}

/** Prints what the engine offers for sandboxes, and gives the exit status. No engine is an answer too. */
export async function runSandbox(
  wanted: SandboxArguments,
  {
    distDirectory,
    logger,
    print,
  }: { distDirectory: string; logger: Logger; print: (text: string) => Promise<void> },
  signal: AbortSignal,
): Promise<number> {
  const app = new App({ distDirectory, settings: () => defaultSettings, logger });
  try {
    const report = await app.checkSandbox(signal);
    await print(wanted.json ? printableJson(report) : sandboxCheckText(report));
    return report.usable ? EXIT.usable : EXIT.unusable;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const reason = messageWithNextStep(error);
    await print(wanted.json ? printableJson({ usable: false, reason }) : plainText(reason));
    return EXIT.unusable;
  } finally {
    await app.dispose();
  }
}
