import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { loop2Bench } from '../../../support/loop2Bench';
import { temporaryFolder } from '../../../support/temporaryFolder';

const CLIENT = path.join(__dirname, '../../../support/loop2Client.ts');
const TASKS = ['a', 'b', 'c'];
const STATES = ['working', 'ready', 'auditing', 'done'];

describe('a Loop 2 whose process is killed', function () {
  this.timeout(120_000);
  const folder = temporaryFolder('loop2-crash');

  /** Lets a process work, to its end or up to a step where it is killed. Resolves to what it printed. */
  async function work(place: string, step = ''): Promise<string[]> {
    const child = spawn(process.execPath, ['--import=tsx', CLIENT, place, step]);
    const closed = once(child, 'close');
    let said = '';
    let complaint = '';
    child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      if (step !== '' && said.split('\n').includes(step)) child.kill('SIGKILL');
    });
    const [code] = (await closed) as [number | null];
    assert.equal(code, step === '' ? 0 : null, `${said} ${complaint}`);
    return said.trim().split('\n');
  }

  for (const id of TASKS.slice(1, 2))
    for (const state of STATES)
      it(`when ${id} is ${state} has nothing done without its verdict, and runs nothing twice that was finished`, async () => {
        const place = path.join(folder, `${id}-${state}`);
        const first = await work(place, `${id} ${state}`);
        const bench = loop2Bench(place);
        const left = await bench.loop.latest();
        assert.ok(left);
        const verdicts = await bench.state.loop2Runs.verdicts(left.id);
        const done = left.tasks.filter((task) => task.state === 'done').map((task) => task.id);
        assert.deepEqual(done, TASKS.slice(0, TASKS.indexOf(id) + (state === 'done' ? 1 : 0)));
        for (const task of left.tasks.filter((each) => each.state === 'done'))
          assert.ok(verdicts.some((verdict) => verdict.id === task.verdictId && verdict.taskId === task.id));
        await bench.store.close();

        const rest = await work(place);
        assert.equal(rest.at(-1), 'end completed');
        for (const finished of done)
          for (const step of [`work ${finished}`, `audit ${finished}`]) {
            assert.ok(first.includes(step));
            assert.ok(!rest.includes(step), step);
          }
        // What was said to be ready is not worked on again.
        if (state === 'ready' || state === 'auditing') assert.ok(!rest.includes(`work ${id}`));
      });
});
