import * as fs from 'node:fs';
import * as path from 'node:path';
import { App } from '../app';
import { plainText, printableJson } from '../base/text';
import { verifiedText } from '../loops/loop2/claims/verifiedText';
import { defaultSettings } from '../settings';
import { existingFolder, UsageError } from './usage';
import { withApp } from './surroundings';
import type { Surroundings } from './surroundings';

export interface VerifyArguments {
  /** Absolute. */
  verifiedList: string;
  /** Absolute. */
  workspace: string;
  json: boolean;
  quiet: boolean;
}

const EXIT = { verified: 0, notVerified: 1, notPossible: 2 };

/** Words after `loop2 verify`. */
export function parseVerifyArguments(
  words: readonly string[],
  options: { workspace?: string | undefined; json?: boolean | undefined; quiet?: boolean | undefined },
): VerifyArguments {
  const [list, ...more] = words;
  if (list === undefined || more.length > 0)
    throw new UsageError('loop2 verify needs one LIST: a Markdown file with ticked tasks');
  const workspace = existingFolder('--workspace', options.workspace ?? '.');
  const here = path.resolve(list);
  // A list is named from where one works, or from its workspace.
  const verifiedList = fs.existsSync(here) ? here : path.resolve(workspace, list);
  return { verifiedList, workspace, json: options.json ?? false, quiet: options.quiet ?? false };
}

/** Resolves to the exit status. */
export async function runVerify(wanted: VerifyArguments, around: Surroundings): Promise<number> {
  const { distDirectory, logger, print, signal } = around;
  const app = new App({ distDirectory, keepAnalyses: true, settings: () => defaultSettings, logger });
  let shown = '';
  const onProgress = (message: string, done: number, total: number): void => {
    const line = done === 0 ? message : `${done} of ${total} tasks`;
    if (!wanted.quiet && line !== shown && (done === 0 || done % 10 === 0)) process.stderr.write(`${line}\n`);
    shown = line;
  };
  return withApp(app, EXIT.notPossible, async () => {
    const { verifyList } = await import('../loops/loop2/claims/verifyList');
    const verified = await verifyList(wanted.workspace, wanted.verifiedList, app.claims, {
      signal,
      onProgress,
    });
    const tasks = verified.tasks.map(({ id, text, verdict, reason, evidence }) => ({
      id,
      text,
      verdict,
      reason,
      evidence,
    }));
    await print(wanted.json ? printableJson({ tasks }) : plainText(verifiedText(verified)));
    return tasks.every(({ verdict }) => verdict === 'verified') ? EXIT.verified : EXIT.notVerified;
  });
}
