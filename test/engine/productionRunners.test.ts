import assert from 'node:assert/strict';
import type { StageResult } from '../../src/audit/report';
import { runStage } from '../support/productionStage';
import { runnerProject } from '../support/runnerProject';
import type { RunnerName } from '../support/runnerProject';
import { writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

/** Status, counts and places of the findings. */
function seen({ status, tests, findings }: StageResult) {
  return {
    status,
    tests,
    findings: findings.map(({ ruleId, file, startLine }) => `${ruleId} ${file}:${startLine}`),
  };
}

for (const name of ['vitest-5', 'jest-30'] as const satisfies RunnerName[]) {
  const isVitest = name.startsWith('vitest');

  describe(`production stage with ${name}`, function () {
    this.timeout(180_000);
    let workspace: string;

    before('it is installed and set up', () => {
      workspace = runnerProject(name);
    });

    const stageOf = async (file: string): Promise<StageResult> =>
      (await runStage(sandbox, workspace, file)).result;

    it('passes, counts skipped and open tests apart and keeps what was printed', async () => {
      const result = await stageOf('src/dues.ts');
      assert.deepEqual(seen(result), {
        status: 'pass',
        tests: { passed: 3, failed: 0, skipped: 1, todo: 1 },
        findings: [],
      });
      assert.match(result.output?.stdout ?? '', /noise from a test/);
      // By hand: the large ship, and the whole of the fine; of the branches the small and the home ship, and both of neither.
      assert.deepEqual(result.coverage, {
        lines: { covered: 7, total: 9, uncovered: [[10, 10], [23, 23]] }, // prettier-ignore
        branches: { covered: 4, total: 8 },
      });
    });

    it('fails at the line of the assertion, whatever the transformer did to the lines', async () => {
      const result = await stageOf('src/wrong.ts');
      assert.deepEqual(seen(result), {
        status: 'fail',
        tests: { passed: 1, failed: 1, skipped: 0 },
        findings: ['PR02 src/wrong.test.ts:5'],
      });
    });

    it('runs set-up files, and tests in folders with spaces and letters of other alphabets', async () => {
      assert.equal((await stageOf('src/deep folder/größe.ts')).status, 'pass');
    });

    it('fails a test that hangs and a test file that can not be parsed', async () => {
      assert.deepEqual(seen(await stageOf('src/slow.ts')).findings, ['PR02 src/slow.test.ts:3']);
      const unparsed = await stageOf('src/unparsed.ts');
      assert.deepEqual([unparsed.status, unparsed.findings[0]?.ruleId], ['fail', 'PR03']);
    });

    it('counts the tests beside a chosen one as skipped', async () => {
      assert.deepEqual((await stageOf('src/only.ts')).tests, { passed: 1, failed: 0, skipped: 1 });
    });

    it('is no pass without a test', async () => {
      const result = await stageOf('src/empty.ts');
      assert.notEqual(result.status, 'pass');
    });

    it('compares with a snapshot that is there, and fails where one would have to be written', async () => {
      assert.equal((await stageOf('src/shape.ts')).status, 'pass');
      const missing = await stageOf('src/newShape.ts');
      assert.equal(missing.status, 'fail');
      assert.match(missing.findings[0]?.message ?? '', /snapshot/i);
    });

    it('is not taken in by process.exit(0)', async () => {
      assert.notEqual((await stageOf('src/quits.ts')).status, 'pass');
    });

    it('does not count a file that its test puts a mock in the place of', async () => {
      const mock = isVitest ? "import { vi } from 'vitest';\nvi" : 'jest';
      writeFiles(workspace, {
        'src/replaced.ts': 'export const price = (): number => 7;\n',
        'src/replaced.test.ts':
          `import { price } from './replaced';\n${mock}.mock('./replaced', () => ({ price: () => 8 }));\n` +
          "test('price', () => expect(price()).toBe(8));\n",
        'src/emptied.ts': 'export function price(): number {\n  return 7;\n}\n',
        'src/emptied.test.ts':
          `import { price } from './emptied';\n${mock}.mock('./emptied');\n` +
          "test('price', () => expect(price()).toBeUndefined());\n",
      });
      for (const file of ['src/replaced.ts', 'src/emptied.ts']) {
        const { status, reason } = await stageOf(file);
        assert.deepEqual([status, reason], ['not run', 'no test reaches this file'], file);
      }
    });
  });
}

describe('production stage with the oldest versions of runners', function () {
  this.timeout(180_000);

  for (const name of ['vitest-3', 'jest-29'] as const satisfies RunnerName[]) {
    it(`runs ${name}`, async () => {
      const workspace = runnerProject(name);
      const dues = (await runStage(sandbox, workspace, 'src/dues.ts')).result;
      assert.deepEqual([dues.status, dues.tests], ['pass', { passed: 3, failed: 0, skipped: 1, todo: 1 }]);
      const unparsed = (await runStage(sandbox, workspace, 'src/unparsed.ts')).result;
      assert.deepEqual([unparsed.status, unparsed.findings[0]?.ruleId], ['fail', 'PR03']);
    });
  }
});
