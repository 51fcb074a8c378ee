import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';

/** It never asks anything, and notices a dead connection after about 20 s. */
const WORDS = [
  ...['-o', 'BatchMode=yes', '-o', 'ConnectTimeout=15'],
  ...['-o', 'ServerAliveInterval=5', '-o', 'ServerAliveCountMax=4'],
];
/** Seconds that a connection is kept after its last use. */
const KEPT = 10;

let folder: string | undefined;

/** Options for `ssh`. The connections of this process to one host are one, as making each of them takes up to a second. */
export function sshWords(): readonly string[] {
  if (process.platform === 'win32') return WORDS;
  if (folder === undefined) {
    const made = fs.mkdtempSync(path.join(os.tmpdir(), 'sw-ssh-'));
    process.once('exit', () => fs.rmSync(made, { recursive: true, force: true }));
    folder = made;
  }
  // One with a space could not be told to rsync.
  if (/\s/.test(folder)) return WORDS;
  return [
    ...WORDS,
    '-o',
    'ControlMaster=auto',
    '-o',
    `ControlPath=${folder}/%C`,
    '-o',
    `ControlPersist=${KEPT}`,
  ];
}
