import { GIT_EXAMPLE } from '../hotFiles';
import type { Probe } from '../probe';

const MANY_FILES = 20;
const DAYS = 3;

export const uncommittedWork: Probe = {
  id: 'uncommitted-work',
  category: 'data loss',
  title: 'Days of work are lost with a wrong command, since no commit has them',
  trigger: 'A "git checkout", a cleaned folder, a lost laptop.',
  chain: [
    'Many changed files are in the working folder alone',
    'One command, or the disk, takes them',
    'The work is done again',
  ],
  hurts: 'Whoever did the work, and who waits for it',
  prevention: 'Commit small steps, and push them.',
  earlyWarning: '"git status" fills more than a screen',
  verify: '"git status" is short at the end of the day.',
  per: 'project',
  needs: ['git'],
  impact: 0.5,
  likelihood: (found) => Math.min(0.5, 0.2 + 0.005 * found.length),
  bad: [
    {
      files: Object.fromEntries(Array.from({ length: 20 }, (_unit, at) => [`src/f${at}.js`, '»a();\n'])),
      facts: {
        git: {
          ...{ ...GIT_EXAMPLE, files: [], idleDays: 5 },
          uncommitted: Array.from({ length: 20 }, (_unit, at) => `src/f${at}.js`),
        },
      },
    },
  ],
  good: [
    {
      files: { 'a.js': '' },
      facts: { git: { ...GIT_EXAMPLE, files: [], uncommitted: ['a.js'], idleDays: 9 } },
    },
    {
      files: { 'a.js': '' },
      facts: {
        git: {
          ...GIT_EXAMPLE,
          files: [],
          uncommitted: Array.from({ length: 40 }, (_unit, at) => `f${at}`),
          idleDays: 0,
        },
      },
    },
  ],
  *look({ parts: { git } }) {
    if (!git || git.uncommitted.length < MANY_FILES || git.idleDays < DAYS) return;
    for (const file of git.uncommitted)
      yield { file, line: 1, shows: `not committed, and the last commit is ${git.idleDays} days old` };
  },
};
