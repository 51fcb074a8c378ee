import type { CodeFile } from '../../facts/projectFacts';
import type { Observation, Probe } from '../probe';

/** Below that there is hardly anything to test. */
const MIN_LINES = 15;
/** Of other programs, which look at them themselves. */
const SETTINGS = /(^|\/)[\w.-]+\.config\.[cm]?[jt]s$|(^|\/)\.\w+rc\.[cm]?js$|(^|\/)setup\.py$/;

export const noTests: Probe = {
  id: 'no-tests',
  category: 'testing',
  title: 'A change breaks something that worked, and nobody knows until a user says so',
  trigger: 'The next change, by whoever does not remember all that depends on it.',
  chain: [
    'Nothing checks what worked before',
    'The mistake is deployed',
    'It is found by users, and mended under pressure',
  ],
  hurts: 'Users, and everybody who has to change the code',
  prevention: 'Write tests for what would hurt most if it broke, and run them with each change.',
  earlyWarning: 'Mistakes that come back; fear of changing a file',
  verify: 'Break a function on purpose: a test fails.',
  per: 'project',
  isAbsence: true,
  impact: 0.6,
  likelihood: (_found, facts) => (facts.productCode.length > 3 ? 0.85 : 0.65),
  bad: [
    {
      files: {
        'package.json': '{}',
        'src/price.js': `»export function price(items) {\n${'  total += 1;\n'.repeat(20)}  return total;\n}\n`,
      },
    },
  ],
  good: [
    {
      files: {
        'src/price.js': `export function price(items) {\n${'  total += 1;\n'.repeat(20)}}\n`,
        'test/price.test.js': "test('price', () => {});",
      },
    },
    { files: { 'src/tiny.js': 'module.exports = 1;\n' } },
    { files: { 'eslint.config.mjs': 'export default [\n' + '  {},\n'.repeat(30) + '];\n' } },
    { files: { 'main.py': 'x = 1\n'.repeat(30), 'tests/test_main.py': 'def test_x(): assert True' } },
  ],
  *look(facts) {
    if (facts.hasTests) return;
    const big = facts.productCode
      .filter(({ path }) => !SETTINGS.test(path))
      .map((file) => ({ file, lines: linesOf(file) }))
      .filter(({ lines }) => lines >= MIN_LINES)
      .sort((a, b) => b.lines - a.lines);
    for (const { file, lines } of big.slice(0, 5))
      yield {
        file: file.path,
        line: 1,
        shows: `${lines} lines, and the project has no test`,
      } satisfies Observation;
  },
};

function linesOf({ text }: CodeFile): number {
  return text.split('\n').filter((line) => line.trim() !== '').length;
}
