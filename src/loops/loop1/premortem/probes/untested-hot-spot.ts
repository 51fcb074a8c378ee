import type { ProjectFacts } from '../../facts/projectFacts';
import { GIT_EXAMPLE, historyExample, hotFiles } from '../hotFiles';
import type { Probe } from '../probe';

export const untestedHotSpot: Probe = {
  id: 'untested-hot-spot',
  category: 'testing',
  title: 'The code that changes most is the code that no test reaches',
  trigger: 'The next change to it, which comes soon.',
  chain: [
    'It is changed often and in a hurry',
    'Nothing checks what worked before',
    'The same mistakes come back',
  ],
  hurts: 'Users, again and again by the same part',
  prevention: 'Write tests for these files first.',
  earlyWarning: 'Commits that mend the commit before in the same file',
  verify: 'An audit of the file says which tests reach it.',
  per: 'file',
  needs: ['git'],
  isAbsence: true,
  impact: 0.5,
  likelihood: () => 0.4,
  bad: [
    {
      files: {
        'src/tax.js': '»export const tax = 1;\n',
        'test/other.test.js': "import { other } from '../src/other.js';",
      },
      facts: { git: { ...GIT_EXAMPLE, files: [historyExample('src/tax.js', 20, { a: 12, b: 8 })] } },
    },
  ],
  good: [
    {
      files: {
        'src/tax.js': 'export const tax = 1;\n',
        'test/tax.test.js': "import { tax } from '../src/tax';",
      },
      facts: { git: { ...GIT_EXAMPLE, files: [historyExample('src/tax.js', 20, { a: 12, b: 8 })] } },
    },
    {
      files: {
        'src/tax.js': 'export const tax = 1;\n',
        'test/cart.test.js': "import { cart } from '../src/cart';",
      },
      facts: {
        git: {
          ...{ ...GIT_EXAMPLE, files: [historyExample('src/tax.js', 20, { a: 12, b: 8 })] },
          reached: ['src/tax.js'],
        },
      },
    },
    {
      files: { 'src/tax.js': 'export const tax = 1;\n' },
      facts: { git: { ...GIT_EXAMPLE, files: [historyExample('src/tax.js', 20, { a: 12, b: 8 })] } },
    },
  ],
  *look(facts) {
    // Where there is no test at all, that is a scenario of its own.
    if (!facts.hasTests) return;
    const tests = testWords(facts);
    const reached = new Set(facts.parts.git?.reached);
    for (const { history, file } of hotFiles(facts)) {
      if (reached.has(file.path)) continue;
      const name = (file.path.split('/').at(-1) ?? '').replace(/\.\w+$/, '');
      const folder = file.path.split('/').at(-2) ?? '';
      if (tests.has(name) || (/^(index|main|mod|__init__)$/.test(name) && tests.has(folder))) continue;
      const { commits, fixes } = history;
      yield {
        file: file.path,
        line: 1,
        shows: `${commits} changes, ${fixes} of them fixes, and no test names or calls it`,
      };
    }
  },
};

function testWords({ code }: ProjectFacts): Set<string> {
  const words = new Set<string>();
  for (const { role, text, path } of code)
    if (role === 'test' || role === 'testHelper')
      for (const word of `${path} ${text}`.split(/[^\w-]+/)) words.add(word);
  return words;
}
