import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { makePlan } from '../../../../src/loops/loop2/plan/plan';
import type { TaskDraft } from '../../../../src/loops/loop2/plan/task';
import type { Worker } from '../../../../src/loops/loop2/worker';
import { loop2Bench } from '../../../support/loop2Bench';
import { modelBench } from '../../../support/modelBench';
import { auditReport } from '../../../support/reports';
import { repository } from '../../../support/repository';
import { temporaryFolder } from '../../../support/temporaryFolder';

const FILES = ['src/cart.js', 'src/list.js'];
const TASKS: TaskDraft[] = FILES.map((file, at) => ({
  id: `t${at}`,
  description: `Write ${file}`,
  files: [file],
}));

describe('tasks of Loop 2 that are worked on beside each other', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('loop2-beside');
  const stores: { close(): Promise<void> }[] = [];
  after(() => Promise.all(stores.map((store) => store.close())));

  it('are written by models at the same time and audited in two places, each without the work of the other', async () => {
    const [answered, audited, looked] = [together(2), together(2), together(2)];
    const asked = new Set<string>();
    const seen: string[][] = [];
    const bench = modelBench(
      path.join(folder, 'models'),
      Object.fromEntries(FILES.map((file) => [file, 'old\n'])),
      {
        ask: async (prompt) => {
          const file = FILES.find((each) => prompt.includes(`Write ${each}`)) ?? '';
          if (asked.has(file)) return JSON.stringify({ tool: 'audit', says: 'All is well.' });
          asked.add(file);
          await answered();
          return JSON.stringify({ tool: 'write', file, text: 'GOOD new\n' });
        },
        gate: {
          audit: async (file) => {
            await audited();
            const places = fs.readdirSync(stagesFolder).map((name) => path.join(stagesFolder, name));
            const texts = places.map((place) =>
              FILES.map((each) => fs.readFileSync(path.join(place, each), 'utf8').trim()).join(),
            );
            seen.push([file, worktrees(), ...texts.sort()]);
            await looked();
            return auditReport({ file });
          },
        },
      },
    );
    const { loop, read, root, stagesFolder, store } = bench;
    stores.push(store);
    const git = repository(root);
    const worktrees = (): string => `${git('worktree', 'list').trim().split('\n').length} worktrees`;
    const states = async (): Promise<unknown> => (await loop.latest())?.tasks.map(({ state }) => state);
    await bench.begin(...TASKS);
    assert.deepEqual(await states(), ['proposed', 'proposed']);
    assert.deepEqual(
      seen.sort(),
      FILES.map((file) => [file, '3 worktrees', 'GOOD new,old', 'old,GOOD new']),
    );
    assert.deepEqual(FILES.map(read), ['old\n', 'old\n']);
    assert.equal(git('status', '--porcelain'), '');
    assert.equal(worktrees(), '1 worktrees');
    for (const { id } of TASKS) await loop.approve(id);
    assert.deepEqual(await states(), ['done', 'done']);
    assert.deepEqual(FILES.map(read), ['GOOD new\n', 'GOOD new\n']);
  });

  it('are begun too when that is said in the moment in which the work ends', async () => {
    const writer: Worker = {
      name: 'a writer',
      work: async ({ task }) => {
        for (const file of task.files) write({ [file]: 'GOOD' });
        return { kind: 'ready' };
      },
    };
    const { loop, states, write, store } = loop2Bench(path.join(folder, 'late'), {
      workers: { model: writer },
    });
    stores.push(store);
    await loop.begin(makePlan([{ drafts: TASKS, notes: [] }]), { source: 'a test' });
    write({ 'src/cart.js': 'GOOD' });
    const said = new Promise<unknown>((resolve) => {
      const stop = loop.onDidChange(({ status, tasks }) => {
        if (status === 'running' || tasks[0]?.state !== 'done') return;
        stop();
        resolve(loop.reassign('t1', 'model').then(() => loop.goOn()));
      });
    });
    await loop.ready('t0');
    await said;
    assert.deepEqual(await states(), { t0: 'done', t1: 'done' });
  });
});

/** Who comes waits until so many have come; those after them do not. */
function together(count: number): () => Promise<void> {
  let come = 0;
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => (open = resolve));
  return () => {
    come++;
    if (come === count) open();
    return opened;
  };
}
