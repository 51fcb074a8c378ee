import { rising } from '../probe';
import type { Probe } from '../probe';

const ADDRESS = /^(git(\+\w+)?:|github:|gitlab:|bitbucket:|https?:|ssh:|[\w.-]+\/[\w.-]+(#.*)?$)/i;
const COMMIT = /#(semver:)?[0-9a-f]{40}$|@[0-9a-f]{40}(#|$)/i;
const REQUIREMENT = /^\s*(-e\s+)?([\w.[\]-]+\s*@\s*)?(git\+\S+|https?:\/\/\S+)/;

export const dependencyFromUrl: Probe = {
  id: 'dependency-from-url',
  category: 'dependencies',
  title: 'A dependency changes or vanishes at its address, and nothing can be installed',
  trigger: 'Its branch moves, its repository is renamed, made private or taken over.',
  chain: ['The next install takes something else, or fails', 'No registry has kept the old version'],
  hurts: 'Everybody who has to build or deploy',
  prevention: 'Take a published version, or name the full commit.',
  earlyWarning: 'Installs that need access to a foreign repository',
  verify: 'Installing twice, a month apart, gives the same files.',
  per: 'file',
  impact: 0.5,
  likelihood: (found) => rising(0.35, found),
  bad: [
    {
      files: {
        'package.json':
          '{\n  "dependencies": {\n»    "a": "github:someone/a",\n»    "b": "git+https://x.example/b.git#main"\n  }\n}',
        'package-lock.json': '{}',
        'requirements.txt': 'flask==3.0.0\n»git+https://github.com/someone/c.git@main\n',
      },
    },
  ],
  good: [
    {
      files: {
        'package.json':
          '{"dependencies": {"a": "^1.0.0", "b": "github:x/b#0123456789012345678901234567890123456789", "c": "file:../c", "d": "npm:e@1"}}',
        'package-lock.json': '{}',
        'requirements.txt': '# git+https://x.example/a.git\nflask==3.0.0\n',
      },
    },
  ],
  *look(facts) {
    for (const { path, dependencies } of facts.packages)
      for (const { name, range, line } of dependencies)
        if (ADDRESS.test(range) && !COMMIT.test(range))
          yield { file: path, line, shows: `${name}: "${range}"` };
    for (const file of facts.productFiles) {
      if (!/(^|\/)requirements[\w.-]*\.(txt|in)$/.test(file)) continue;
      for (const [index, line] of (facts.parts.texts.get(file) ?? '').split('\n').entries())
        if (REQUIREMENT.test(line) && !COMMIT.test(line)) yield { file, line: index + 1, shows: line.trim() };
    }
  },
};
