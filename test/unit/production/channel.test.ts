import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { hmac } from '../../../src/audit/production/harness/sha256';
import { parseReport } from '../../../src/audit/production/report/parseReport';
import { createKey, wordOf } from '../../../src/audit/production/report/signatures';
import { temporaryFolder } from '../../support/temporaryFolder';

describe('signing without the help of Node', () => {
  it('agrees with Node for every length around a block', () => {
    for (const size of [...Array.from({ length: 140 }, (_, index) => index), 1000, 65_537]) {
      const [key, data] = [randomBytes(32), randomBytes(size + 5)];
      const expected = createHmac('sha256', key).update(data.subarray(0, size)).digest('hex');
      assert.equal(Buffer.from(hmac(key, data, size)).toString('hex'), expected, String(size));
    }
  });
});

describe('the channel of a step', () => {
  const folder = temporaryFolder('channel');
  const harness = path.resolve(__dirname, '../../../src/audit/production/harness/channel.ts');
  const texts = ['plain', 'ü ö 日本 👩‍🚀 \ud800 \udc00x', '"quoted"\n\\'.repeat(40), 'x'.repeat(9000)];

  function report(key: string, code: string): Buffer {
    const file = path.join(folder, `${randomBytes(4).toString('hex')}.ndjson`);
    const program = `const { openChannel } = require(${JSON.stringify(harness)}); const report = ${JSON.stringify(file)};
      const channel = openChannel(); ${code}`;
    const { status, stderr } = spawnSync(process.execPath, ['--import=tsx', '-e', program], {
      input: key,
      encoding: 'utf8',
      env: { ...process.env, SEAWORTHY_SIGNED: 'load' },
      cwd: path.resolve(__dirname, '../../..'),
    });
    assert.equal(status, 0, stderr);
    return readFileSync(file);
  }
  const write = texts
    .map((text) => `channel.write(report, ${JSON.stringify({ type: 'unavailable', message: text })});`)
    .join('\n');

  it('is read by who has the key, and by nobody else', function () {
    this.timeout(20_000);
    const key = createKey();
    const content = report(
      key,
      `${write} channel.write(report, { type: 'distrust', message: channel.word('w') });`,
    );
    assert.equal(parseReport(content, key).damage, wordOf(key, 'w'));
    assert.match(parseReport(content, createKey()).damage ?? '', /not the test runner's/);
    const lines = content.toString().split(/(?<=\n)/);
    const changed = {
      'left out': lines.toSpliced(1, 1),
      swapped: [lines[1], lines[0], ...lines.slice(2)],
      twice: [lines[0], ...lines],
      changed: lines.map((line) => line.replace('plain', 'plaim')),
      unsigned: [...lines, '{"type":"end","passed":1,"failed":0,"skipped":0}\n'],
    };
    for (const [what, kept] of Object.entries(changed))
      assert.match(parseReport(Buffer.from(kept.join('')), key).damage ?? '', /not the test runner's/, what);
  });

  it('signs what it is given, whatever the code has replaced', function () {
    this.timeout(20_000);
    const key = createKey();
    const patches = `
      const fs = require('fs');
      const forge = () => 'x'; const patch = (owner, name) => { owner[name] = forge; };
      for (const name of ['charCodeAt', 'slice', 'split', 'replace', 'concat']) patch(String.prototype, name);
      for (const name of ['join', 'map', 'push']) patch(Array.prototype, name);
      for (const name of ['length', 'buffer', 'byteLength'])
        Object.defineProperty(Object.getPrototypeOf(Uint8Array.prototype), name, { get: () => 0 });
      Object.prototype.toJSON = () => ({ type: 'end' });
      globalThis.Uint8Array = globalThis.Uint32Array = forge; JSON.stringify = forge; Math.floor = forge;
      fs.appendFileSync = forge;`;
    const content = report(
      key,
      `${patches} channel.write(report, { type: 'unavailable', message: 'as it was' }); process.reallyExit(0);`,
    );
    const { unavailable, damage } = parseReport(content, key);
    assert.deepEqual([unavailable, damage], ['as it was', undefined]);
  });

  it('leaves nothing of the key behind', function () {
    this.timeout(20_000);
    const key = createKey();
    const look = `
      const fs = require('fs');
      const seen = [JSON.stringify(process.env), fs.readFileSync('/proc/self/environ', 'latin1')];
      fs.appendFileSync(report, seen.join() + '|stdin:' + fs.readFileSync(0, 'latin1'));`;
    const content = report(key, look).toString('latin1');
    assert.match(content, /\|stdin:$/);
    assert.doesNotMatch(content, new RegExp(key.slice(0, 16)));
  });
});
