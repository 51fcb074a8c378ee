import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import * as path from 'node:path';
import type { StageResult } from '../../../src/audit/report';
import { runStage } from '../../support/productionStage';
import { installedRunner } from '../../support/runnerProject';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';
import { sandbox } from '../realEngine';
import { configurationTricks } from './configuration';
import { EXPECT_TRICKS, JAVASCRIPT_PRELUDE, JAVASCRIPT_TRICKS } from './javascript';
import { PYTHON_PRELUDE, PYTHON_TRICKS } from './python';

/** A project whose one test fails as long as the module is not repaired, by the runner that runs it. */
interface Project {
  runner: string;
  /** Makes an empty project with what the runner needs. */
  create: () => string;
  module: string;
  test: Record<string, string>;
  /** The module without a trick, as it is and repaired. */
  honest: string;
  broken: string;
}

const JAVASCRIPT_TEST = "const assert = require('node:assert');\nconst { twice } = require('./twice');\n";
const EXPECTATIONS =
  "test('other', () => expect(1).toBe(1));\ntest('twice', () => expect(twice(2)).toBe(4));\n";
const VITEST_TEST = `import { expect, test } from 'vitest';\nimport { twice } from './twice.js';\n${EXPECTATIONS}`;
const JEST_TEST = `const { twice } = require('./twice');\n${EXPECTATIONS}`;
const javascript = (runner: string, create: () => string, test: string): Project => ({
  runner,
  create,
  module: 'twice.js',
  test: { 'twice.test.js': test },
  broken: JAVASCRIPT_PRELUDE,
  honest: `${JAVASCRIPT_PRELUDE}exports.twice = (x) => 2 * x;\n`,
});
const python = (runner: string, test: string): Project => ({
  runner,
  create: () => temporaryFolder('forgery'),
  module: 'twice.py',
  test: { 'test_twice.py': test },
  broken: PYTHON_PRELUDE,
  honest: `${PYTHON_PRELUDE}def twice(x): return 2 * x\n`,
});

const PROJECTS: Project[] = [
  javascript(
    'node:test',
    () => temporaryFolder('forgery'),
    `const { test } = require('node:test');\n${JAVASCRIPT_TEST}test('other', () => {});\ntest('twice', () => assert.equal(twice(2), 4));\n`,
  ),
  javascript(
    'mocha',
    () => installedRunner('mocha'),
    `${JAVASCRIPT_TEST}it('other', () => {});\nit('twice', () => assert.equal(twice(2), 4));\n`,
  ),
  ...(['vitest-5', 'vitest-3'] as const).map((name) =>
    javascript(name, () => installedRunner(name), VITEST_TEST),
  ),
  ...(['jest-30', 'jest-29'] as const).map((name) =>
    javascript(name, () => installedRunner(name), JEST_TEST),
  ),
  python(
    'pytest',
    'from twice import twice\n\n\ndef test_other():\n    pass\n\n\ndef test_twice():\n    assert twice(2) == 4\n',
  ),
  python(
    'unittest',
    'import unittest\nfrom twice import twice\n\n\nclass Twice(unittest.TestCase):\n    def test_other(self):\n        pass\n\n    def test_twice(self):\n        self.assertEqual(twice(2), 4)\n',
  ),
];

/** What a run that hangs is given, in milliseconds: the tricks that stop it would take as long as any may. */
const HANGING = /stops the supervisor/;
const HANGING_LIMIT = 15_000;

/** The older versions share the harness of the newer ones: by default only what concerns the runner itself is tried. */
const EVERY_VERSION = process.env['SEAWORTHY_EVERY_VERSION'] === '1';

function javascriptTricks(runner: string): Record<string, string> {
  if (!/^(?:vitest|jest)/.test(runner)) return JAVASCRIPT_TRICKS;
  const isOlder = runner === 'vitest-3' || runner === 'jest-29';
  return isOlder && !EVERY_VERSION ? EXPECT_TRICKS : { ...JAVASCRIPT_TRICKS, ...EXPECT_TRICKS };
}

/** Each run waits for the engine more than it works: so many go on at once. */
const AT_ONCE = 3;

interface Trial {
  code: string;
  files?: Record<string, string>;
  timeoutMs?: number;
}

/** Runs the stage over trials in their order, a few at once and each of these in a project of its own. */
class Trials {
  private readonly names: string[];
  private readonly results = new Map<string, Promise<StageResult>>();
  private readonly places: Promise<string>[];

  constructor(
    private readonly project: Project,
    private readonly trials: Readonly<Record<string, Trial>>,
  ) {
    this.names = Object.keys(trials);
    this.places = Array.from({ length: AT_ONCE }, () => Promise.resolve(project.create()));
  }

  /** The result of one; those that come after it begin as well. */
  resultOf(name: string): Promise<StageResult> {
    const index = this.names.indexOf(name);
    this.names.slice(index, index + AT_ONCE).forEach((each, offset) => this.begin(each, index + offset));
    return this.results.get(name) ?? Promise.reject(new Error(`${name} is no trial`));
  }

  private begin(name: string, index: number): void {
    const { [name]: trial } = this.trials;
    const place = this.places[index % AT_ONCE];
    if (!trial || !place || this.results.has(name)) return;
    const result = place.then((workspace) => this.judge(workspace, trial));
    this.places[index % AT_ONCE] = result.then(
      () => place,
      () => place,
    );
    this.results.set(name, result);
  }

  private async judge(
    workspace: string,
    { code, files = {}, timeoutMs = 60_000 }: Trial,
  ): Promise<StageResult> {
    const { module, test } = this.project;
    writeFiles(workspace, { [module]: code, ...test, ...files });
    const { result } = await runStage(sandbox, workspace, module, { limits: { timeoutMs, cpus: 2 } });
    for (const name of Object.keys(files)) rmSync(path.join(workspace, name));
    return result;
  }
}

for (const project of PROJECTS) {
  const { runner, module } = project;
  describe(`forged results with ${runner}`, function () {
    this.timeout(180_000);
    let trials: Trials;
    const isPython = module.endsWith('.py');
    const tricks: Record<string, { code?: string; files?: Record<string, string> }> = isPython
      ? PYTHON_TRICKS
      : {
          ...Object.fromEntries(
            Object.entries(javascriptTricks(runner)).map(([name, code]) => [name, { code }]),
          ),
          ...configurationTricks(runner),
        };

    before('the runner is there', () => {
      trials = new Trials(project, {
        honest: { code: project.honest },
        broken: { code: project.broken },
        ...Object.fromEntries(
          Object.entries(tricks).map(([name, { code = '', files }]) => [
            name,
            {
              code: `${project.broken}${code}\n`,
              ...(files && { files }),
              ...(HANGING.test(name) && { timeoutMs: HANGING_LIMIT }),
            },
          ]),
        ),
      });
    });

    it('pass when they are honest', async () => {
      const { status, reason, tests } = await trials.resultOf('honest');
      assert.deepEqual([status, reason, tests], ['pass', '', { passed: 2, failed: 0, skipped: 0 }]);
    });

    it('fail when they are honest', async () => {
      const { status, tests } = await trials.resultOf('broken');
      assert.deepEqual([status, tests], ['fail', { passed: 1, failed: 1, skipped: 0 }]);
    });

    for (const name of Object.keys(tricks)) {
      it(`are no pass when the code ${name}`, async () => {
        const { status, reason } = await trials.resultOf(name);
        assert.notEqual(status, 'pass');
        assert.notEqual(reason, '');
      });
    }
  });
}
