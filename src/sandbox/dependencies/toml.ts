import { parse } from 'smol-toml';
import { messageOf, UserError } from '../../base/errors';
import { t } from '../../base/texts';

/** A TOML document. Throws `UserError` that names the file. */
export function parseToml(text: string, place: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    throw new UserError(t('{0} can not be read: {1}', place, messageOf(error).split('\n')[0] ?? ''));
  }
}
