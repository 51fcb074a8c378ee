import type { Probe } from '../probe';

/** Runs tests, or something of which that can't be told. */
const MAY_TEST =
  /\b(tests?|spec|pytest|unittest|vitest|jest|mocha|ava|tox|nox|ctest|rspec|phpunit|check|verify|ci|coverage|playwright|cypress|bazel|nx|turbo|lerna|make|just|task|gradlew?|mvnw?)\b(?!\s*:)/i;
const RUNS = /^\s*(-\s*)?(run|script|command|commands)\s*:/;

export const ciWithoutTests: Probe = {
  id: 'ci-without-tests',
  category: 'testing',
  title: 'The green tick says nothing: continuous integration runs, and no test does',
  trigger: 'A change that fails a test is merged because CI is green.',
  chain: ['Everybody relies on the tick', 'Broken code is merged and deployed'],
  hurts: 'Users, and those who relied on the tick',
  prevention: 'Run the tests in the workflow that each change goes through.',
  earlyWarning: 'A run of CI that is over in seconds',
  verify: 'A change with a failing test turns it red.',
  per: 'project',
  isAbsence: true,
  impact: 0.55,
  likelihood: () => 0.6,
  bad: [
    {
      files: {
        '.github/workflows/ci.yml':
          '»jobs:\n  build:\n    steps:\n      - run: npm ci\n      - run: npm run build\n',
        'test/a.test.js': 'test();',
      },
    },
  ],
  good: [
    {
      files: {
        '.github/workflows/ci.yml': 'jobs:\n  x:\n    steps:\n      - run: npm test\n',
        'test/a.test.js': 'test();',
      },
    },
    {
      files: {
        '.github/workflows/ci.yml': 'jobs:\n  x:\n    uses: org/shared/.github/workflows/all.yml@v1\n',
        'test/a.test.js': '',
      },
    },
    { files: { '.gitlab-ci.yml': 'x:\n  script:\n    - |\n      make all\n', 'test/a.test.js': '' } },
  ],
  *look(facts) {
    const { workflows } = facts;
    if (!facts.hasTests || workflows.length === 0) return;
    const readable = workflows.filter(({ text }) => text.split('\n').some((line) => RUNS.test(line)));
    if (readable.length < workflows.length || workflows.some(({ text }) => mayTest(text))) return;
    const [first] = readable;
    if (first) yield { file: first.path, line: 1, shows: 'no step of any workflow runs the tests' };
  },
};

function mayTest(text: string): boolean {
  return text
    .split('\n')
    .filter((line) => !line.trim().startsWith('#') && !/^\s*(-\s*)?(name|on|branches|runs-on)\s*:/.test(line))
    .map((line) => line.replace(/\bnpm ci\b/g, ''))
    .some((line) => MAY_TEST.test(line) || /^\s*(-\s*)?uses:\s*\S+\/workflows\//.test(line));
}
