import assert from 'node:assert/strict';
import { FrameParser } from '../../../src/engine/frames';

function frame(channel: number, payload: Buffer | string): Buffer {
  const data = Buffer.from(payload);
  const header = Buffer.alloc(8);
  header[0] = channel;
  header.writeUInt32BE(data.length, 4);
  return Buffer.concat([header, data]);
}

function parse(chunks: Buffer[]): Record<string, string> {
  const got: Record<string, string> = {};
  const parser = new FrameParser((channel, data) => {
    got[channel] = (got[channel] ?? '') + data.toString('latin1');
  });
  for (const chunk of chunks) parser.push(chunk);
  return got;
}

describe('FrameParser', () => {
  const stream = Buffer.concat([
    frame(1, 'out '),
    frame(2, 'err'),
    frame(1, Buffer.concat([frame(2, 'fake'), Buffer.from([0, 1, 2, 3])])),
    frame(3, 'engine failed'),
    frame(1, ''),
    frame(1, 'end'),
  ]);
  const expected = {
    stdout: `out ${frame(2, 'fake').toString('latin1')}\0\x01\x02\x03end`,
    stderr: 'err',
    system: 'engine failed',
  };

  it("tells the channels apart, keeps what looks like a header in a payload, knows the engine's own channel", () => {
    assert.deepEqual(parse([stream]), expected);
  });

  it('gives the same for every way to cut the stream', () => {
    for (let size = 1; size < stream.length; size++) {
      const chunks = [];
      for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
      assert.deepEqual(parse(chunks), expected, `chunks of ${size}`);
    }
  });

  it('refuses a stream that is not multiplexed', () => {
    assert.throws(() => parse([Buffer.from('plain text of a terminal')]), /not multiplexed/);
  });
});
