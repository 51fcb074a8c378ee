import * as fs from 'node:fs/promises';
import { messageOf, UserError } from '../base/errors';
import { t } from '../base/texts';
import { importSarif, MAX_SARIF_BYTES } from './importSarif';
import type { ImportedSarif } from './importSarif';

/** Reads the SARIF log of another tool. Rejects with `UserError` for a file that can't be read or is no SARIF. */
export async function readSarif(file: string, workspace: string): Promise<ImportedSarif> {
  let text: string;
  try {
    const stat = await fs.stat(file);
    if (!stat.isFile()) throw new UserError(t('it is no file'));
    if (stat.size > MAX_SARIF_BYTES)
      throw new UserError(t('it is larger than {0} MB', MAX_SARIF_BYTES / 1e6));
    text = await fs.readFile(file, 'utf8');
  } catch (error) {
    throw new UserError(t("{0} can't be imported: {1}", file, messageOf(error)));
  }
  try {
    return importSarif(text, workspace);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    throw new UserError(t("{0} can't be imported: {1}", file, error.message), error.nextStep);
  }
}
