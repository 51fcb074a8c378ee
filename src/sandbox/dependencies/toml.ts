import { parse } from 'smol-toml';
import { messageOf, UserError } from '../../base/errors';

/** A TOML document. Throws `UserError` that names the file. */
export function parseToml(text: string, place: string): Record<string, unknown> {
  try {
    return parse(text);
  } catch (error) {
    throw new UserError(`${place} can not be read: ${messageOf(error).split('\n')[0] ?? ''}`);
  }
}
