import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** A distribution of the test's own, as an index hands it out. */
export interface TestDistribution {
  project: string;
  file: string;
  content: Buffer;
  sha256: string;
}

/** Packs modules into a wheel. `requires` are requirements such as `helper>=1`. */
export function packWheel(
  project: string,
  version: string,
  modules: Record<string, string>,
  options: { tag?: string; requires?: string[]; entryPoints?: string } = {},
): TestDistribution {
  const tag = options.tag ?? 'py3-none-any';
  const info = `${project}-${version}.dist-info`;
  const requires = (options.requires ?? []).map((requirement) => `Requires-Dist: ${requirement}`);
  const files = {
    ...modules,
    [`${info}/METADATA`]: [
      'Metadata-Version: 2.1',
      `Name: ${project}`,
      `Version: ${version}`,
      ...requires,
      '',
    ].join('\n'),
    [`${info}/WHEEL`]: `Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`,
    ...(options.entryPoints && { [`${info}/entry_points.txt`]: options.entryPoints }),
  };
  const record = [...Object.keys(files), `${info}/RECORD`].map((name) => `${name},,\n`).join('');
  const content = zip({ ...files, [`${info}/RECORD`]: record });
  return distribution(project, `${project}-${version}-${tag}.whl`, content);
}

export function distribution(project: string, file: string, content: Buffer): TestDistribution {
  return { project, file, content, sha256: createHash('sha256').update(content).digest('hex') };
}

/** The pages and files of an index below `/simple/`, by path. */
export function indexOf(distributions: readonly TestDistribution[]): Map<string, Buffer> {
  const paths = new Map<string, Buffer>();
  const links = new Map<string, string>();
  for (const { project, file, content, sha256 } of distributions) {
    paths.set(`/files/${file}`, content);
    const link = `<a href="/files/${file}#sha256=${sha256}">${file}</a>\n`;
    links.set(project, (links.get(project) ?? '') + link);
  }
  for (const [project, text] of links)
    paths.set(`/simple/${project}/`, Buffer.from(`<!DOCTYPE html><html><body>${text}</body></html>`));
  return paths;
}

/** A zip archive without compression. */
function zip(files: Record<string, string>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x21, 8);
    common.writeUInt32LE(crc32(content), 10);
    common.writeUInt32LE(content.length, 14);
    common.writeUInt32LE(content.length, 18);
    common.writeUInt16LE(name.length, 22);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), common, Buffer.from(name), content);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE((0o100644 << 16) >>> 0, 6);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, rest, Buffer.from(name));
    offset += 4 + common.length + name.length + content.length;
  }
  const entries = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(entries.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, entries, end]);
}
