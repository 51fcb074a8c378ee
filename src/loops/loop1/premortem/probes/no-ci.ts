import type { Probe } from '../probe';

const MANIFEST =
  /(^|\/)(package\.json|pyproject\.toml|setup\.py|requirements\.txt|go\.mod|Cargo\.toml|pom\.xml)$/;

export const noCi: Probe = {
  id: 'no-ci',
  category: 'build and deploy',
  title: 'A change that fails its tests reaches the main branch, since nothing runs them',
  trigger: 'Somebody is in a hurry and does not run them by hand.',
  chain: [
    'A broken change is merged',
    'Others build on it',
    'It is found at the deploy, among many other changes',
  ],
  hurts: 'Everybody who works on the branch, then the users',
  prevention: 'Let continuous integration install from the lockfile, build and test each change.',
  earlyWarning: 'Commits that repair the commit before',
  verify: 'A change with a failing test can not be merged.',
  per: 'project',
  isHelpedBy: ['git'],
  isAbsence: true,
  impact: 0.5,
  likelihood: (_found, facts) => ((facts.parts.git?.authors ?? 1) > 1 ? 0.6 : 0.5),
  bad: [{ files: { 'package.json': '»{"name": "shop"}', 'src/a.js': 'run();', 'src/b.js': 'run();' } }],
  good: [
    {
      files: { 'package.json': '{}', '.github/workflows/ci.yml': 'jobs:\n', 'src/a.js': '', 'src/b.js': '' },
    },
    { files: { 'src/a.js': 'run();' } },
  ],
  *look(facts) {
    if (facts.workflows.length > 0 || facts.productCode.length < 2) return;
    const manifest = facts.productFiles.find((path) => MANIFEST.test(path));
    if (manifest !== undefined)
      yield { file: manifest, line: 1, shows: 'no settings of continuous integration are in the workspace' };
  },
};
