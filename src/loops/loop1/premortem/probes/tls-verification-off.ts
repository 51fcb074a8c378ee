import { seenAt } from '../look';
import type { Probe } from '../probe';

const OFF =
  /\brejectUnauthorized\s*:\s*false\b|NODE_TLS_REJECT_UNAUTHORIZED['"\]]*\s*[=:]\s*['"]?0|\bverify\s*=\s*False\b|\bssl\._create_unverified_context\b|\bCERT_NONE\b|\bcheck_hostname\s*=\s*False\b/g;

export const tlsVerificationOff: Probe = {
  id: 'tls-verification-off',
  category: 'security',
  title: 'Somebody on the way reads and changes what two services say to each other',
  trigger: 'A network in between is not yours, or a name leads elsewhere for an hour.',
  chain: ['Any certificate is taken', 'Passwords and data go through a stranger', 'Nothing looks different'],
  hurts: 'Everybody whose data goes over the connection',
  prevention: 'Check certificates; add your own authority to those that are trusted where it is needed.',
  earlyWarning: 'None: that is what makes it bad',
  verify: 'A server with a self-signed certificate is refused.',
  per: 'file',
  impact: 0.8,
  likelihood: () => 0.4,
  bad: [
    {
      files: {
        'src/api.js': 'const agent = new Agent({\n»  rejectUnauthorized: false,\n});\n',
        'app/api.py': 'import requests\n»requests.get(url, verify=False, timeout=3)\n',
      },
    },
  ],
  good: [
    {
      files: {
        'src/api.js':
          '// rejectUnauthorized: false would be wrong\nconst agent = new Agent({ rejectUnauthorized: true });\n',
        'test/api.test.js': 'new Agent({ rejectUnauthorized: false });\n',
      },
    },
  ],
  *look(facts) {
    for (const file of facts.productCode)
      for (const { index } of file.plain.matchAll(OFF))
        // Within a text it is only spoken of, but for a text that is the name of a variable.
        if (file.bare[index] !== ' ' || isWholeName(file.plain, index)) yield seenAt(file, index);
  },
};

function isWholeName(plain: string, index: number): boolean {
  return /^["'`]NODE_TLS_REJECT_UNAUTHORIZED["'`]/.test(plain.slice(Math.max(0, index - 1), index + 40));
}
