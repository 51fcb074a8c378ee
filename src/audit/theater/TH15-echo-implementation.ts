import type { FileFacts, FunctionFact } from '../syntax/facts';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES, PRODUCTION_ROLES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { dottedPath, unwrapAwait } from '../syntax/values';
import { wordsOf } from '../../base/words';
import { resolvedLocal } from './claims';
import { doesNothing } from './deeds';
import { isFree } from './promises';

/** What leaves its input as it is has not done these. */
const TRANSFORMING =
  /^(encrypt|decrypt|sanitize|sanitise|anonymize|anonymise|pseudonymize|redact|obfuscate|compress|decompress|minify|translate|transcribe|summarize|summarise|deduplicate|dedupe|scrub|censor|optimize|optimise|denoise|stem|lemmatize|resize|crop|transcode|watermark|blur|denoise)$/;
/** What anybody can undo has not done these. */
const SECRET = /^(encrypt|decrypt|hash|cipher|decipher|seal|unseal|sign)$/;
const HASHING =
  /^(hash|digest|sign)(_?(password|pwd|pass|secret|token|pin|payload|message|user|credentials?))?$/i;

const DISGUISE =
  /^((base64|b64)\.?\w*|btoa|atob|Buffer\.from|\w*\.?(toString|encode|decode|reverse|split|join|hex|b64encode|b64decode|urlsafe_b64encode|urlsafe_b64decode|hexlify|unhexlify|encodeURIComponent|decodeURIComponent|String|str|bytes|replace|startsWith|endsWith|startswith|endswith|slice|substring|len|upper|lower|toUpperCase|toLowerCase|swapcase|stringify|dumps|rot13|trim|strip))$/;

export const echoImplementation: Rule = {
  id: 'TH15',
  name: 'echo-implementation',
  stage: 'theater',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: PRODUCTION_ROLES,
  explanation: 'A function that promises to transform its input hands it back, or only disguises it.',
  bad: [
    {
      grammar: 'typescript',
      code: `
»export function encrypt(text: string, key: string): string {
  return Buffer.from(text).toString('base64');
}
»export function hashPassword(password: string) { return password; }
»export function sanitizeHtml(html: string) {
  const clean = html;
  return clean;
}
»export const decryptToken = (token: string) => atob(token);
export class Vault {
»  encrypt(plain: string) {
    const body = Buffer.from(plain).toString('base64');
    return \`enc:\${body.split('').reverse().join('')}\`;
  }
}`,
    },
    {
      grammar: 'python',
      code: `
»def encrypt(data, key):
    """Encrypt the data with AES-256."""
    return base64.b64encode(data.encode()).decode()

»def hash_password(password):
    return password[::-1]

»def anonymize(record):
    return record
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
export function encodeBase64(text: string) { return Buffer.from(text).toString('base64'); }
export function identity<T>(value: T) { return value; }
export function encrypt(text: string, key: Buffer) {
  const cipher = createCipheriv('aes-256-gcm', key, iv);
  return Buffer.concat([cipher.update(text), cipher.final()]);
}
export function sanitize(html: string) { return html.replace(/</g, '&lt;'); }
export function compress(value: string) { if (small(value)) return value; return deflate(value); }`,
    },
    {
      grammar: 'python',
      code: `
def encode(data):
    return base64.b64encode(data)

class Plain(Cipher):
    def encrypt(self, data):
        return data

def hash(value):
    return value

def sanitize(value):
    return value.replace("<", "")
`,
    },
  ],
  *check(facts) {
    for (const fact of facts.functions) {
      const how = fact.place === 'callback' || !isFree(fact) ? undefined : echo(fact, facts);
      if (how !== undefined) yield { range: fact.node, message: `${fact.name ?? ''} ${how}.` };
    }
  },
};

