import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { promisify } from 'node:util';
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
});
