import * as fs from 'node:fs';
import * as path from 'node:path';
import { createInterface } from 'node:readline';
import { ProjectState } from '../../src/repositories/projectState';
import { realFileSystem } from '../../src/store/fileSystem';
import type { FileSystem } from '../../src/store/fileSystem';
import { loop2Run } from './loop2Run';
import { loop1Run } from './loopRun';
import { openStore, save, saved } from './stateStore';

/*
 * A process of its own that does what it is told, a line each: `save ID[=TEXT]`, `read`, `checkpoint`, `watch`, `claim NAME`,
 * `run ID` (a loop run, claimed and running), `stop PREFIX` (suspends itself before it next creates a file of this
 * beginning). Answers each with a line. Its arguments are the state folder and, for loop
 * runs, the project.
 */
const [folder = '', projectId = 'project'] = process.argv.slice(2);

let stopAt: string | undefined;

const files: FileSystem = {
  ...realFileSystem,
  async create(file) {
    if (stopAt !== undefined && path.basename(file).startsWith(stopAt)) {
      stopAt = undefined;
      process.kill(process.pid, 'SIGSTOP');
    }
    return realFileSystem.create(file);
  },
};

const { store } = openStore(folder, { files, segmentBytes: 2048 });
const state = new ProjectState(store, folder, projectId, () => 30);

function say(text: string): void {
  fs.writeSync(1, `${text}\n`);
}

async function run(id: string): Promise<void> {
  await state.loop1Runs.claim(id);
  await state.loop2Runs.claim(id);
  const times = { createdAt: new Date().toISOString(), updatedAt: new Date().toISOString() };
  await state.loop1Runs.save(loop1Run({ id, ...times }));
  const tasks = [{ id: 'a', description: 'A' }];
  await state.loop2Runs.save(loop2Run(tasks, { id, status: 'running', ...times }));
}

async function obey(word: string, argument: string): Promise<string> {
  if (word === 'save') {
    const [id = '', text = id] = argument.split('=');
    await save(store, id, text);
  }
  if (word === 'read') return [...(await saved(store)).keys()].sort().join();
  if (word === 'checkpoint') return (await store.checkpoint()).kind;
  if (word === 'claim') return (await store.claim(argument)) ? 'mine' : 'taken';
  if (word === 'run') await run(argument);
  if (word === 'stop') stopAt = argument;
  if (word === 'watch') {
    store.onDidChange(() => void saved(store).then((rows) => say(`seen ${[...rows.keys()].sort().join()}`)));
    await saved(store);
  }
  return 'done';
}

let queue = Promise.resolve();
createInterface({ input: process.stdin }).on('line', (line) => {
  const [word = '', ...rest] = line.split(' ');
  queue = queue.then(async () => say(await obey(word, rest.join(' '))));
});
