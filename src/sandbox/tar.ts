import type { SandboxFile } from './sandbox';

const BLOCK = 512;
const NAME_BYTES = 100;
const CHUNK_BYTES = 256 * 1024;
/** Read by GNU tar and by BusyBox alike, where the standard's extended headers are not. */
const LONG_NAME = '././@LongLink';

/** Bytes of the archive that `tarChunks` makes of these files. */
export function tarSize(files: readonly SandboxFile[]): number {
  let size = 2 * BLOCK;
  for (const file of files) {
    size += longNameSize(file.path) + longNameSize(file.link ?? '');
    size += BLOCK + padded(file.content.length);
  }
  return size;
}

function longNameSize(name: string): number {
  const bytes = Buffer.byteLength(name);
  return bytes > NAME_BYTES ? BLOCK + padded(bytes + 1) : 0;
}

/** An uncompressed tar archive of the files, in pieces of some 256 KiB; directories come into being by themselves. */
export function* tarChunks(files: readonly SandboxFile[]): Generator<Buffer> {
  let parts: Buffer[] = [];
  let bytes = 0;
  for (const file of files) {
    for (const part of entry(file)) {
      parts.push(part);
      bytes += part.length;
    }
    if (bytes >= CHUNK_BYTES) {
      yield Buffer.concat(parts, bytes);
      parts = [];
      bytes = 0;
    }
  }
  parts.push(Buffer.alloc(2 * BLOCK));
  yield Buffer.concat(parts);
}

/** An archive with one folder and nothing in it. `name` ends with a slash, `owner` is the id of its user and group. */
export function folderArchive(name: string, owner: number): Buffer {
  return Buffer.concat([
    header(Buffer.from(name), 0, 0o755, '5', Buffer.alloc(0), owner),
    Buffer.alloc(2 * BLOCK),
  ]);
}

function* entry(file: SandboxFile): Generator<Buffer> {
  const [name, target] = [Buffer.from(file.path), Buffer.from(file.link ?? '')];
  yield* longName(name, 'L');
  yield* longName(target, 'K');
  const type = file.link === undefined ? '0' : '2';
  yield header(name, file.content.length, file.executable ? 0o755 : 0o644, type, target);
  yield* body(file.content);
}

function* longName(name: Buffer, type: 'L' | 'K'): Generator<Buffer> {
  if (name.length <= NAME_BYTES) return;
  const long = Buffer.concat([name, Buffer.alloc(1)]);
  yield header(Buffer.from(LONG_NAME), long.length, 0o644, type);
  yield* body(long);
}

function* body(content: Buffer): Generator<Buffer> {
  yield content;
  const rest = padded(content.length) - content.length;
  if (rest > 0) yield Buffer.alloc(rest);
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}

function header(
  name: Buffer,
  size: number,
  mode: number,
  type: '0' | '2' | '5' | 'K' | 'L',
  target = Buffer.alloc(0),
  owner = 0,
): Buffer {
  const block = Buffer.alloc(BLOCK);
  const octal = (value: number, digits: number, at: number): void => {
    block.write(value.toString(8).padStart(digits, '0'), at, 'latin1');
  };
  name.copy(block, 0, 0, NAME_BYTES);
  octal(mode, 7, 100);
  octal(owner, 7, 108);
  octal(owner, 7, 116);
  octal(size, 11, 124);
  octal(0, 11, 136);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  target.copy(block, 157, 0, NAME_BYTES);
  block.write('ustar  ', 257, 'latin1');
  octal(
    block.reduce((sum, byte) => sum + byte, 0),
    6,
    148,
  );
  block[154] = 0;
  return block;
}
