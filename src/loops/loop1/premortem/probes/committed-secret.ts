import { secretsIn } from '../../../../base/secretText';
import { isAside } from '../../facts/projectFacts';
import type { CodeFile } from '../../facts/projectFacts';
import { rising } from '../probe';
import type { Probe } from '../probe';

export const committedSecret: Probe = {
  id: 'committed-secret',
  category: 'security',
  title: 'A secret that stands in the code is used by someone who was never meant to have it',
  trigger:
    'Anyone who can read the repository, a backup or an image finds it; it stays in the history when it is deleted.',
  chain: [
    'The secret is read from the code or from its history',
    'It is used from elsewhere, as if by you',
    'Data is read or changed, or the account is emptied, until somebody notices the bill or the loss',
  ],
  hurts: 'Users whose data it opens, and whoever pays for the account',
  prevention: 'Revoke it at the service, then take it from the environment or a secret store.',
  earlyWarning: 'Uses of the key from addresses or at times that are not yours',
  verify: 'The service refuses the old secret, and no file holds the new one.',
  per: 'file',
  isHelpedBy: ['git'],
  impact: 0.9,
  likelihood: (found) => rising(0.85, found),
  bad: [
    {
      files: {
        'src/mail.js':
          "const send = require('./send');\n»const apiKey = 'q8Zr-2LmX9.4vTb+N71';\nsend(apiKey);",
        'config/app.yml': 'name: shop\n»db_password: h7Gt-55Kp.0wQz\n',
      },
    },
  ],
  good: [
    {
      files: {
        'src/mail.js':
          "const apiKey = process.env.MAIL_KEY;\nconst password = 'change-me-please1';\nconst example = `const apiKey = 'q8Zr-2LmX9.4vTb+N71';`;\n",
        'test/mail.test.js': "const password = 'h7Gt-55Kp.0wQz';",
        'config/app.yml': 'db_password: ${DB_PASSWORD}\n',
      },
    },
  ],
  *look(facts) {
    for (const [file, text] of facts.parts.texts) {
      yield undefined;
      if (isAside(file)) continue;
      const found = secretsIn(file, text);
      const code = found.length > 0 ? facts.code.find(({ path }) => path === file) : undefined;
      for (const { line = 1, what } of code ? secretsIn(file, withoutNested(code)) : found)
        yield { file, line, shows: what };
    }
    for (const file of (facts.parts.git?.trackedSecrets ?? []).filter((path) => !isAside(path)))
      yield { file, line: 1, shows: 'git keeps this file, and files of this name hold secrets' };
  },
};

/** The source without texts that have quotes in them: what stands there is code that is talked of. Comments are kept. */
function withoutNested({ text, plain, bare }: CodeFile): string {
  const kept = bare.replace(
    /(["'`])([ \n]*)\1/g,
    (whole: string, quote: string, inner: string, at: number) => {
      const content = plain.slice(at + 1, at + 1 + inner.length);
      return /["'`\n]/.test(content) ? whole : quote + content + quote;
    },
  );
  const characters = kept.split('');
  for (let at = 0; at < characters.length; at++)
    // What is blank without comments, and is not in the text, is a comment.
    if (plain[at] === ' ' && text[at] !== ' ') characters[at] = text[at] ?? ' ';
  return characters.join('');
}
