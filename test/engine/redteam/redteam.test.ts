import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { SandboxUnavailable } from '../../../src/sandbox/sandbox';
import { engine, owner, sandbox, sandboxesOf, shell } from '../realEngine';
import type { Weakness } from './probe';
import { describeProbes, fitting, GROUPS, runProbes } from './suite';
import { blind, OFF, sandboxWith } from './weakEngine';
import type { Change } from './weakEngine';

const ROOT = path.join(__dirname, '../../..');

/** Of names, kinds, times and contents of the sources: whatever a sandbox would have touched. */
function treeHash(): string {
  const hash = createHash('sha256');
  for (const folder of ['src', 'test', 'media']) {
    const entries = fs.readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries.sort((a, b) =>
      path.join(a.parentPath, a.name) < path.join(b.parentPath, b.name) ? -1 : 1,
    )) {
      const file = path.join(entry.parentPath, entry.name);
      const { mode, size, mtimeMs } = fs.lstatSync(file);
      hash.update(`${file}\0${mode}\0${size}\0${mtimeMs}\0`);
      if (entry.isFile()) hash.update(fs.readFileSync(file));
    }
  }
  return hash.digest('hex');
}

describe('the red team', function () {
  this.timeout(90_000);
  let architecture = '';
  let before = '';

  this.beforeAll(async () => {
    ({ architecture } = (await engine.connect()).facts);
    before = treeHash();
  });

  describeProbes(
    () => sandbox,
    () => architecture,
  );

  describe('sees what it looks for where a part of the lock is off', () => {
    for (const weakness of Object.keys(OFF) as Weakness[]) {
      it(`the ${weakness}`, async () => {
        const all = fitting(Object.values(GROUPS).flat(), architecture);
        const probes = all.filter(({ sees }) => sees?.without === weakness);
        const weak = sandboxWith((host, spec) => {
          OFF[weakness](host, spec);
          blind(spec);
        });
        const outcomes = await runProbes(weak, probes);
        await weak.dispose();
        for (const [{ what, sees }, outcome] of outcomes)
          assert.match(outcome, sees?.instead ?? /$^/, `${what}: ${outcome}`);
        const blindProbes = [...outcomes].filter(([{ holds }, outcome]) => holds.test(outcome));
        const most = weakness === 'filter' ? 8 : 0;
        assert.ok(blindProbes.length <= most, blindProbes.map(([{ what }]) => what).join());
        assert.ok(probes.length >= 2);
      });
    }
  });

  describe('an engine that drops a mandatory layer without a word runs nothing', () => {
    const cases: [string, Change, RegExp][] = [
      ['the network', OFF.network, /network/],
      ['the user', (_host, spec) => (spec['User'] = '0:0'), /root/],
      [
        'the capabilities',
        (host, spec) => ((host['CapDrop'] = []), (spec['User'] = '65534')),
        /capabilities/,
      ],
      ['the root', (host) => (host['ReadonlyRootfs'] = false), /root file system/],
      ['the privileges', (host) => (host['SecurityOpt'] = ['seccomp=unconfined']), /privileges/],
      ['the memory', (host) => (host['Memory'] = host['MemorySwap'] = 0), /memory/],
      ['more memory', (host) => (host['Memory'] = host['MemorySwap'] = 1 << 30), /memory/],
      ['the processes', (host) => (host['PidsLimit'] = 0), /processes/],
    ];
    for (const [what, change, expected] of cases) {
      it(what, async () => {
        const weak = sandboxWith(change);
        await assert.rejects(
          weak.run(shell('echo ran >&2')),
          (error) =>
            error instanceof SandboxUnavailable &&
            error.reason === 'limits-refused' &&
            expected.test(error.message),
        );
        await weak.dispose();
      });
    }

    it('but without an expected one it runs and says so', async () => {
      const weak = sandboxWith((host) => {
        OFF.filter(host, {});
        host['NanoCpus'] = 0;
      });
      const { end, notes } = await weak.run(shell('true'));
      await weak.dispose();
      assert.equal(end, 'finished');
      assert.deepEqual(
        notes.map((note) => /layer: ([^(]*) \(/.exec(note)?.[1]),
        ['system-call filter', 'CPU limit'],
      );
      assert.deepEqual((await sandbox.run(shell('true'))).notes, []);
    });
  });

  it('leaves nothing behind, and the files of this machine as they were', async () => {
    await sandbox.settled();
    assert.deepEqual(await sandboxesOf(owner.id), []);
    assert.equal(treeHash(), before);
  });
});
