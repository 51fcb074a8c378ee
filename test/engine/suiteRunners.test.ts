import assert from 'node:assert/strict';
import { installedRunner } from '../support/runnerProject';
import { reachedLines, runSuite, testLines } from '../support/suiteRun';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

const SIGN = `export function sign(n) {
  if (n > 0) {
    return 1;
  } else {
    return -1;
  }
}

export function never() {
  return 'never';
}
`;
const TYPED_SIGN = SIGN.replace('sign(n)', 'sign(n: number): number').replace('never()', 'never(): string');

function expectTests(imports: string): string {
  return `${imports}import { sign } from './sign';

describe('sign', () => {
  it('of one', () => {
    expect(sign(1)).toBe(1);
  });
  it('of none', () => {
    expect(sign(0)).toBe(0);
  });
  it.skip('later', () => {});
});
test('whole', () => {
  console.log('printed by a test');
  expect({ of: 'two', sign: sign(2) }).toEqual({ of: 'two', sign: 2 });
});
`;
}

const MOCHA_TESTS = `import assert from 'node:assert/strict';
import { sign } from '../src/sign.js';

describe('sign', () => {
  it('of one', () => {
    assert.equal(sign(1), 1);
  });
  it('of none', () => {
    assert.equal(sign(0), 0);
  });
  it.skip('later', () => {});
});
it('whole', () => {
  console.log('printed by a test');
  assert.deepEqual({ of: 'two', sign: sign(2) }, { of: 'two', sign: 2 });
});
`;
const PYTHON_TESTS = `import unittest

from app.sign import sign


class Sign(unittest.TestCase):
    def test_one(self):
        self.assertEqual(sign(1), 1)

    def test_none(self):
        self.assertEqual(sign(0), 0)

    @unittest.skip("later")
    def test_later(self):
        pass


class Whole(unittest.TestCase):
    def test_whole(self):
        print("printed by a test")
        self.assertEqual({"of": "two", "sign": sign(2)}, {"of": "two", "sign": 2})
`;

interface Project {
  /** Absolute path. */
  folder: string;
  /** Workspace-relative paths of the one test file and of what it tests. */
  test: string;
  source: string;
  results: string[];
  reached: ReturnType<typeof reachedLines>;
  /** A second test file, which runs after the first, and what it alone reaches; undefined where the runner does not tell. */
  second: { path: string; text: string; ran: number[] | undefined };
  /** The test that runs alone, and what it leaves unreached besides. */
  alone: { name: string; result: string; reached: ReturnType<typeof reachedLines> };
}

/** Branches are those of the one `if`: how often its condition held, and how often not. */
const SCRIPT_REACHED = { ran: [2, 3, 5], missed: [10], branches: [[2, 1]] };
const ALONE_REACHED = { ran: [2, 3], missed: [5, 10], branches: [[1, 0]] };

/** How each runner shows a value that was compared. */
const SHOWN = {
  'vitest-3': 'Object {\n  "of": "two",\n  "sign": 1,\n}',
  'vitest-5': '{\n  "of": "two",\n  "sign": 1,\n}',
  'jest-29': "{ of: 'two', sign: 1 }",
  'jest-30': "{ of: 'two', sign: 1 }",
};

function scriptSecond(path: string, imports: string, ran: number[] | undefined): Project['second'] {
  return { path, text: `${imports}\nit('never', () => {\n  never();\n});\n`, ran };
}

function typedProject(name: keyof typeof SHOWN, imports: string, files: Record<string, string>): Project {
  const folder = installedRunner(name);
  writeFiles(folder, { ...files, 'src/sign.ts': TYPED_SIGN, 'src/sign.test.ts': expectTests(imports) });
  const shift = imports === '' ? 0 : 1;
  const actual = SHOWN[name];
  return {
    folder,
    test: 'src/sign.test.ts',
    source: 'src/sign.ts',
    results: [
      `sign > of one | passed | ${4 + shift}`,
      `sign > of none | failed | ${8 + shift} | -1 | 0`,
      `sign > later | skipped | ${10 + shift}`,
      `whole | failed | ${14 + shift} | ${actual} | ${actual.replace('1', '2')}`,
    ],
    reached: SCRIPT_REACHED,
    second: scriptSecond('src/zero.test.ts', `${imports}import { never } from './sign';`, [10]),
    alone: {
      name: 'sign > of one',
      result: `sign > of one | passed | ${4 + shift}`,
      reached: ALONE_REACHED,
    },
  };
}

