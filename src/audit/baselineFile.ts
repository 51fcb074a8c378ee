import * as fs from 'node:fs/promises';
import { writeFileAtomically } from '../base/atomicFile';
import { hasCode, messageOf, UserError } from '../base/errors';
import { formatBaseline, MAX_BASELINE_BYTES, parseBaseline } from './baseline';
import type { Baseline } from './baseline';

/** The baseline in a file; undefined when there is none. Rejects with `UserError` for a file that is no baseline. */
export async function readBaseline(file: string): Promise<Baseline | undefined> {
  try {
    const stat = await fs.stat(file);
    if (!stat.isFile()) throw new UserError(`${file} is no file, so it is no baseline`);
    if (stat.size > MAX_BASELINE_BYTES)
      throw new UserError(`The baseline ${file} is larger than ${MAX_BASELINE_BYTES / 1e6} MB`);
    return parseBaseline(await fs.readFile(file, 'utf8'));
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    if (error instanceof UserError) throw error;
    throw new UserError(`The baseline ${file} can't be read: ${messageOf(error)}`);
  }
}

export async function writeBaseline(file: string, baseline: Baseline): Promise<void> {
  await writeFileAtomically(file, Buffer.from(formatBaseline(baseline)));
}
