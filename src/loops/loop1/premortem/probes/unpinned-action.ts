import { rising } from '../probe';
import type { Probe } from '../probe';

const USES = /^\s*(?:-\s*)?uses:\s*["']?([\w.-]+)\/([\w./-]+)@([\w./-]+)/;

export const unpinnedAction: Probe = {
  id: 'unpinned-action',
  category: 'build and deploy',
  title: 'A step of the build is replaced by somebody else, with your secrets at hand',
  trigger: 'The branch of a foreign action moves, or its owner is robbed of the account.',
  chain: [
    'The next run takes the new code',
    'It reads the secrets of the workflow',
    'A release goes out that nobody has made',
  ],
  hurts: 'Everybody who installs the release',
  prevention: 'Name foreign actions by their full commit.',
  earlyWarning: 'An action that is named by a branch',
  verify: 'Every foreign action has 40 digits behind its @.',
  per: 'file',
  impact: 0.75,
  likelihood: (found) => rising(0.25, found),
  bad: [
    {
      files: {
        '.github/workflows/ci.yml': 'steps:\n  - uses: actions/checkout@v4\n»  - uses: someone/deploy@main\n',
      },
    },
  ],
  good: [
    {
      files: {
        '.github/workflows/ci.yml':
          'steps:\n  - uses: actions/checkout@v4\n  - uses: someone/deploy@0123456789012345678901234567890123456789\n  - uses: ./local\n  - uses: docker/build-push-action@v6\n',
      },
    },
  ],
  *look(facts) {
    for (const { path, text } of facts.workflows)
      for (const [index, line] of text.split('\n').entries()) {
        const [, , , version] = USES.exec(line.slice(0, 500)) ?? [];
        if (version !== undefined && /^(main|master|HEAD|develop|latest|trunk)$/.test(version))
          yield { file: path, line: index + 1, shows: line.trim() };
      }
  },
};
