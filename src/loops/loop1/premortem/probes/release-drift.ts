import { GIT_EXAMPLE, manifestOf } from '../hotFiles';
import type { Probe } from '../probe';

const MANY_COMMITS = 150;

export const releaseDrift: Probe = {
  id: 'release-drift',
  category: 'schedule',
  title: 'The next release holds so much that nobody can say what broke',
  trigger: 'The release that has been put off is made after all.',
  chain: [
    'Hundreds of changes go out at once',
    'Something breaks',
    'It takes days to find which of them it was',
  ],
  hurts: 'Users of the release, and those who look for the mistake',
  prevention: 'Release what there is, and then more often.',
  earlyWarning: 'Commits since the last tag grow from month to month',
  verify: 'A tag on the main branch that is some weeks old at most.',
  per: 'project',
  needs: ['git'],
  impact: 0.4,
  likelihood: () => 0.25,
  bad: [
    {
      files: { 'package.json': '»{"version": "1.0.0"}' },
      facts: { git: { ...GIT_EXAMPLE, files: [], sinceTag: 400 } },
    },
  ],
  good: [
    { files: { 'package.json': '{}' }, facts: { git: { ...GIT_EXAMPLE, files: [], sinceTag: 30 } } },
    { files: { 'package.json': '{}' }, facts: { git: { ...GIT_EXAMPLE, files: [] } } },
  ],
  *look(facts) {
    const since = facts.parts.git?.sinceTag ?? 0;
    if (since >= MANY_COMMITS)
      yield { file: manifestOf(facts), line: 1, shows: `${since} commits since the last tag` };
  },
};
