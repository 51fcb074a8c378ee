import * as path from 'node:path';
import { messageOf, throwIfCancelled } from '../base/errors';
import { readRegularFile } from '../base/regularFile';
import { mayHoldSecrets } from '../base/secretFiles';
import { isIssuedSecret, isSecretName, looksSecret } from '../base/secretValues';

/** A place in what would be sent that must not leave the workspace. */
export interface FoundSecret {
  /** Relative to the workspace. */
  file: string;
  /** From 1; undefined where it is the file as a whole. */
  line: number | undefined;
  /** A clause in words, without the secret itself. */
  what: string;
}

const MAX_BYTES = 5_000_000;
/** Of a longer line, such as of minified code, only what services issue is looked for. */
const MAX_LINE = 2000;
const MAX_FOUND = 100;
/** Their passwords open nothing. */
const TRIALS = /(^|\/)(tests?|__tests__|specs?|fixtures?|examples?|docs?)\/|[._](test|spec)\.|(^|\/)test_/i;
/** Values stand there without quotes. */
const PLAIN = /\.(ya?ml|properties|ini|cfg|conf|toml|env)$|(^|\/)\.env|(^|\/)Dockerfile/i;
const QUOTED = /([A-Za-z_][\w.-]{0,80})["']?\s{0,10}[:=]\s{0,10}(?:"([^"\\]{8,200})"|'([^'\\]{8,200})')/g;
const UNQUOTED =
  /^[\s-]{0,80}(?:export\s|ENV\s|ARG\s)?\s{0,10}([A-Za-z_][\w.-]{0,80})\s{0,10}[:=]\s{0,10}([^\s"'#]{8,200})\s*$/;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;

/**
 * Looks for secrets in `files` of a folder, which is absolute. What can't be read is told as well; files that are not text or
 * are larger than 5 MB are judged by their names alone.
 */
export async function scanSecrets(
  folder: string,
  files: readonly string[],
  isAllowed: (file: string) => boolean,
  signal: AbortSignal | undefined,
): Promise<FoundSecret[]> {
  const found: FoundSecret[] = [];
  for (const file of files) {
    throwIfCancelled(signal);
    if (found.length >= MAX_FOUND) break;
    if (!isAllowed(file)) found.push(...(await scanFile(folder, file)));
  }
  return found.slice(0, MAX_FOUND);
}

async function scanFile(folder: string, file: string): Promise<FoundSecret[]> {
  if (mayHoldSecrets(file)) return [{ file, line: undefined, what: 'files of this name hold secrets' }];
  try {
    const content = await readRegularFile(path.join(folder, file), MAX_BYTES);
    if (content.subarray(0, 8000).includes(0)) return [];
    return secretsIn(file, content.toString('utf8'));
  } catch (error) {
    // A link is sent as a link: nothing of what it leads to.
    if (/ELOOP/.test(messageOf(error)) || messageOf(error) === 'too big') return [];
    return [{ file, line: undefined, what: `it can not be looked at: ${messageOf(error)}` }];
  }
}

/** The secrets of a text, a line each at most. */
export function secretsIn(file: string, text: string): FoundSecret[] {
  const lines = text.split(/\r?\n/);
  const found = lines.flatMap((line, index): FoundSecret[] => {
    const what = secretIn(file, line);
    return what === undefined ? [] : [{ file, line: index + 1, what }];
  });
  for (const { index } of text.matchAll(PRIVATE_KEY)) {
    const line = text.slice(0, index).split('\n').length;
    if (isIssuedSecret(text.slice(index, index + 120))) found.push({ file, line, what: 'a private key' });
  }
  return found;
}

function secretIn(file: string, line: string): string | undefined {
  if (line.split(/[^\w.-]+/).some((word) => word.length >= 16 && isIssuedSecret(word)))
    return 'a key that a service issued';
  if (line.length > MAX_LINE || TRIALS.test(file)) return undefined;
  const plain = PLAIN.test(file) ? UNQUOTED.exec(line) : null;
  const pairs = [...line.matchAll(QUOTED), ...(plain ? [plain] : [])];
  const secret = pairs.find(
    ([, name = '', first, second]) => isSecretName(name) && looksSecret(first ?? second ?? ''),
  );
  return secret && `the value of ${secret[1]}`;
}
