import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import { writeFileAtomically } from '../base/atomicFile';
import type { EngineConnection } from '../engine/connection';
import { hasSeccompProfile, seccompProfile } from './seccomp';

/**
 * The absolute path of our profile in `folder`, for an engine that takes none but by path: a Podman on this machine.
 * Undefined for every other engine, and where the file can't be written. Its name tells its content, which is read
 * back, so that a file somebody else put there is replaced.
 */
export async function seccompFileFor(engine: EngineConnection, folder: string): Promise<string | undefined> {
  const { facts, address } = engine;
  const isHere = process.platform === 'linux' && address.kind === 'socket';
  if (!facts.isPodman || !isHere || !hasSeccompProfile(facts.architecture)) return undefined;
  const content = JSON.stringify(seccompProfile(facts.architecture));
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 16);
  const file = path.join(folder, `seccomp-${hash}.json`);
  try {
    if ((await fs.readFile(file, 'utf8').catch(() => '')) !== content)
      await writeFileAtomically(file, Buffer.from(content));
    return file;
  } catch {
    // A disk that takes no file: the layer is missing then, which is said.
    return undefined;
  }
}
