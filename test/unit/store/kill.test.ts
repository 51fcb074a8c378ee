import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import * as path from 'node:path';
import { bundleProgram } from '../../support/clientProcess';
import { openStore, saved } from '../../support/stateStore';
import { temporaryFolder } from '../../support/temporaryFolder';

const ROUNDS = Number(process.env['SEAWORTHY_KILL_ROUNDS'] ?? 200);
const WRITERS = 3;
const root = path.join(__dirname, '../../..');
const dist = path.join(root, 'dist');

/** A writing or compacting process and what it has said. */
class Victim {
  readonly acknowledged: string[] = [];
  readonly complaints: string[] = [];
  published = 0;
  private readonly child: ChildProcess;
  private readonly heard: Promise<unknown>;
  private rest = '';

  constructor(program: string, place: string, name: string, task: 'save' | 'checkpoint') {
    this.child = spawn(process.execPath, [program, place, dist, name, task], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stderr?.on('data', (data: Buffer) => this.complaints.push(data.toString()));
    this.heard = new Promise((resolve) => this.child.stdout?.once('data', resolve));
    this.child.stdout?.on('data', (data: Buffer) => this.listen(data.toString()));
  }

  /** Resolves once it has done something, or is gone. */
  async works(): Promise<void> {
    await Promise.race([this.heard, once(this.child, 'close')]);
  }

  /** Resolves after so many more saves. */
  async acknowledges(count: number): Promise<void> {
    const target = this.acknowledged.length + count;
    while (this.acknowledged.length < target && this.child.stdout) await once(this.child.stdout, 'data');
  }

  async kill(): Promise<void> {
    const closed = once(this.child, 'close');
    this.child.kill('SIGKILL');
    await closed;
  }

  private listen(text: string): void {
    const lines = (this.rest + text).split('\n');
    this.rest = lines.pop() ?? '';
    for (const line of lines) {
      if (line.startsWith('! ')) this.complaints.push(line);
      else if (line.startsWith('= ')) this.published += line === '= published' ? 1 : 0;
      else this.acknowledged.push(line);
    }
  }
}

describe('processes killed while they save and compact', function () {
  this.timeout(Math.max(120_000, ROUNDS * 4000));
  const folder = temporaryFolder('kill');
  const place = path.join(folder, 'state');
  const program = path.join(folder, 'storeWriter.js');
  const alive = new Set<Victim>();
  after(async () => Promise.all([...alive].map(async (victim) => victim.kill())));

  before(() => bundleProgram('storeWriter.ts', program));

  it(`lose no save they acknowledged and double none, in ${ROUNDS} rounds of ${WRITERS} writers`, async () => {
    let named = 0;
    const start = (task: 'save' | 'checkpoint'): Victim => {
      const victim = new Victim(program, place, `w${named++}`, task);
      alive.add(victim);
      return victim;
    };
    const expected = new Set<string>();
    const complaints: string[] = [];
    let published = 0;
    let writers = Array.from({ length: WRITERS }, () => start('save'));
    let compactor = start('checkpoint');
    const reader = openStore(place, { mayWrite: false });

    const bury = async (victim: Victim): Promise<void> => {
      alive.delete(victim);
      await victim.kill();
      for (const id of victim.acknowledged) {
        assert.ok(!expected.has(id), `${id} was acknowledged twice`);
        expected.add(id);
      }
      complaints.push(...victim.complaints);
      published += victim.published;
    };

    for (let round = 0; round < ROUNDS; round++) {
      const [victim, ...others] = writers;
      assert.ok(victim);
      await victim.works();
      // Another moment each round: a number of saves between none and many.
      await victim.acknowledges((round * 7) % 12);
      await bury(victim);
      writers = [...others, start('save')];
      if (round % 5 === 4) {
        await compactor.works();
        await bury(compactor);
        compactor = start('checkpoint');
      }
      if (round % 50 === 49) assertAll(await saved(reader.store), expected);
    }
    for (const victim of [...writers, compactor]) await bury(victim);
    assertAll(await saved(reader.store), expected);
    const fresh = openStore(place);
    const rows = await saved(fresh.store);
    assertAll(rows, expected);
    await fresh.store.checkpoint();
    assert.deepEqual(await saved(fresh.store), rows);
    assert.deepEqual([...complaints, ...fresh.messages, ...reader.messages], []);
    assert.ok(published >= ROUNDS / 20, `only ${published} checkpoints`);
    await fresh.store.close();
    await reader.store.close();
  });
});

/** Every acknowledged row is there with its own content; ids are the primary key, so none can be there twice. */
function assertAll(rows: Map<string, string>, expected: Set<string>): void {
  const lost = [...expected].filter((id) => !rows.has(id));
  assert.deepEqual(lost, []);
  for (const [id, text] of rows) assert.equal(text.replaceAll(id, ''), '', `${id} holds ${text}`);
}
