/** The first bytes of machine code for other systems, as far as loaders and we look at them. */
export const MACH_ARM64 = Buffer.concat([Buffer.from('cffaedfe0c000001', 'hex'), Buffer.alloc(120)]);
export const MACH_UNIVERSAL = universal([0x01000007, 0x0100000c]);
export const PE_X64 = portableExecutable(0x8664);

function universal(machines: number[]): Buffer {
  const content = Buffer.alloc(8 + machines.length * 20 + 64);
  content.writeUInt32BE(0xcafebabe, 0);
  content.writeUInt32BE(machines.length, 4);
  machines.forEach((machine, index) => content.writeUInt32BE(machine, 8 + index * 20));
  return content;
}

function portableExecutable(machine: number): Buffer {
  const content = Buffer.alloc(256);
  content.write('MZ', 'latin1');
  content.writeUInt32LE(128, 0x3c);
  content.write('PE\0\0', 128, 'latin1');
  content.writeUInt16LE(machine, 132);
  return content;
}

/** A shared library for Linux of 64 bits that needs other libraries. */
export function elf(machine: number, needed: string[]): Buffer {
  const names = Buffer.from(`\0${needed.map((name) => `${name}\0`).join('')}`);
  const [tableAt, dynamicAt] = [1024, 512];
  const base = 0x10000;
  const content = Buffer.alloc(2048);
  Buffer.from('7f454c460201010000000000000000000300', 'hex').copy(content);
  content.writeUInt16LE(machine, 18);
  content.writeUInt32LE(1, 20);
  content.writeBigUInt64LE(64n, 32);
  content.writeUInt16LE(64, 52);
  content.writeUInt16LE(56, 54);
  content.writeUInt16LE(2, 56);
  const segment = (at: number, type: number, offset: number, size: number): void => {
    content.writeUInt32LE(type, at);
    content.writeBigUInt64LE(BigInt(offset), at + 8);
    content.writeBigUInt64LE(BigInt(base + offset), at + 16);
    content.writeBigUInt64LE(BigInt(size), at + 32);
    content.writeBigUInt64LE(BigInt(size), at + 40);
  };
  segment(64, 1, 0, 2048);
  const offsets = needed.map((name) => names.indexOf(`\0${name}\0`) + 1);
  const entries: [tag: number, value: number][] = [
    ...offsets.map((offset): [number, number] => [1, offset]),
    [5, base + tableAt],
    [0, 0],
  ];
  segment(120, 2, dynamicAt, entries.length * 16);
  entries.forEach(([tag, value], index) => {
    content.writeBigUInt64LE(BigInt(tag), dynamicAt + index * 16);
    content.writeBigUInt64LE(BigInt(value), dynamicAt + index * 16 + 8);
  });
  names.copy(content, tableAt);
  return content;
}

export const X64 = 0x3e;
export const ARM64 = 0xb7;
