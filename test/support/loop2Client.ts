import * as fs from 'node:fs';
import * as path from 'node:path';
import { makePlan } from '../../src/loops/loop2/plan/plan';
import type { Worker } from '../../src/loops/loop2/worker';
import { loop2Bench } from './loop2Bench';
import { auditReport } from './reports';

/*
 * A process of its own that works through a plan of tasks in a chain, or goes on with it, and stands still when a step of one is
 * saved, to be killed there. Arguments: the folder, the step, such as `b auditing` (empty for none), and the ids of the tasks, `a,b,c` when
 * left out. Prints each step as it is saved, each job of the worker as `work ID`, and each audit as `audit FILE`.
 */
const [folder = '', hold = '', ids = 'a,b,c'] = process.argv.slice(2);

const say = (text: string): void => void fs.writeSync(1, `${text}\n`);
const worker: Worker = {
  name: 'a writer',
  work: async ({ task }) => {
    say(`work ${task.id}`);
    for (const file of task.files) bench.write({ [file]: 'GOOD' });
    return { kind: 'ready' };
  },
};
const bench = loop2Bench(folder, {
  workers: { model: worker },
  gate: {
    audit: async (file) => {
      say(`audit ${path.basename(file, '.js')}`);
      return auditReport({ file });
    },
  },
});
const { loop, state } = bench;

const seen = new Set<string>();
loop.onDidChange(({ tasks }) => {
  for (const { id, state: now } of tasks) {
    const step = `${id} ${now}`;
    if (seen.has(step)) continue;
    seen.add(step);
    // Synchronous, so that what was saved is said before anything else happens.
    say(step);
    if (step === hold) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  }
});

async function work(): Promise<void> {
  await state.interruptOrphans();
  const drafts = ids.split(',').map((id, at, all) => ({
    ...{ id, description: id, files: [`src/${id}.js`] },
    dependencies: all.slice(Math.max(0, at - 1), at),
  }));
  const run = (await loop.latest())
    ? await loop.resume()
    : await loop.begin(makePlan([{ drafts, notes: [] }]), { source: 'a test', worker: 'model' });
  say(`end ${run.status}`);
}

void work();
