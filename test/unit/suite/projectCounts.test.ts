import assert from 'node:assert/strict';
import { ProjectCounts } from '../../../src/audit/production/coverage/projectCounts';

function counts(): ProjectCounts {
  return new ProjectCounts(
    (path) => path === 'src/a.js' || path === 'a.py',
    (path) => path === 'a.test.js',
  );
}

function report(...records: object[]): Buffer {
  return Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
}

const run = {
  type: 'coverage',
  file: '/work/src/src/a.js',
  by: '/work/src/a.test.js',
  script: '',
  ranges: [[0, 9, 1]],
};

describe('what a sandbox says it reached', () => {
  it('is kept by file, and by the test file it ran under', async () => {
    const all = counts();
    assert.ok(
      await all.add(
        report(run, { type: 'lines', file: '/work/src/a.py', by: '', lines: [1], arcs: [[-1, 1]] }),
      ),
    );
    assert.deepEqual([...all.files.keys()], ['src/a.js', 'a.py']);
    assert.deepEqual([...(all.files.get('src/a.js')?.byTest.keys() ?? [])], ['a.test.js']);
    assert.deepEqual(all.files.get('a.py')?.all.lines, new Set([1]));
  });

  it('is all of the one test file that was in the sandbox, whatever the runner says of it', async () => {
    const all = counts();
    assert.ok(await all.add(report({ ...run, by: '' }), 'a.test.js'));
    assert.ok(await all.add(report({ ...run, by: '' })));
    const found = all.files.get('src/a.js');
    assert.equal(found?.byTest.get('a.test.js')?.runs.length, 1);
    assert.equal(found.all.runs.length, 2);
  });

  it('counts for no file outside of the project, wherever its path leads', async () => {
    const all = counts();
    const paths = ['/etc/passwd', '/work/src/../../etc/passwd', '/work/src/b.js', '', 7, { toString: 'x' }];
    assert.ok(await all.add(report(...paths.map((file) => ({ ...run, file })))));
    assert.equal(all.files.size, 0);
  });

  it('names no test file that was not asked for', async () => {
    const all = counts();
    assert.ok(
      await all.add(report({ ...run, by: '/work/src/other.test.js' }, { ...run, by: '../a.test.js' })),
    );
    assert.equal(all.files.get('src/a.js')?.byTest.size, 0);
  });

  it('is refused where a record has another shape', async () => {
    for (const broken of [
      { ...run, ranges: [[0, 1e300, 1]] },
      { ...run, ranges: [[0, 1]] },
      { ...run, ranges: 'all' },
      { type: 'script', id: 1, code: 'x' },
      { type: 'lines', file: '/work/src/a.py', lines: ['1'] },
    ])
      assert.equal(await counts().add(report(broken)), false, JSON.stringify(broken));
    assert.equal(await counts().add(Buffer.from('{"type":"coverage"')), false);
    assert.equal(await counts().add(Buffer.from('[[[[\n')), false);
  });

  it('is refused where it is more than any program can need', async () => {
    const ranges = Array.from({ length: 150_000 }, () => [0, 9, 1]);
    const all = counts();
    assert.equal(await all.add(report(...new Array<object>(40).fill({ ...run, by: '', ranges }))), false);
    assert.ok((all.files.get('src/a.js')?.all.runs.length ?? 0) < 40);
  });

  it('keeps the first text that is called by a name', async () => {
    const all = counts();
    const script = (code: string): object => ({ type: 'script', id: 's', code });
    assert.ok(await all.add(report(script('one'), script('two'), { ...run, script: 's' })));
    assert.equal(all.files.get('src/a.js')?.all.scripts.get('s'), 'one');
  });
});
