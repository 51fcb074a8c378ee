import { folderOf } from '../look';
import type { Probe } from '../probe';

const LOCKS = [
  'poetry.lock',
  'uv.lock',
  'Pipfile.lock',
  'pdm.lock',
  'pylock.toml',
  'requirements.lock',
  'constraints.txt',
];
const LOOSE = /^\s*[A-Za-z][\w.-]*(\[[\w,\s-]+\])?\s*(>=|>|~=|<|<=|!=|$|;)/;

export const loosePythonRequirements: Probe = {
  id: 'loose-python-requirements',
  category: 'dependencies',
  title: 'The next install of the Python packages is another program than the one that was tested',
  trigger: 'Some package, or a package of a package, publishes a new version.',
  chain: ['pip takes the newest that fits', 'Something in it is different', 'It works here and fails there'],
  hurts: 'The team on the day of a deploy',
  prevention: 'Lock them: "uv lock", "poetry lock" or "pip-compile", and install from that.',
  earlyWarning: '"pip freeze" differs between two machines',
  verify: 'Two fresh installs give the same "pip freeze".',
  per: 'file',
  isAbsence: true,
  impact: 0.5,
  likelihood: (found) => Math.min(0.6, 0.4 + 0.03 * found.length),
  bad: [{ files: { 'requirements.txt': '# web\n»flask\n»requests>=2\nclick==8.1.7\n' } }],
  good: [
    { files: { 'requirements.txt': 'flask==3.0.0 \\\n    --hash=sha256:0\n' } },
    { files: { 'requirements.txt': 'flask\n', 'uv.lock': '' } },
    { files: { 'requirements.in': 'flask\n', 'requirements.txt': 'flask==3.0.0\n' } },
  ],
  *look(facts) {
    for (const file of facts.productFiles) {
      if (!/(^|\/)requirements\.txt$/.test(file)) continue;
      if (LOCKS.some((name) => facts.has(name) || facts.has(folderOf(file) + name))) continue;
      for (const [index, line] of (facts.parts.texts.get(file) ?? '').split('\n').entries())
        if (LOOSE.test(line) && !line.includes('==')) yield { file, line: index + 1, shows: line.trim() };
    }
  },
};
