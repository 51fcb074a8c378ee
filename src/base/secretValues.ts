import { wordsOf } from './words';

/** Beginnings by which services mark their own keys. */
const ISSUED =
  /^(sk[-_](live|test|proj|ant)?[-_]?[A-Za-z0-9_-]{16,}|rk_live_\w{16,}|gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|glpat-[\w-]{18,}|xox[abprs]-[\w-]{10,}|AKIA[A-Z0-9]{16}|AIza[\w-]{30,}|npm_[A-Za-z0-9]{30,}|SG\.[\w-]{16,}\.[\w-]{16,}|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{40,})/;
const PLACEHOLDER =
  /your|example|place-?holder|change-?me|replace|xxx|\*\*\*|\.\.\.|dummy|sample|insert|redacted|<|>|\$\{|\{\{|%\(|^(test|fake|mock|none|null|undefined|todo)|(password|secret|token|key)$|1234567890?$|abcdef/i;

/** As well the name of something as its value; what a service issued is told by its beginning. */
const IDENTIFIER = /^[A-Z][A-Z0-9_]+$/i;

/** A key as a service issues it, by its beginning, or a private key. */
export function isIssuedSecret(value: string): boolean {
  return ISSUED.test(value) && !PLACEHOLDER.test(value);
}

/** Whether what has this name is a secret. */
export function isSecretName(name: string): boolean {
  const words = wordsOf(name);
  const last = words[words.length - 1] ?? '';
  const before = words[words.length - 2] ?? '';
  if (/^(password|passwd|pwd|secret|passphrase|apikey|credentials?)$/.test(last)) return true;
  if (last === 'token')
    return !/^(csrf|next|page|cancel|cancellation|syntax|start|end|separator)$/.test(before);
  return (
    last === 'key' && /^(api|access|secret|private|signing|encryption|auth|master|service|jwt)$/.test(before)
  );
}

/** Whether it may be a password or a key, and no word of a language, no path, no address: letters mixed with digits or signs. */
export function looksSecret(value: string): boolean {
  if (
    /\s/.test(value) ||
    PLACEHOLDER.test(value) ||
    IDENTIFIER.test(value) ||
    /^(https?:|\/|\.|[a-z]+:\/\/)/.test(value)
  )
    return false;
  const isMixed = /[A-Za-z]/.test(value) && /\d/.test(value);
  return isMixed && new Set(value).size >= 6 && !/^[a-z]+([-_.][a-z]+)*\d?$/.test(value);
}
