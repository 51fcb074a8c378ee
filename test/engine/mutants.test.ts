import assert from 'node:assert/strict';
import { SharedProofs } from '../../src/audit/mutation/sharedProofs';
import { MUTANTS_FILE } from '../../src/audit/production/layout';
import type { StageResult } from '../../src/audit/report';
import type { Sandbox } from '../../src/sandbox/sandbox';
import { babelProject, ending, pythonProject, scriptProject } from '../support/hollowProject';
import type { HollowProject, SuiteKind } from '../support/hollowProject';
import { runStage } from '../support/productionStage';
import { installedRunner } from '../support/runnerProject';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { sandbox } from './realEngine';

/** How often a suite is put to the proof: 20 times when asked for. */
const TIMES = Number(process.env['MUTANT_RUNS'] ?? 2);
const NODE_TEST = "import { it } from 'node:test';\nimport assert from 'node:assert/strict';\n";
const MOCHA = "import assert from 'node:assert/strict';\n";
const EQUAL = 'assert.deepEqual(A, B);';

async function prove(folder: string, { file, files }: HollowProject): Promise<StageResult> {
  writeFiles(folder, files);
  // What is found is asked here, not how fast: a busy machine gets the time that it needs.
  const limits = { timeoutMs: 180_000 };
  return (await runStage(sandbox, folder, file, { mutants: 'deep', limits })).result;
}

/** An audit of the test file tells which of its tests check something. */
async function tellsTestsApart(folder: string, project: HollowProject, prefix = ''): Promise<void> {
  const file = Object.keys(project.files).find((name) => /test/.test(name)) ?? '';
  const { mutation, reason } = await prove(folder, { ...project, file });
  assert.deepEqual([mutation?.status, mutation?.of], ['run', project.file], mutation?.reason ?? reason);
  const names = mutation?.asserting?.map(({ name }) => name).sort();
  assert.deepEqual(
    names,
    ['again', 'description', 'discount'].map((name) => prefix + name),
  );
}

/** Each function with what its mutants show. */
function proofs({ mutation, reason }: StageResult): Record<string, string> {
  assert.equal(mutation?.status, 'run', `${mutation?.reason} (${reason})`);
  return Object.fromEntries(mutation.functions.map(({ name, proof }) => [name, proof]));
}

/** The functions of a cart that are called one of two ways, and the one that is not called. */
function all(proof: string, describeName: string): Record<string, string> {
  const names = ['Cart.add', 'Cart.total', 'discount', describeName];
  return { ...Object.fromEntries(names.map((name) => [name, proof])), unused: 'not covered' };
}

const VITEST = "import { expect, it } from 'vitest';\n";
const MATCHER = 'expect(A).toEqual(B);';
function holds(
  title: string,
  project: (kind: SuiteKind) => HollowProject,
  folderOf: () => string,
  prefix = '',
): void {
  describe(title, () => {
    it(`calls an honest suite proved, ${TIMES} times of ${TIMES}`, async () => {
      const name = project('honest').file.endsWith('.py') ? 'describe' : 'describeCart';
      for (let time = 0; time < TIMES; time++) {
        const result = await prove(folderOf(), project('honest'));
        assert.deepEqual(proofs(result), all('proved', name));
        assert.deepEqual([result.status, result.findings], ['pass', []]);
      }
    });

    it('knows of each test whether it checks something', () =>
      tellsTestsApart(folderOf(), project('mixed'), prefix));

    it(`calls it hollow without its assertions, ${TIMES} times of ${TIMES}`, async () => {
      for (let time = 0; time < TIMES; time++) {
        const result = await prove(folderOf(), project('hollow'));
        const seen = proofs(result);
        assert.ok(!Object.values(seen).includes('proved'), JSON.stringify(seen));
        assert.equal(result.status, 'fail', JSON.stringify(seen));
        assert.match(result.reason, /^the tests run \d functions? without checking/);
        assert.ok(
          result.findings.some(({ ruleId, severity }) => ruleId === 'MT01' && severity === 'warning'),
        );
      }
    });
  });
}

/** The same with a runner that is installed beside the project. */
function holdsWith(
  runner: Parameters<typeof installedRunner>[0],
  project: (kind: SuiteKind) => HollowProject,
): void {
  describe(`with ${runner}`, () => {
    let folder = '';
    before(() => {
      folder = installedRunner(runner);
    });
    holds('installed', project, () => folder);
  });
}

describe('mutants', function () {
  this.timeout(120_000 + TIMES * 60_000);

  holds(
    'under pytest',
    (kind) => pythonProject('pytest', kind),
    () => temporaryFolder('pytest'),
    'test_',
  );
  holds(
    'under unittest',
    (kind) => pythonProject('unittest', kind),
    () => temporaryFolder('unittest'),
    'CartTest > test_',
  );
  holds(
    'under node:test',
    (kind) => scriptProject(NODE_TEST, EQUAL, kind),
    () => temporaryFolder('node'),
  );

  for (const version of ['vitest-3', 'vitest-5'] as const)
    holdsWith(version, (kind) => scriptProject(VITEST, MATCHER, kind));
  holdsWith('jest-29', (kind) => babelProject(MATCHER, kind));
  const settings = { 'jest.config.js': "module.exports = { preset: 'ts-jest' };\n" };
  holdsWith('jest-30', (kind) => ending(scriptProject('', MATCHER, kind), { end: 'ts', settings }));
  holdsWith('mocha', (kind) => scriptProject(MOCHA, EQUAL, kind));

  it('proves a file and its one test file once, where both are audited', async () => {
    const folder = temporaryFolder('both');
    const { file, files } = pythonProject('pytest', 'mixed');
    writeFiles(folder, files);
    let tried = 0;
    const counting: Sandbox = {
      run: (request, options) => {
        if (request.files.some(({ path }) => path.endsWith(`/${MUTANTS_FILE}`))) tried += 1;
        return sandbox.run(request, options);
      },
      prepare: (...wanted) => sandbox.prepare(...wanted),
      resolveImage: (...wanted) => sandbox.resolveImage(...wanted),
    };
    const options = { mutants: 'quick', sharedProofs: new SharedProofs() } as const;
    const test = Object.keys(files).find((name) => /test/.test(name)) ?? '';
    const audits = [file, test].map((one) => runStage(counting, folder, one, options));
    const [subject, tests] = (await Promise.all(audits)).map(({ result }) => result);
    assert.ok(subject && tests);
    assert.equal(tried, 1);
    assert.deepEqual(proofs(subject), all('proved', 'describe'));
    assert.deepEqual([subject.mutation?.of, subject.mutation?.asserting], [undefined, undefined]);
    assert.equal(tests.mutation?.of, file);
    const names = tests.mutation?.asserting?.map(({ name }) => name).sort();
    assert.deepEqual(names, ['test_again', 'test_description', 'test_discount']);
  });

  it('changes the file that a test file is about', async () => {
    const folder = temporaryFolder('subject');
    const project = scriptProject(NODE_TEST, EQUAL, 'honest');
    const { mutation, findings } = await prove(folder, { ...project, file: 'cart.test.mjs' });
    assert.deepEqual([mutation?.status, mutation?.of, findings], ['run', 'cart.mjs', []]);
    assert.equal(mutation?.functions.find(({ name }) => name === 'discount')?.proof, 'proved');
  });
});
