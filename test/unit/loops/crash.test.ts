import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { Loop1 } from '../../../src/loops/loop1/loop1';
import { workspaceSource } from '../../../src/loops/loop1/research/workspace';
import { ProjectState } from '../../../src/repositories/projectState';
import { openStore } from '../../support/stateStore';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const CLIENT = path.join(__dirname, '../../support/loop1Client.ts');
const STEPS = ['research', 'premortem', 'remediation', 'rate'] as const;

describe('a Loop 1 whose process is killed', function () {
  this.timeout(60_000);
  const folder = temporaryFolder('loop1-crash');
  const root = path.join(folder, 'workspace');

  before(() => writeFiles(root, { 'compose.yaml': 'services:\n  db:\n    image: postgres\n' }));

  /** Lets a process work up to a step, and kills it there. */
  async function killIn(step: string, place: string): Promise<void> {
    const child = spawn(process.execPath, ['--import=tsx', CLIENT, place, root, step]);
    const closed = once(child, 'close');
    let said = '';
    let complaint = '';
    child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', (text: Buffer) => {
        said += text.toString();
        if (said.split('\n').includes(step)) resolve();
      });
      child.on('close', () => reject(new Error(`it ended before ${step}: ${said} ${complaint}`)));
    });
    child.kill('SIGKILL');
    await closed;
  }

  for (const [index, step] of STEPS.entries())
    it(`in the step ${step} goes on from there and loses nothing`, async () => {
      const place = path.join(folder, step);
      await killIn(step, place);
      const state = new ProjectState(openStore(place).store, place, 'project', () => 30);
      await state.interruptOrphans();
      const [left] = await state.loop1Runs.list();
      assert.deepEqual([left?.status, left?.nextStep, left?.iteration], ['interrupted', step, 1]);
      assert.equal(left?.research?.completedAt !== undefined, index > 0);
      assert.equal(left?.premortem !== null, index > 1);
      assert.equal(left?.remediation !== null, index > 2);

      const loop = new Loop1({ root, keeper: state.loop1Runs, sources: [workspaceSource] });
      const run = await loop.resume();
      assert.deepEqual([run.id, run.status, run.iteration], [left?.id, 'waiting for you', 1]);
      assert.equal(run.history.length, 1);
      // What was finished is not done again.
      if (index > 0) assert.equal(run.research?.completedAt, left?.research?.completedAt);
      if (index > 1) assert.equal(run.premortem?.completedAt, left?.premortem?.completedAt);
      if (index > 2) assert.equal(run.remediation?.completedAt, left?.remediation?.completedAt);
      await state.close();
    });
});
