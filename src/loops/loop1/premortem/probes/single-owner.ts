import { GIT_EXAMPLE, historyExample, hotFiles } from '../hotFiles';
import type { Probe } from '../probe';

const SHARE = 0.9;
const TEAM = 3;

export const singleOwner: Probe = {
  id: 'single-owner',
  category: 'people',
  title: 'The one person who knows the busiest code is away when it breaks',
  trigger: 'Illness, a holiday, another job.',
  chain: [
    'It has to be mended by someone who has never changed it',
    'It takes days instead of hours, or makes it worse',
  ],
  hurts: 'The team, and the users who wait',
  prevention: 'Let somebody else make the next changes, with the owner as reviewer.',
  earlyWarning: 'Questions that only one person answers',
  verify: 'A second author has a good part of the commits of the last months.',
  per: 'project',
  needs: ['git'],
  impact: 0.4,
  likelihood: (found) => Math.min(0.3, 0.15 + 0.02 * found.length),
  bad: [
    {
      files: { 'src/tax.js': '»export const tax = 1;\n' },
      facts: { git: { ...GIT_EXAMPLE, files: [historyExample('src/tax.js', 20, { a: 19, b: 1 })] } },
    },
  ],
  good: [
    {
      files: { 'src/tax.js': 'export const tax = 1;\n', 'src/b.js': '' },
      facts: {
        git: {
          ...GIT_EXAMPLE,
          files: [historyExample('src/tax.js', 20, { a: 12, b: 8 }), historyExample('src/b.js', 3, { a: 3 })],
        },
      },
    },
    {
      files: { 'src/tax.js': 'export const tax = 1;\n' },
      facts: { git: { ...GIT_EXAMPLE, authors: 1, files: [historyExample('src/tax.js', 20, { a: 20 })] } },
    },
  ],
  *look(facts) {
    if ((facts.parts.git?.authors ?? 0) < TEAM) return;
    for (const { history } of hotFiles(facts)) {
      const most = history.authors[0]?.commits ?? 0;
      if (most >= SHARE * history.commits)
        yield {
          file: history.path,
          line: 1,
          shows: `${most} of its ${history.commits} changes are by one person`,
        };
    }
  },
};
