import * as fs from 'node:fs';
import * as path from 'node:path';
import { unjudgedRole } from '../../src/audit/syntax/role';

/** Files below a folder whose names a pattern fits, without very large ones. */
export function* sources(folder: string, pattern: RegExp): Generator<string> {
  for (const entry of fs.readdirSync(folder, { withFileTypes: true })) {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* sources(full, pattern);
    else if (entry.isFile() && pattern.test(entry.name) && fs.statSync(full).size < 1_000_000) yield full;
  }
}

/** Copies sources into a new project until there are so many bytes or files of it. */
export function copySources(
  to: string,
  folders: readonly string[],
  { bytes = Infinity, files = Infinity }: { bytes?: number; files?: number },
): { bytes: number; files: number } {
  const copied = { bytes: 0, files: 0 };
  for (let round = 0; ; round++) {
    for (const folder of folders)
      for (const file of sources(folder, /(?<!\.d|\.min)\.(?:ts|js|py)$/)) {
        if (copied.bytes >= bytes || copied.files >= files) return copied;
        const text = fs.readFileSync(file, 'utf8');
        // What is generated is not read by an audit.
        if (unjudgedRole({ path: path.relative(folder, file), text })) continue;
        const target = path.join(to, `part${round}`, path.basename(folder), path.relative(folder, file));
        fs.mkdirSync(path.dirname(target), { recursive: true });
        fs.writeFileSync(
          target,
          round === 0 ? text : `${text}\n${file.endsWith('.py') ? '#' : '//'} ${round}\n`,
        );
        copied.bytes += text.length;
        copied.files += 1;
      }
  }
}
