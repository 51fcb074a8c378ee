import { isAside } from '../../facts/projectFacts';
import type { Probe } from '../probe';

const ENV_FILE = /(^|\/)\.env(\.(local|production|prod|staging|development|dev))?$/;

export const envNotIgnored: Probe = {
  id: 'env-not-ignored',
  category: 'security',
  title: 'A file with passwords is committed by the next "git add ."',
  trigger: 'The file lies in the workspace and no .gitignore names it.',
  chain: [
    'Somebody commits everything at once',
    'The passwords are in the history of every clone',
    'All of them have to be changed at once, under pressure',
  ],
  hurts: 'The team, and everybody whose data the passwords open',
  prevention: 'Name it in .gitignore, and keep an .env.example without values.',
  earlyWarning: 'git status lists the file as untracked or modified',
  verify: '"git check-ignore .env" prints the name.',
  per: 'file',
  impact: 0.8,
  likelihood: () => 0.6,
  bad: [
    {
      files: { '.gitignore': 'node_modules\n' },
      facts: { withheld: [{ path: '.env', why: 'may hold secrets or personal settings' }] },
    },
  ],
  good: [
    {
      files: { '.gitignore': '.env\n', '.env.example': 'TOKEN=\n' },
      facts: { withheld: [{ path: 'keys.pem', why: 'may hold secrets or personal settings' }] },
    },
  ],
  *look({ parts }) {
    for (const { path } of parts.withheld)
      if (ENV_FILE.test(path) && !isAside(path))
        yield { file: path, line: 1, shows: 'no .gitignore names this file' };
  },
};
