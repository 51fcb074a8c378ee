import { folderOf } from '../look';
import type { Probe } from '../probe';

const LOCKFILES = [
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'],
];

export const noLockfile: Probe = {
  id: 'no-lockfile',
  category: 'dependencies',
  title: 'A release of somebody else breaks the build, or brings malware, without a change of yours',
  trigger: 'The next install takes the newest version that fits, of every dependency of a dependency.',
  chain: [
    'Two machines have different programs',
    'One of the new versions is broken, or was taken over',
    'Nobody can tell which versions worked',
  ],
  hurts: 'The team on the day of a deploy; users, if it was malware',
  prevention: 'Commit the lockfile, and install with "npm ci" or its like.',
  earlyWarning: '"It works on my machine"',
  verify: 'A fresh clone installs the same versions twice.',
  per: 'file',
  isAbsence: true,
  impact: 0.55,
  likelihood: (_found, facts) =>
    facts.packages.some(({ dependencies }) => dependencies.length > 10) ? 0.65 : 0.5,
  bad: [
    { files: { 'package.json': '{\n  "name": "shop",\n»  "dependencies": { "express": "^4.18.0" }\n}' } },
  ],
  good: [
    { files: { 'package.json': '{"dependencies": {"express": "^4.18.0"}}', 'package-lock.json': '{}' } },
    {
      files: {
        'yarn.lock': '',
        'package.json': '{"workspaces": ["packages/*"]}',
        'packages/a/package.json': '{"dependencies": {"express": "^4.18.0"}}',
      },
    },
    { files: { 'package.json': '{"name": "empty"}' } },
  ],
  *look(facts) {
    for (const { path, folder, dependencies, dependenciesLine } of facts.packages) {
      if (dependencies.length === 0 || hasLockfile(folder, (file) => facts.has(file))) continue;
      yield {
        file: path,
        line: dependenciesLine,
        shows: `${dependencies.length} dependencies, and no lockfile here or above`,
      };
    }
  },
};

function hasLockfile(folder: string, has: (file: string) => boolean): boolean {
  for (let at = folder; ; at = folderOf(at.slice(0, -1))) {
    if (LOCKFILES.some((name) => has(at + name))) return true;
    if (at === '') return false;
  }
}
