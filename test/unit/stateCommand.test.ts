import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
import { crc32 } from 'node:zlib';
import { openStore, save } from '../support/stateStore';
import { temporaryFolder } from '../support/temporaryFolder';

const cli = path.join(__dirname, '../../dist/cli.js');
const run = promisify(execFile);

/** Exit status and output of `seaworthy state ...`. */
async function state(...words: string[]): Promise<{ status: number; output: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [cli, 'state', ...words]);
    return { status: 0, output: stdout + stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, output: stdout + stderr };
  }
}

describe('the state command', function () {
  this.timeout(20_000);
  const storage = temporaryFolder('state-command');
  const uri = 'file:///home/me/project';
  const id = createHash('sha256').update(uri).digest('hex').slice(0, 16);
  const place = path.join(storage, 'workspaces', id, 'state');

  before(async () => {
    const { store } = openStore(place);
    for (const row of ['a', 'b', 'c']) await save(store, row);
    await store.close();
  });

  it('verifies, and changes nothing', async () => {
    const { status, output } = await state('verify', '--storage', storage);
    assert.equal(status, 0);
    assert.match(output, new RegExp(`${id}: generation 0, 1 logs; .*3 operation_log`));
    assert.equal(fs.readdirSync(place).length, 1);
  });

  it('exports one workspace as JSON and as SQLite', async () => {
    const output = path.join(storage, 'export');
    const result = await state('export', '--storage', storage, '--workspace-uri', uri, '--output', output);
    assert.equal(result.status, 0);
    const exported = JSON.parse(fs.readFileSync(path.join(output, 'seaworthy-state.json'), 'utf8')) as {
      tables: Record<string, unknown[]>;
    };
    assert.equal(exported.tables['operation_log']?.length, 3);
    const header = fs.readFileSync(path.join(output, 'seaworthy-state.sqlite')).subarray(0, 15);
    assert.equal(header.toString(), 'SQLite format 3');
  });

  it('says what is missing', async () => {
    for (const [words, message] of [
      [['verify'], /needs --storage/],
      [['repair', '--storage', storage], /one of: verify, export/],
      [['verify', '--storage', path.join(storage, 'nowhere')], /there is no such folder/],
      [['verify', '--storage', storage, '--workspace-uri', 'file:///other'], /No state of Seaworthy/],
      [['verify', '--storage', place], /No state of Seaworthy/],
    ] as const) {
      const { status, output } = await state(...words);
      assert.equal(status, 3, output);
      assert.match(output, message);
    }
  });

  it('finds damage and leaves it alone', async () => {
    const [log = ''] = fs.readdirSync(place);
    const file = path.join(place, log);
    const bytes = fs.readFileSync(file);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    fs.writeFileSync(file, bytes);
    const { status, output } = await state('verify', '--storage', storage);
    assert.equal(status, 1);
    assert.match(output, /damaged/);
    assert.deepEqual(fs.readdirSync(place), [log]);
  });

  describe('with what it can not read', () => {
    const kept = path.join(storage, 'workspaces', 'fedcba9876543210', 'state');
    const where = ['--storage', storage];

    before(async () => {
      fs.rmSync(path.join(storage, 'workspaces', id), { recursive: true });
      const { store } = openStore(kept);
      await save(store, 'a');
      for (let i = 0; i < 3; i++) await store.checkpoint();
      await store.close();
    });

    it('ends with status 2 when no snapshot can be read, and leaves all files alone', async () => {
      const snapshots = fs.readdirSync(kept).filter((name) => name.endsWith('.sqlite'));
      const contents = snapshots.map((name) => fs.readFileSync(path.join(kept, name)));
      for (const name of snapshots) fs.truncateSync(path.join(kept, name), 50);
      const before = fs.readdirSync(kept);
      const { status, output } = await state('verify', ...where, '--json');
      assert.equal(status, 2, output);
      assert.match(output, /no snapshot can be read/);
      assert.deepEqual(fs.readdirSync(kept), before);
      snapshots.forEach((name, i) => fs.writeFileSync(path.join(kept, name), contents[i] ?? ''));
      assert.equal((await state('verify', ...where)).status, 0);
    });

    it('ends with status 2 when the output can not be written', async () => {
      const file = path.join(storage, 'a file');
      fs.writeFileSync(file, '');
      const { status, output } = await state('export', ...where, '--output', file);
      assert.equal(status, 2, output);
      assert.match(output, /could not export its state.*can be written/s);
    });

    it('ends with status 2 for the state of a newer version, which it names', async () => {
      const name =
        fs
          .readdirSync(kept)
          .filter((file) => file.startsWith('man-'))
          .sort()
          .at(-1) ?? '';
      const [json = ''] = fs.readFileSync(path.join(kept, name), 'utf8').split('\n');
      const newer = JSON.stringify({ ...(JSON.parse(json) as object), minReader: 99, schema: 99 });
      fs.writeFileSync(path.join(kept, name), `${newer}\n${crc32(newer).toString(16).padStart(8, '0')}\n`);
      for (const action of ['verify', 'export']) {
        const { status, output } = await state(action, ...where, '--output', path.join(storage, 'newer'));
        assert.equal(status, 2, output);
        assert.match(output, /newer Seaworthy/);
      }
    });
  });
});
