import { isIssuedSecret, isSecretName, looksSecret } from './secretValues';

/** A place in a workspace that holds a secret. */
export interface FoundSecret {
  /** Relative to the workspace. */
  file: string;
  /** From 1; undefined where it is the file as a whole. */
  line: number | undefined;
  /** A clause in words, without the secret itself. */
  what: string;
}

/** Of a longer line, such as of minified code, only what services issue is looked for. */
const MAX_LINE = 2000;
/** Their passwords open nothing. */
const TRIALS = /(^|\/)(tests?|__tests__|specs?|fixtures?|examples?|docs?)\/|[._](test|spec)\.|(^|\/)test_/i;
/** Values stand there without quotes. */
const PLAIN = /\.(ya?ml|properties|ini|cfg|conf|toml|env)$|(^|\/)\.env|(^|\/)Dockerfile/i;
const QUOTED = /([A-Za-z_][\w.-]{0,80})["']?\s{0,10}[:=]\s{0,10}(?:"([^"\\]{8,200})"|'([^'\\]{8,200})')/g;
const UNQUOTED =
  /^[\s-]{0,80}(?:export\s|ENV\s|ARG\s)?\s{0,10}([A-Za-z_][\w.-]{0,80})\s{0,10}[:=]\s{0,10}([^\s"'#]{8,200})\s*$/;
const WHOLE_PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;
/** In what programs print, names and values stand anywhere in a line. */
const NAMED = /([A-Za-z_][\w.-]{0,80})("?\s{0,3}[:=]\s{0,3}["']?)([^\s"',;&]{8,200})/g;
const IN_ADDRESS = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s:/@]{0,100}:)([^\s/@]{1,200})(?=@)/gi;
const PRIVATE_KEY = /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g;

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

/** Secrets that stand in the code are not for a service to read. `sign`: what stands in the place of a line, by its number from 1. */
export function withoutSecrets(
  file: string,
  text: string,
  sign: (line: number) => string = () => '(a secret stands here)',
): string {
  const lines = secretLines(file, text);
  if (lines.size === 0) return text;
  return text
    .split('\n')
    .map((each, index) => (lines.has(index + 1) ? sign(index + 1) : each))
    .join('\n');
}

/** Numbers of the lines of a text that are hidden by `withoutSecrets`, from 1. */
export function secretLines(file: string, text: string): ReadonlySet<number> {
  const lines = new Set(secretsIn(file, text).map(({ line = 1 }) => line));
  if (lines.size === 0) return lines;
  for (const { 0: key, index } of text.matchAll(WHOLE_PRIVATE_KEY)) {
    const first = text.slice(0, index).split('\n').length;
    for (let at = 0; at < key.split('\n').length; at++) lines.add(first + at);
  }
  return lines;
}

/** What a program has printed, with `***` for what looks like a password or a key. */
export function outputWithoutSecrets(text: string): string {
  return (
    text
      .replace(WHOLE_PRIVATE_KEY, '***')
      .replace(IN_ADDRESS, '$1***')
      // In a log nobody needs the value of what is called a password, whatever it looks like.
      .replace(NAMED, (all, name: string, between: string) =>
        isSecretName(name) ? `${name}${between}***` : all,
      )
      .replace(/[\w.-]{16,400}/g, (word) => (isIssuedSecret(word) ? '***' : word))
  );
}