function mochaProject(): Project {
  const folder = installedRunner('mocha');
  writeFiles(folder, {
    'package.json':
      '{ "type": "module", "devDependencies": { "mocha": "*" }, "scripts": { "test": "mocha" } }',
    'src/sign.js': SIGN,
    'test/sign.test.js': MOCHA_TESTS,
  });
  return {
    folder,
    test: 'test/sign.test.js',
    source: 'src/sign.js',
    results: [
      'sign > of one | passed | ',
      'sign > of none | failed | 9 | -1 | 0',
      'sign > later | skipped | ',
      "whole | failed | 15 | { of: 'two', sign: 1 } | { of: 'two', sign: 2 }",
    ],
    reached: SCRIPT_REACHED,
    second: scriptSecond('test/zero.test.js', "import { never } from '../src/sign.js';", undefined),
    alone: { name: 'sign > of one', result: 'sign > of one | passed | ', reached: ALONE_REACHED },
  };
}

function unittestProject(): Project {
  const folder = temporaryFolder('unittest');
  writeFiles(folder, {
    'app/__init__.py': '',
    'app/sign.py':
      'def sign(n):\n    if n > 0:\n        return 1\n    return -1\n\n\ndef never():\n    return "never"\n',
    'tests/test_sign.py': PYTHON_TESTS,
  });
  return {
    folder,
    test: 'tests/test_sign.py',
    source: 'app/sign.py',
    results: [
      'Sign > test_later | skipped | ',
      'Sign > test_none | failed | 11 | -1 | 0',
      'Sign > test_one | passed | ',
      "Whole > test_whole | failed | 21 | {'of': 'two', 'sign': 1} | {'of': 'two', 'sign': 2}",
    ],
    reached: { ran: [1, 2, 3, 4, 7], missed: [8], branches: [[1, 1]] },
    second: {
      path: 'tests/test_zero.py',
      text: 'import unittest\n\nfrom app.sign import never\n\n\nclass Never(unittest.TestCase):\n    def test_never(self):\n        never()\n',
      // The module was loaded by the first file, so its functions were defined then.
      ran: [8],
    },
    alone: {
      name: 'Sign > test_one',
      result: 'Sign > test_one | passed | ',
      reached: { ran: [1, 2, 3, 7], missed: [4, 8], branches: [[1, 0]] },
    },
  };
}

const BABEL = `module.exports = {
  presets: [['@babel/preset-env', { targets: { node: 'current' } }], '@babel/preset-typescript'],
};
`;
const PROJECTS: Record<string, () => Project> = {
  'vitest-3': () => typedProject('vitest-3', "import { describe, expect, it, test } from 'vitest';\n", {}),
  'jest-29': () =>
    typedProject('jest-29', '', { 'babel.config.js': BABEL, 'jest.config.js': 'module.exports = {};\n' }),
  'vitest-5': () => typedProject('vitest-5', "import { describe, expect, it, test } from 'vitest';\n", {}),
  'jest-30': () =>
    typedProject('jest-30', '', { 'jest.config.js': "module.exports = { preset: 'ts-jest' };\n" }),
  mocha: mochaProject,
  unittest: unittestProject,
};

for (const [runner, make] of Object.entries(PROJECTS)) {
  describe(`a run over test files of ${runner}`, function () {
    this.timeout(180_000);
    let project: Project;

    before('it is set up', () => {
      project = make();
    });

    it('tells results, what was compared, what was printed and what was reached', async () => {
      const { folder, test, source } = project;
      const run = await runSuite(sandbox, folder, new Map([[test, undefined]]), { measures: true });
      assert.equal(run.files.get(test)?.problem, undefined);
      assert.deepEqual(testLines(run, test).sort(), [...project.results].sort());
      assert.match(run.output, /printed by a test/);
      assert.deepEqual([...run.covered.keys()], [source]);
      assert.deepEqual(run.covered.get(source)?.tests, [test]);
      assert.deepEqual(reachedLines(run.covered.get(source)?.reached), project.reached);
    });

    it('tells what each of several test files reached, or that it is not known', async () => {
      const { folder, test, source, second } = project;
      writeFiles(folder, { [second.path]: second.text });
      const files = new Map([test, second.path].map((path) => [path, undefined]));
      const covered = (await runSuite(sandbox, folder, files, { measures: true })).covered.get(source);
      assert.deepEqual(reachedLines(covered?.reached).missed, []);
      assert.deepEqual(covered?.tests.sort(), second.ran ? [test, second.path] : []);
      if (!second.ran) return;
      assert.deepEqual(reachedLines(covered?.reachedBy(second.path)).ran, second.ran);
      assert.deepEqual(reachedLines(covered?.reachedBy(test)).ran, project.reached.ran);
    });

    it('runs one test of a file alone', async () => {
      const { folder, test, source, alone } = project;
      const chosen = [{ name: alone.name, isSuite: false, isTemplate: false }];
      const run = await runSuite(sandbox, folder, new Map([[test, chosen]]), { measures: true });
      assert.equal(run.files.get(test)?.problem, undefined);
      assert.deepEqual(testLines(run, test), [alone.result]);
      assert.doesNotMatch(run.output, /printed by a test/);
      assert.deepEqual(reachedLines(run.covered.get(source)?.reached), alone.reached);
    });
  });
}
