import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { EngineError } from '../../../src/engine/errors';
import { followPull } from '../../../src/engine/pull';

function stream(text: string, cut: number): Readable {
  const bytes = Buffer.from(text);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += cut) chunks.push(bytes.subarray(at, at + cut));
  return Readable.from(chunks);
}

const lines = (...documents: unknown[]): string =>
  documents.map((each) => `${JSON.stringify(each)}\r\n`).join('');

describe('followPull', () => {
  it('counts layers and bytes, whatever the chunks', async () => {
    const text = lines(
      { status: 'Pulling from library/nöde', id: '24-slim' },
      { status: 'Pulling fs layer', id: 'a' },
      { status: 'Already exists', id: 'b' },
      { status: 'Downloading', id: 'a', progressDetail: { current: 500_000, total: 2_000_000 } },
      { status: 'Download complete', id: 'a' },
      { status: 'Pull complete', id: 'a' },
      { status: 'Status: Downloaded newer image' },
    );
    for (const cut of [1, 7, 10_000]) {
      const told: string[] = [];
      await followPull(stream(text, cut), (message) => told.push(message));
      assert.deepEqual(told, [
        '0 of 1 layers',
        '1 of 2 layers',
        '25% of 2.0 MB known so far, 1 of 2 layers',
        '100% of 2.0 MB known so far, 1 of 2 layers',
        '100% of 2.0 MB known so far, 2 of 2 layers',
      ]);
    }
  });

  it('fails with the words of an error inside the stream', async () => {
    const text = lines(
      { status: 'Pulling fs layer', id: 'a' },
      { errorDetail: { message: 'disk full' }, error: 'disk full' },
    );
    await assert.rejects(
      followPull(stream(text, 9), () => undefined),
      (error) => error instanceof EngineError && error.message === 'disk full',
    );
  });

  it('passes over lines that are no JSON objects', async () => {
    const told: string[] = [];
    await followPull(stream('{"broken\nnull\n7\n{"status":"Waiting","id":"a"}', 3), (message) =>
      told.push(message),
    );
    assert.deepEqual(told, ['0 of 1 layers']);
  });
});
