import assert from 'node:assert/strict';
import { LogReader, MAX_LINE_LENGTH } from '../../../src/fleet/logLines';
import type { LogLine } from '../../../src/fleet/logLines';

function frame(channel: number, text: string | Buffer): Buffer {
  const payload = Buffer.from(text);
  const header = Buffer.alloc(8);
  header[0] = channel;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}

function read(chunks: Buffer[], hasTerminal = false): LogLine[] {
  const lines: LogLine[] = [];
  const reader = new LogReader(hasTerminal, (line) => lines.push(line));
  for (const chunk of chunks) reader.push(chunk);
  reader.end();
  return lines;
}

const TIME = '2026-01-02T03:04:05.123456789Z';

describe('LogReader', () => {
  it('gives lines with their times, whatever the chunks', () => {
    const whole = Buffer.concat([
      frame(1, `${TIME} héllo\r\n`),
      frame(2, `${TIME} bad\n${TIME} `),
      frame(2, 'two\n'),
      frame(1, 'no end'),
    ]);
    const expected = [
      { time: TIME, channel: 'stdout', text: 'héllo' },
      { time: TIME, channel: 'stderr', text: 'bad' },
      { time: TIME, channel: 'stderr', text: 'two' },
      { time: '', channel: 'stdout', text: 'no end' },
    ];
    assert.deepEqual(read([whole]), expected);
    assert.deepEqual(read([...whole].map((byte) => Buffer.from([byte]))), expected);
  });

  it('reads the raw stream of a terminal, whatever its first byte', () => {
    assert.deepEqual(read([Buffer.from(`${TIME} \u0001x\r\ny`)], true), [
      { time: TIME, channel: 'stdout', text: '\u0001x' },
      { time: '', channel: 'stdout', text: 'y' },
    ]);
  });

  it('cuts a line of 10 MB, takes what is no UTF-8, and goes on', () => {
    const lines = read([
      frame(1, 'x'.repeat(10_000_000)),
      frame(1, '\n'),
      frame(1, Buffer.from([0xff, 0xfe, 10])),
    ]);
    assert.equal(lines[0]?.text.length, MAX_LINE_LENGTH + 1);
    assert.equal(lines[1]?.text, '\ufffd\ufffd');
    assert.equal(lines.length, 2);
  });

  it('cuts by characters, and takes for a time only what is one', () => {
    const line = (text: string) => read([Buffer.from(text)], true)[0];
    const wide = line(`${TIME} ${'漢'.repeat(MAX_LINE_LENGTH)}`);
    assert.deepEqual([wide?.time, wide?.text.length], [TIME, MAX_LINE_LENGTH]);
    assert.ok(!wide?.text.includes('\ufffd'));
    assert.equal(line(`${TIME} ${'漢'.repeat(MAX_LINE_LENGTH + 1)}`)?.text.at(-1), '…');
    assert.equal(line('2026-01-02T03:04:05+01:00 x')?.time, '2026-01-02T03:04:05+01:00');
    assert.deepEqual(line(`${TIME}\n`), { time: TIME, channel: 'stdout', text: '' });
    for (const text of ['2026-01-02Tx y', `2026-01-02T03:04:05.${'1'.repeat(300)}Z x`, `x${TIME} y`])
      assert.deepEqual(line(text), { time: '', channel: 'stdout', text });
  });

  it('takes what the engine says about a broken log for an error, not for corruption', () => {
    assert.deepEqual(read([frame(3, 'Error grabbing logs\n')]), [
      { time: '', channel: 'stderr', text: 'Error grabbing logs' },
    ]);
  });
});
