import { rising } from '../probe';
import type { Probe } from '../probe';

const WILD = /^(\*|x|latest|next|>=?\s*[\d.]+|)$/i;

export const wildcardVersion: Probe = {
  id: 'wildcard-version',
  category: 'dependencies',
  title: 'A new major version of a dependency arrives unasked and breaks what used it',
  trigger: 'The lockfile is made anew, or somebody installs the package elsewhere.',
  chain: ['The newest version is taken, whatever it changes', 'Calls fail, or do something else'],
  hurts: 'The team, on the day it can spare least',
  prevention: 'Name the major version it was written for, such as ^4.21.0.',
  earlyWarning: 'A lockfile in which major versions move',
  verify: 'No range takes a version that does not exist yet but for fixes and additions.',
  per: 'file',
  impact: 0.4,
  likelihood: (found) => rising(0.35, found),
  bad: [
    {
      files: {
        'package.json':
          '{\n  "dependencies": {\n»    "express": "*",\n    "pg": "^8.0.0",\n»    "chalk": "latest"\n  }\n}',
        'package-lock.json': '{}',
      },
    },
  ],
  good: [
    {
      files: {
        'package.json':
          '{"dependencies": {"express": "4.21.2", "pg": "^8.0.0", "own": "workspace:*", "x": ">=1.0 <2"}, "peerDependencies": {"react": "*"}}',
        'package-lock.json': '{}',
      },
    },
  ],
  *look(facts) {
    for (const { path, dependencies } of facts.packages)
      for (const { name, range, line } of dependencies)
        if (WILD.test(range.trim())) yield { file: path, line, shows: `${name}: "${range}"` };
  },
};