function echo(fact: FunctionFact, facts: FileFacts): string | undefined {
  const first = wordsOf(fact.name ?? '')[0] ?? '';
  const isSecret =
    SECRET.test(first) && (first !== 'hash' && first !== 'sign' ? true : HASHING.test(fact.name ?? ''));
  if ((!TRANSFORMING.test(first) && !isSecret) || fact.returns.length === 0 || fact.handlers.length > 0)
    return undefined;
  const names = fact.parameters.flatMap((parameter) => parameter.name ?? []);
  const values = fact.returns.map(({ value }) => value && resolvedLocal(value, fact));
  const [only] = values;
  if (!only || values.length > 1 || !doesOnlyDisguise(fact, facts)) return undefined;
  if (only.kind === 'identifier' && names.includes(only.text) && !isHashOfAnything(fact))
    return 'hands its argument back as it is';
  if (
    only.kind !== 'call' &&
    /^(translate|transcribe|summari[sz]e)$/.test(first) &&
    names.some((name) => isPutAround(name, only))
  )
    return `only puts words around its argument`;
  if (!isSecret || isHashOfAnything(fact) || !isDisguised(only, names, fact)) return undefined;
  return `only disguises its argument: ${only.text.replace(/\s+/g, ' ').slice(0, 60)} can be undone by anybody`;
}

/** `[de] ${text}`, where the text itself is put in, and no word that is looked up by it. */
function isPutAround(name: string, { kind, text }: SyntaxNode): boolean {
  if (kind === 'template' || kind === 'string') return new RegExp(`\\{\\s*${name}\\s*\\}`).test(text);
  return kind === 'binary' && new RegExp(`(^|\\+\\s*)${name}(\\s*\\+|$)`).test(text);
}

/** `hash` of a key in a table may well be the key. */
function isHashOfAnything({ name = '' }: FunctionFact): boolean {
  return /^(hash|digest|sign)$/i.test(name);
}

function doesOnlyDisguise(fact: FunctionFact, facts: FileFacts): boolean {
  const calls = fact.calls.every(
    (call) =>
      DISGUISE.test(call.path.replaceAll('()', '').split('.').slice(-2).join('.')) ||
      DISGUISE.test(call.name),
  );
  if (calls && !facts.loops.some((loop) => fact.body.contains(loop.node))) return true;
  return fact.calls.length === 0 ? false : doesNothing(fact, facts) && calls;
}

/** Nothing but re-encoding, reversing and gluing stands between the argument and the result. */
function isDisguised(value: SyntaxNode, names: readonly string[], fact: FunctionFact): boolean {
  const node = unwrapAwait(value);
  if (node.kind === 'identifier') return names.includes(node.text);
  if (node.kind === 'subscript') return node.text.endsWith('[::-1]');
  if (node.kind === 'template' || node.kind === 'string' || node.kind === 'binary')
    return (
      (names.some((name) => node.text.includes(name)) || holdsInput(node, names, fact)) &&
      !/\^/.test(node.text)
    );
  if (node.kind !== 'call') return false;
  const callee = node.child('function');
  const path = dottedPath(callee ?? node).replaceAll('()', '');
  const isKnown = DISGUISE.test(path) || DISGUISE.test(path.split('.').pop() ?? '');
  const source = callee?.child('object');
  const before = source && resolvedLocal(source, fact);
  if (isKnown && before && before !== source) return isDisguised(before, names, fact);
  return isKnown && (names.some((name) => isNamedIn(name, node)) || holdsInput(node, names, fact));
}

/** A local name in it was made from the argument. */
function holdsInput(node: SyntaxNode, names: readonly string[], fact: FunctionFact): boolean {
  const locals = [...node.tree.below(node)].filter(({ kind }) => kind === 'identifier');
  return locals.some((local) => {
    const value = resolvedLocal(local, fact);
    return value !== local && names.some((name) => isNamedIn(name, value));
  });
}

function isNamedIn(name: string, node: SyntaxNode): boolean {
  return new RegExp(`\\b${name}\\b`).test(node.text);
}
