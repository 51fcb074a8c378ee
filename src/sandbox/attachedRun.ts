import type { Duplex } from 'node:stream';
import { FrameParser } from '../engine/frames';
import type { RunReader } from './runReader';

/**
 * Hands a container's output to `reader` as it comes. Resolves with `output-limit` as soon as the code has printed
 * more than it may, and with `ended` when the stream is over for any other reason. Destroys the stream in both
 * cases: an engine can't remove a container whose output somebody holds open without reading it.
 */
export function readOutput(stream: Duplex, reader: RunReader): Promise<'output-limit' | 'ended'> {
  return new Promise((resolve) => {
    const finish = (how: 'output-limit' | 'ended'): void => {
      stream.destroy();
      resolve(how);
    };
    const parser = new FrameParser((channel, data) => {
      if (channel === 'stdout' || channel === 'stderr') reader.push(channel, data);
    });
    stream.on('data', (chunk: Buffer) => {
      try {
        parser.push(chunk);
      } catch {
        finish('ended');
      }
      if (reader.overflowed) finish('output-limit');
    });
    stream.on('end', () => finish('ended'));
    stream.on('close', () => finish('ended'));
    stream.on('error', () => finish('ended'));
  });
}

/** Writes all of it, no faster than the container reads; stops without an error when the stream closes. */
export async function writeInput(stream: Duplex, pieces: Iterable<Buffer>): Promise<void> {
  for (const piece of pieces) {
    if (stream.destroyed) return;
    if (stream.write(piece)) continue;
    await new Promise<void>((resolve) => {
      const go = (): void => {
        stream.off('drain', go);
        stream.off('close', go);
        resolve();
      };
      stream.on('drain', go);
      stream.on('close', go);
    });
  }
}
