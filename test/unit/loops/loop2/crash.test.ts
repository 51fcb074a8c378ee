import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import type { Loop2Run } from '../../../../src/loops/loop2/run';
import { bundleProgram } from '../../../support/clientProcess';
import { loop2Bench } from '../../../support/loop2Bench';
import { randomFrom } from '../../../support/random';
import { temporaryFolder } from '../../../support/temporaryFolder';

const TASKS = ['a', 'b', 'c'];
const STATES = ['working', 'ready', 'auditing', 'done'];
const KILLS = Number(process.env['SEAWORTHY_KILL_ROUNDS'] ?? 12);
const SEED = 9;
/** After its first word a process lives so long at most, in milliseconds. */
const LIFE = 150;
const MANY = Array.from({ length: 12 }, (_each, at) => `t${at}`);

describe('a Loop 2 whose process is killed', function () {
  this.timeout(Math.max(120_000, KILLS * 8000));
  const folder = temporaryFolder('loop2-crash');
  const program = path.join(folder, 'loop2Client.js');
  before(() => bundleProgram('loop2Client.ts', program));

  interface Life {
    tasks?: readonly string[];
    /** Called with all that was said so far, whenever something is said. */
    listen?: (said: string, kill: () => void) => void;
  }

  /** Lets a process work, to its end or until it is killed. Resolves to what it printed. */
  async function work(place: string, { tasks = TASKS, listen }: Life = {}, step = ''): Promise<string[]> {
    const child = spawn(process.execPath, [program, place, step, tasks.join()]);
    const closed = once(child, 'close');
    let said = '';
    let complaint = '';
    child.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
    child.stdout.on('data', (text: Buffer) => {
      said += text.toString();
      listen?.(said, () => child.kill('SIGKILL'));
    });
    const [code, signal] = (await closed) as [number | null, string | null];
    assert.ok(code === 0 || signal === 'SIGKILL', `${said} ${complaint}`);
    return said.trim().split('\n');
  }

  /** What stands in the store: each task that is done has its verdict there. */
  async function left(place: string): Promise<Loop2Run | undefined> {
    const bench = loop2Bench(place);
    try {
      const run = await bench.loop.latest();
      const verdicts = run ? await bench.state.loop2Runs.verdicts(run.id) : [];
      for (const { id, verdictId } of run?.tasks.filter(({ state }) => state === 'done') ?? [])
        assert.ok(
          verdicts.some((each) => each.id === verdictId && each.taskId === id && each.outcome === 'pass'),
          `${id} is done without a verdict`,
        );
      return run;
    } finally {
      await bench.store.close();
    }
  }

  for (const id of TASKS.slice(1, 2))
    for (const state of STATES)
      it(`when ${id} is ${state} has nothing done without its verdict, and runs nothing twice that was finished`, async () => {
        const place = path.join(folder, `${id}-${state}`);
        const step = `${id} ${state}`;
        const listen: Life['listen'] = (said, kill) => said.split('\n').includes(step) && kill();
        const first = await work(place, { listen }, step);
        assert.equal(first.at(-1), step);
        const run = await left(place);
        const done = run?.tasks.filter((task) => task.state === 'done').map((task) => task.id);
        assert.deepEqual(done, TASKS.slice(0, TASKS.indexOf(id) + (state === 'done' ? 1 : 0)));

        const rest = await work(place);
        assert.equal(rest.at(-1), 'end completed');
        for (const finished of done)
          for (const job of [`work ${finished}`, `audit ${finished}`]) {
            assert.ok(first.includes(job));
            assert.ok(!rest.includes(job), job);
          }
        // What was said to be ready is not worked on again.
        if (state === 'ready' || state === 'auditing') assert.ok(!rest.includes(`work ${id}`));
      });

  it(`at ${KILLS} moments by chance does the same`, async () => {
    const random = randomFrom(SEED);
    let kills = 0;
    for (let place = 0; kills < KILLS; place++) {
      const at = path.join(folder, `chance-${place}`);
      let before: Loop2Run | undefined;
      for (let isOver = false; !isOver;) {
        const life = kills < KILLS ? random() * LIFE : Infinity;
        let isKilled = false;
        const said = await work(at, {
          tasks: MANY,
          listen: (_said, kill) => {
            if (isKilled || life === Infinity) return;
            isKilled = true;
            setTimeout(kill, life);
          },
        });
        const end = said.at(-1);
        if (end?.startsWith('end ') ?? false) assert.equal(end, 'end completed');
        else kills++;
        assertNoneTwice(before, said);
        before = await left(at);
        assertKept(before, said);
        isOver = before?.status === 'completed';
        if (isOver) assert.ok(before?.tasks.every(({ state }) => state === 'done'));
      }
    }
  });
});

/** Of a process that went on from `before`. */
function assertNoneTwice(before: Loop2Run | undefined, said: readonly string[]): void {
  for (const { id, state } of before?.tasks ?? []) {
    if (state === 'done' || state === 'ready' || state === 'auditing')
      assert.ok(!said.includes(`work ${id}`), `${id} was ${state}, and was worked on again`);
    if (state === 'done') assert.ok(!said.includes(`audit ${id}`), `${id} was done, and was audited again`);
    for (const job of ['work', 'audit'])
      assert.ok(said.filter((line) => line === `${job} ${id}`).length <= 1, `${job} ${id} twice in one life`);
  }
}

/** What a process has said to be saved is there. */
function assertKept(run: Loop2Run | undefined, said: readonly string[]): void {
  for (const line of said.filter((each) => each.endsWith(' done')))
    assert.equal(run?.tasks.find(({ id }) => line === `${id} done`)?.state, 'done', line);
}
