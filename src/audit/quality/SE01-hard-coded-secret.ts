import { isIssuedSecret, isSecretName, looksSecret } from '../../base/secretValues';
import type { Rule } from '../syntax/rule';
import { BOTH_FAMILIES } from '../syntax/rule';
import type { SyntaxNode } from '../syntax/tree';
import { hasInterpolation, stringValue, unwrap } from '../syntax/values';

export const hardCodedSecret: Rule = {
  id: 'SE01',
  name: 'hard-coded-secret',
  stage: 'quality',
  severity: 'warning',
  confidence: 'high',
  families: BOTH_FAMILIES,
  roles: ['production'],
  explanation: 'A password or a key is written into the source.',
  bad: [
    {
      grammar: 'typescript',
      code: `
»const apiKey = 'sk-live-9f8a7b6c5d4e3f2a1b0c9d8e7f6a5b4c';
»export const settings = { password: 'Sup3rS3cret!2024', user: 'admin' };
»connect({ host, secret: 'q8Zt-77pLx_w2' });`,
    },
    {
      grammar: 'python',
      code: `
»DB_PASSWORD = "hunter2-prod!"
»connect(host, password="Tr0ub4dor&3")
`,
    },
  ],
  good: [
    {
      grammar: 'typescript',
      code: `
const apiKey = process.env.API_KEY ?? '';
const password = 'your-password-here';
const labels = { password: 'Password', secret: 'Enter your secret' };
const tokenUrl = 'https://auth.host/token';
const token = 'access_token';
const DEFAULT_PASSWORD_LENGTH = 12;`,
    },
    {
      grammar: 'python',
      code: `
SECRET_KEY = os.environ["SECRET_KEY"]
PASSWORD_HASHERS = ["argon2"]
api_key = "changeme"
password = getpass("Password: ")
token = "Bearer"
`,
    },
  ],
  *check(facts) {
    for (const node of facts.tree.nodes) {
      if (node.kind !== 'string' && node.kind !== 'template') continue;
      const value = stringValue(node) ?? '';
      if (value.length < 8 || hasInterpolation(node)) continue;
      const name = nameOf(node);
      const isIssued = isIssuedSecret(value);
      if (!isIssued && !(name !== undefined && isSecretName(name) && looksSecret(value))) continue;
      const holder = name ?? 'This string';
      yield {
        range: node.parent ?? node,
        message: `${holder} is a secret that everybody who reads the source knows.`,
      };
    }
  },
};

/** The name a string is given to: a variable, a member, a keyword argument. */
function nameOf(node: SyntaxNode): string | undefined {
  let holder = node.parent;
  while (holder?.kind === 'wrapper') holder = holder.parent;
  if (!holder || !/^(declarator|assign|pair|keywordArgument|field)$/.test(holder.kind)) return undefined;
  const value = holder.child('value') ?? holder.child('right');
  if (!value || unwrap(value) !== node) return undefined;
  const target =
    holder.child('name') ?? holder.child('left') ?? holder.child('key') ?? holder.child('property');
  return target?.text
    .replace(/^["']|["']$/g, '')
    .split('.')
    .pop();
}
