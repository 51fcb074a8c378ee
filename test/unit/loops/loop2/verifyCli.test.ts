import * as assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { runCli } from '../../../support/cli';
import { temporaryFolder, writeFiles } from '../../../support/temporaryFolder';

describe('seaworthy loop2 verify', () => {
  const folder = temporaryFolder('verify-cli');
  const root = path.join(folder, 'work');
  const run = (...words: string[]) =>
    runCli(['loop2', 'verify', ...words, '--workspace', root, '--quiet'], {
      cwd: folder,
      env: { XDG_CACHE_HOME: path.join(folder, 'cache') },
    });

  before(() => {
    writeFiles(root, {
      'README.md':
        'Says in a few words what this small project is for and how it is begun, with an example.\n',
      'tasks.md': '- [x] T001 Write README.md\n- [x] T002 Add src/cart.js\n- [ ] T003 Later\n',
      'good.md': '- [x] T001 Write README.md\n',
      'none.md': '# Nothing\n',
      'open.md': '- [ ] T001 Later\n',
      'binary.md': Buffer.from([45, 0, 1, 2]),
      'huge.md': 'x'.repeat(1_000_001),
    });
    writeFiles(folder, { 'outside.md': '- [x] T001 Write README.md\n' });
    fs.symlinkSync('loop.md', path.join(root, 'loop.md'));
    fs.symlinkSync('../outside.md', path.join(root, 'link.md'));
  });

  it('prints what it promises, and ends with 1 while something does not hold', async () => {
    const { status, stdout, stderr } = await run('tasks.md', '--json');
    assert.equal(status, 1, stderr);
    const { tasks } = JSON.parse(stdout) as { tasks: { id: string; verdict: string; evidence: unknown[] }[] };
    assert.deepEqual(
      tasks.map((task) => [task.id, task.verdict, Object.keys(task)]),
      [
        ['T001', 'verified', ['id', 'text', 'verdict', 'reason', 'evidence']],
        ['T002', 'missing', ['id', 'text', 'verdict', 'reason', 'evidence']],
      ],
    );
    const text = await run('tasks.md');
    assert.match(
      text.stdout,
      /tasks\.md: 1 of 2 ticked tasks verified; 1 missing\n\nMISSING {3}T002 {2}Add src\/cart\.js/,
    );
    assert.match(text.stdout, /1 task without a tick was not looked at/);
    assert.equal((await run('good.md')).status, 0);
  });

  for (const [list, said] of [
    ['gone.md', /There is no list .*gone\.md/],
    ['none.md', /none\.md holds no task with a box/],
    ['open.md', /None of the 1 task of open\.md is ticked/],
    ['binary.md', /is binary/],
    ['huge.md', /larger than 1 MB/],
    ['loop.md', /a link that leads to itself/],
    ['link.md', /outside of the workspace/],
    ['outside.md', /outside of the workspace/],
    ['.', /outside of the workspace|is a folder/],
  ] as const)
    it(`says what is wrong with ${list}, and what to do`, async () => {
      const { status, stdout, stderr } = await run(list);
      assert.deepEqual([status, stdout], [2, ''], stderr);
      assert.match(stderr, said);
    });
});
