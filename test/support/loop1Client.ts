import * as fs from 'node:fs';
import { Loop1 } from '../../src/loops/loop1/loop1';
import { workspaceSource } from '../../src/loops/loop1/research/workspace';
import { ProjectState } from '../../src/repositories/projectState';
import { openStore } from './stateStore';

/*
 * A process of its own that does an iteration of Loop 1 and stands still in one step, to be killed there. Arguments: the folder of
 * the state, the workspace, and the step. Prints each step once it is saved that it is next.
 */
const [folder = '', root = '', hold = ''] = process.argv.slice(2);

const { store } = openStore(folder);
const state = new ProjectState(store, folder, 'project', () => 30);
const loop = new Loop1({ root, keeper: state.loop1Runs, sources: [workspaceSource] });

loop.onDidChange(({ nextStep, status }) => {
  if (status !== 'running') return;
  // Synchronous, so that what was saved is said before anything else happens.
  fs.writeSync(1, `${nextStep}\n`);
  if (nextStep === hold) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});

void loop.start();
