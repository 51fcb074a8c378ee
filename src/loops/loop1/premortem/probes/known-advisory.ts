import { rising } from '../probe';
import type { Probe } from '../probe';

export const knownAdvisory: Probe = {
  id: 'known-advisory',
  category: 'dependencies',
  title: 'A hole that everybody can read about is used against you',
  trigger: 'Programs look for it everywhere, without knowing you.',
  chain: [
    'The description and an attack are public',
    'Your version has the hole',
    'It is used before somebody has updated',
  ],
  hurts: 'Users of the service',
  prevention: 'Update to the version that mends it.',
  earlyWarning: 'A new advisory for something in the lockfile',
  verify: 'The advisory does not name the version in the lockfile.',
  per: 'file',
  needs: ['advisories'],
  impact: 0.7,
  likelihood: (found) => rising(0.4, found),
  bad: [
    {
      files: { 'package-lock.json': '{\n»  "node_modules/x": {"version": "1.0.0"}\n}' },
      facts: {
        advisories: [
          {
            ...{ id: 'GHSA-1', package: 'x', version: '1.0.0', file: 'package-lock.json', line: 2 },
            ...{ summary: 'Everything is readable', url: 'https://osv.dev/vulnerability/GHSA-1' },
          },
        ],
      },
    },
  ],
  good: [{ files: { 'package-lock.json': '{}' }, facts: { advisories: [] } }],
  *look({ parts }) {
    for (const { id, package: name, version, file, line, summary } of parts.advisories ?? [])
      yield { file, line, shows: `${name} ${version}: ${id} ${summary}` };
  },
};
