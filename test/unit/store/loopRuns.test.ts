import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { ProjectState } from '../../../src/repositories/projectState';
import { claimFiles, realFileSystem } from '../../../src/store/fileSystem';
import { Claims } from '../../../src/base/claims';
import { loop2Run } from '../../support/loop2Run';
import { loop1Run } from '../../support/loopRun';
import { openStore } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('what is kept of loops and operations', function () {
  this.timeout(20_000);
  const folder = temporaryFolder('loops');
  let count = 0;
  const openState = (place = path.join(folder, `${count++}`)) => {
    const { store } = openStore(place);
    return { place, state: new ProjectState(store, place, 'project', () => 30) };
  };

  it('comes back equal, one per id, the last that was saved', async () => {
    const { place, state } = openState();
    await state.loop1Runs.save(loop1Run({ iteration: 1 }));
    await state.loop1Runs.save(loop1Run({ status: 'not converged' }));
    const run2 = loop2Run([{ id: 'a', description: 'A' }], { status: 'waiting for you' });
    await state.loop2Runs.save(run2);
    const done = { actor: 'me', action: 'restart', target: 'web', outcome: 'done' as const, reason: '' };
    const logged = await state.operations.add(done);
    const later = openState(place).state;
    assert.deepEqual(await later.loop1Runs.list(), [loop1Run({ status: 'not converged' })]);
    assert.deepEqual(await later.loop2Runs.list(), [run2]);
    assert.deepEqual(await later.operations.list(10), [logged]);
    await later.loop1Runs.remove('run-1');
    assert.deepEqual(await state.loop1Runs.list(), []);
    await state.close();
    await later.close();
  });

  it('shows a run as interrupted at start unless a living process has it', async () => {
    const { place, state } = openState();
    await state.loop1Runs.save(loop1Run({ id: 'orphan' }));
    await state.loop1Runs.save(loop1Run({ id: 'owned' }));
    await state.loop1Runs.save(loop1Run({ id: 'done', status: 'completed' }));
    const claim = await state.loop1Runs.claim('owned');
    assert.ok(claim);
    const later = openState(place).state;
    assert.deepEqual(
      (await later.loop1Runs.interruptOrphans()).map(({ id, status }) => [id, status]),
      [['orphan', 'interrupted']],
    );
    assert.equal(await later.loop1Runs.claim('owned'), undefined);
    await claim.release();
    const taken = await later.loop1Runs.claim('owned');
    assert.ok(taken);
    assert.deepEqual(await later.loop1Runs.interruptOrphans(), []);
    await state.close();
    await later.close();
  });

  it('gives a claim to one of many that want it at once', async () => {
    const { state } = openState();
    const claims = await Promise.all(Array.from({ length: 20 }, () => state.loop1Runs.claim('run')));
    assert.equal(claims.filter((claim) => claim !== undefined).length, 1);
    await state.close();
  });

  it('takes over the claim of a process that was killed, and of one whose number another has now', async () => {
    const place = path.join(folder, `${count++}`);
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
    const owner = { host: '', pid: child.pid ?? 0, started: '' };
    const self = { ...owner, pid: process.pid };
    assert.ok(await new Claims(place, claimFiles(realFileSystem), owner).take('loop'));
    assert.equal(await new Claims(place, claimFiles(realFileSystem), self).take('loop'), undefined);
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
    assert.ok(await new Claims(place, claimFiles(realFileSystem), self).take('loop'));

    const another = { ...self, started: 'another process' };
    assert.ok(await new Claims(place, claimFiles(realFileSystem), another).take('other loop'));
    const taken = await new Claims(place, claimFiles(realFileSystem), self).take('other loop');
    assert.equal(taken !== undefined, fs.existsSync('/proc/self/stat'));
  });

  it('does not let a process that was suspended while taking a claim have it too', async () => {
    const place = path.join(folder, `${count++}`);
    const living = { host: '', pid: process.pid, started: '' };
    let suspended = false;
    const create = async (file: string) => {
      if (!suspended) {
        suspended = true;
        // Meanwhile others take, release and take it again.
        const claims = new Claims(place, claimFiles(realFileSystem), living);
        await (await claims.take('loop'))?.release();
        assert.ok(await claims.take('loop'));
      }
      return realFileSystem.create(file);
    };
    const sleeper = new Claims(place, claimFiles({ ...realFileSystem, create }), living);
    assert.equal(await sleeper.take('loop'), undefined);
    assert.equal(await new Claims(place, claimFiles(realFileSystem), living).take('loop'), undefined);
  });
});
