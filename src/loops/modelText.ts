import { randomBytes } from 'node:crypto';
import { secretsIn } from '../base/secretText';

const PRIVATE_KEY =
  /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^]*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|$)/g;

/** Puts text of a workspace into a question so that it can't pass for a part of it: it can't know the line that ends it. */
export class Fence {
  readonly line = `=====${randomBytes(12).toString('hex')}=====`;

  around(name: string, text: string): string {
    return `${name}\n${this.line}\n${wellFormed(text)}\n${this.line}`;
  }
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
  for (const { 0: key, index } of text.matchAll(PRIVATE_KEY)) {
    const first = text.slice(0, index).split('\n').length;
    for (let at = 0; at < key.split('\n').length; at++) lines.add(first + at);
  }
  return lines;
}

/** Halves of characters, which services refuse, become the sign for what can't be read. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString();
}
