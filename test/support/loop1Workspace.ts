import * as fs from 'node:fs';
import * as path from 'node:path';
import { CLEAN_PROJECT, FAULTS } from './plantedProject';

/** Writes a project with every planted fault into a folder, over what is there by these names. */
export function writeFaultyProject(folder: string): void {
  const files: Record<string, string | null> = { ...CLEAN_PROJECT };
  for (const { change } of FAULTS) Object.assign(files, change);
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    if (text === null) fs.rmSync(file, { force: true });
    else fs.writeFileSync(file, text);
  }
}

/** So many files that an iteration takes its time, and each of them another one by `time`. */
export function writeParts(workspace: string, time: string): void {
  for (let number = 0; number < PARTS; number += 1)
    fs.writeFileSync(path.join(workspace, 'src', `part${number}.js`), `${SOURCE}// ${time} ${number}\n`);
}

const PARTS = 400;
const SOURCE = `${'export function add(a, b) {\n  return a + b;\n}\n'.repeat(40)}`;
