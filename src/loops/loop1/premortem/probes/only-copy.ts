import { GIT_EXAMPLE, manifestOf } from '../hotFiles';
import type { Probe } from '../probe';

const MANY_COMMITS = 20;

export const onlyCopy: Probe = {
  id: 'only-copy',
  category: 'data loss',
  title: 'The only copy of the code is on one disk',
  trigger: 'The disk fails, or the machine is stolen.',
  chain: ['No other place has the commits', 'What is not remembered is gone'],
  hurts: 'Everybody who worked on it, and the users of what it runs',
  prevention: 'Push it to another machine, and do so each day.',
  earlyWarning: '"git status" says that the branch is many commits ahead',
  verify: 'A fresh clone from elsewhere builds.',
  per: 'project',
  needs: ['git'],
  impact: 0.8,
  likelihood: () => 0.2,
  bad: [
    {
      files: { 'package.json': '»{}' },
      facts: { git: { ...GIT_EXAMPLE, files: [], hasRemote: false } },
    },
    { files: { 'package.json': '»{}' }, facts: { git: { ...GIT_EXAMPLE, files: [], unpushed: 40 } } },
  ],
  good: [
    { files: { 'package.json': '{}' }, facts: { git: { ...GIT_EXAMPLE, files: [], unpushed: 2 } } },
    {
      files: { 'package.json': '{}' },
      facts: { git: { ...GIT_EXAMPLE, commits: 3, files: [], hasRemote: false } },
    },
  ],
  *look(facts) {
    const { git } = facts.parts;
    if (!git || git.commits < MANY_COMMITS) return;
    const file = manifestOf(facts);
    if (!git.hasRemote) yield { file, line: 1, shows: `${git.commits} commits, and no remote` };
    else if ((git.unpushed ?? 0) >= MANY_COMMITS)
      yield { file, line: 1, shows: `${git.unpushed} commits that no other place has` };
  },
};
