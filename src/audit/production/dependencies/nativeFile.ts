/** What a file of machine code was made for. */
export interface NativeFile {
  system: 'linux' | 'darwin' | 'win32';
  /** As Node names them; more than one in a universal file of macOS. */
  architectures: string[];
  /** The C library it needs; undefined where it needs none or that can't be told. */
  libc: Libc | undefined;
}

export type Libc = 'glibc' | 'musl';

const ELF_MACHINES: Record<number, string> = {
  0x03: 'ia32',
  0x28: 'arm',
  0x3e: 'x64',
  0xb7: 'arm64',
  0x15: 'ppc64',
  0x16: 's390x',
  0xf3: 'riscv64',
};
const MACH_MACHINES: Record<number, string> = { 0x7: 'ia32', 0x01000007: 'x64', 0x0100000c: 'arm64' };
const PE_MACHINES: Record<number, string> = { 0x14c: 'ia32', 0x8664: 'x64', 0xaa64: 'arm64' };
const MAX_UNIVERSAL = 8;
const MAX_ENTRIES = 4096;

/** Looks at the content of a file; undefined when it is no machine code. Never throws, whatever the file holds. */
export function readNativeFile(content: Buffer): NativeFile | undefined {
  if (content.length < 64) return undefined;
  const magic = content.readUInt32BE(0);
  if (magic === 0x7f454c46) return readElf(content);
  if (magic === 0xcffaedfe || magic === 0xcefaedfe)
    return darwin([MACH_MACHINES[content.readUInt32LE(4)] ?? 'unknown']);
  if (magic === 0xcafebabe || magic === 0xcafebabf) return readUniversal(content, magic === 0xcafebabf);
  if (content.readUInt16BE(0) === 0x4d5a) return readPortableExecutable(content);
  return undefined;
}

function darwin(architectures: string[]): NativeFile {
  return { system: 'darwin', architectures, libc: undefined };
}

function readElf(content: Buffer): NativeFile {
  const isLittle = content[5] !== 2;
  const machine = isLittle ? content.readUInt16LE(18) : content.readUInt16BE(18);
  const architecture = ELF_MACHINES[machine] ?? 'unknown';
  const libc = isLittle && content[4] === 2 ? libcOf(content) : undefined;
  return { system: 'linux', architectures: [architecture], libc };
}

/** A universal file lists its parts; a class of Java begins alike, with a version where the number of parts would be. */
function readUniversal(content: Buffer, isLong: boolean): NativeFile | undefined {
  const parts = content.readUInt32BE(4);
  const size = isLong ? 32 : 20;
  if (parts === 0 || parts > MAX_UNIVERSAL || content.length < 8 + parts * size) return undefined;
  const machines = Array.from({ length: parts }, (_each, index) => content.readUInt32BE(8 + index * size));
  return darwin(machines.map((machine) => MACH_MACHINES[machine] ?? 'unknown'));
}

function readPortableExecutable(content: Buffer): NativeFile | undefined {
  const head = content.readUInt32LE(0x3c);
  if (head + 6 > content.length || content.readUInt32BE(head) !== 0x50450000) return undefined;
  const machine = PE_MACHINES[content.readUInt16LE(head + 4)] ?? 'unknown';
  return { system: 'win32', architectures: [machine], libc: undefined };
}

/** By the libraries a 64-bit file names as needed. */
function libcOf(content: Buffer): Libc | undefined {
  const needed = neededLibraries(content);
  if (needed.some((name) => /^(?:libc\.musl-|ld-musl-)/.test(name))) return 'musl';
  if (needed.some((name) => /^(?:libc\.so\.6|ld-linux)/.test(name))) return 'glibc';
  return undefined;
}

const LOAD = 1;
const DYNAMIC = 2;
const INTERPRETER = 3;
const TAG = { end: 0, needed: 1, strings: 5 } as const;

function neededLibraries(content: Buffer): string[] {
  const segments = readSegments(content);
  const interpreter = segments.find(({ type }) => type === INTERPRETER);
  const names = interpreter ? [textAt(content, interpreter.offset).split('/').at(-1) ?? ''] : [];
  const dynamic = segments.find(({ type }) => type === DYNAMIC);
  if (!dynamic) return names;
  const needed: number[] = [];
  let strings = 0;
  const count = Math.min(Math.floor(dynamic.size / 16), MAX_ENTRIES);
  for (let index = 0; index < count; index++) {
    const tag = word(content, dynamic.offset + index * 16);
    const value = word(content, dynamic.offset + index * 16 + 8);
    if (tag === TAG.end) break;
    if (tag === TAG.needed) needed.push(value);
    if (tag === TAG.strings) strings = value;
  }
  const loaded = segments.find(
    ({ type, address, size }) => type === LOAD && strings >= address && strings < address + size,
  );
  if (!loaded) return names;
  const table = loaded.offset + (strings - loaded.address);
  return [...names, ...needed.map((offset) => textAt(content, table + offset))];
}

interface Segment {
  type: number;
  offset: number;
  address: number;
  size: number;
}

function readSegments(content: Buffer): Segment[] {
  const start = word(content, 32);
  const size = content.readUInt16LE(54);
  const count = Math.min(content.readUInt16LE(56), MAX_ENTRIES);
  const segments: Segment[] = [];
  for (let index = 0; index < count; index++) {
    const at = start + index * size;
    if (!Number.isSafeInteger(at) || at + 40 > content.length) break;
    segments.push({
      type: content.readUInt32LE(at),
      offset: word(content, at + 8),
      address: word(content, at + 16),
      size: word(content, at + 32),
    });
  }
  return segments;
}

/** An unsigned number of 64 bits; 0 past the end. */
function word(content: Buffer, at: number): number {
  return Number.isSafeInteger(at) && at + 8 <= content.length ? Number(content.readBigUInt64LE(at)) : 0;
}

function textAt(content: Buffer, at: number): string {
  if (!Number.isSafeInteger(at) || at >= content.length) return '';
  const end = content.subarray(at, at + 256).indexOf(0);
  return content.subarray(at, end < 0 ? at + 256 : at + end).toString('latin1');
}
