import type { Probe } from '../probe';

const LOCKFILES = ['package-lock.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'];

export const twoLockfiles: Probe = {
  id: 'two-lockfiles',
  category: 'dependencies',
  title: 'Two people install different versions, each from a lockfile of their own',
  trigger: 'Somebody uses another package manager than the rest.',
  chain: ['One of the lockfiles is not kept up', 'Builds take versions that nobody tests'],
  hurts: 'Whoever looks for a mistake that is only there on one machine',
  prevention: 'Keep one, and name the manager in "packageManager" of package.json.',
  earlyWarning: 'Commits that change one lockfile alone',
  verify: 'One lockfile is left, and CI installs from it.',
  per: 'file',
  impact: 0.35,
  likelihood: () => 0.4,
  bad: [{ files: { 'package.json': '{}', 'package-lock.json': '{}', 'yarn.lock': '»# yarn' } }],
  good: [{ files: { 'package.json': '{}', 'yarn.lock': '', 'tools/package-lock.json': '{}' } }],
  *look(facts) {
    for (const { folder } of facts.packages) {
      const [first, ...others] = LOCKFILES.filter((name) => facts.has(folder + name));
      for (const other of others) yield { file: folder + other, line: 1, shows: `${other} beside ${first}` };
    }
  },
};
