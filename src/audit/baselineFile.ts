import * as fs from 'node:fs/promises';
import { writeFileAtomically } from '../base/atomicFile';
import { hasCode, messageOf, UserError } from '../base/errors';
import { t } from '../base/texts';
import { formatBaseline, MAX_BASELINE_BYTES, parseBaseline } from './baseline';
import type { Baseline } from './baseline';

/** The baseline in a file; undefined when there is none. Rejects with `UserError` for a file that is no baseline. */
export async function readBaseline(file: string): Promise<Baseline | undefined> {
  try {
    const stat = await fs.stat(file);
    if (!stat.isFile()) throw new UserError(t('{0} is no file, so it is no baseline', file));
    if (stat.size > MAX_BASELINE_BYTES)
      throw new UserError(t('The baseline {0} is larger than {1} MB', file, MAX_BASELINE_BYTES / 1e6));
    return parseBaseline(await fs.readFile(file, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (error instanceof UserError) throw error;
    throw new UserError(t("The baseline {0} can't be read: {1}", file, messageOf(error)));
  }
}

export async function writeBaseline(file: string, baseline: Baseline): Promise<void> {
  await writeFileAtomically(file, Buffer.from(formatBaseline(baseline)));
}
