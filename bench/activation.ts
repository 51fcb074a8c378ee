import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import { median, Measures } from './support/measures';

/*
 * Loading and activating the built extension in a process of its own, beside an extension that does nothing, with an editor that
 * answers nothing: npm run bench -- activation. What it takes in a real editor is printed at the end of the editor's tests.
 */

const RUNS = 10;
/** What activation should stay under on a machine with nothing else to do, in milliseconds. */
const GOAL = 50;

const activateOnce = path.join(__dirname, 'support', 'activateOnce.cjs');
const timeOf = (file: string): number =>
  Number(execFileSync(process.execPath, [activateOnce, file]).toString());

const measures = new Measures('activation');
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-idle-'));
try {
  const idle = path.join(folder, 'idle.js');
  fs.writeFileSync(idle, "exports.activate = () => void require('vscode');\n");
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let run = 0; run < RUNS; run++) {
    times.ours.push(timeOf(path.join(__dirname, '../dist/extension.js')));
    times.peer.push(timeOf(idle));
  }
  const [ours, peer] = [median(times.ours), median(times.peer)];
  measures.add({ measure: 'load and activate', unit: 'ms', ours, peer, goal: GOAL });
  measures.end();
} finally {
  fs.rmSync(folder, { recursive: true, force: true });
}
