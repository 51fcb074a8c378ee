import * as fs from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { silentLogger } from '../../src/base/logger';
import { Store } from '../../src/store/store';
import { WorkerReader } from '../../src/store/workerReader';

/*
 * A process of its own that saves or compacts until it is killed, with pauses that leave the processors to others. Arguments: the state folder, the folder of
 * storeWorker.js, a name, and `save` or `checkpoint`. Prints the id of each save once it was acknowledged.
 */
const [folder = '', distDirectory = '', name = '', task = ''] = process.argv.slice(2);

const store = new Store({
  folder,
  reader: new WorkerReader({ folder, mayWrite: true }, distDirectory),
  logger: silentLogger,
  keepDays: () => 30,
  onMessage: (message) => void fs.writeSync(1, `! ${message}\n`),
  segmentBytes: 4096,
});

async function saveUntilKilled(): Promise<void> {
  for (let count = 0; ; count++) {
    const ids = Array.from({ length: 1 + (count % 4) }, (_, i) => `${name}.${count}.${i}`);
    await Promise.all(
      ids.map(async (id) => {
        const row = {
          id,
          project_id: 'project',
          actor: name,
          action: 'save',
          target: id.repeat(1 + (count % 20)),
          outcome: 'done',
          reason: '',
          created_at: new Date().toISOString(),
        };
        await store.save([{ table: 'operation_log', row }]);
        // Synchronous, so that what was acknowledged is said before a kill can come between.
        fs.writeSync(1, `${id}\n`);
      }),
    );
    await pause(8);
  }
}

async function compactUntilKilled(): Promise<void> {
  for (;;) {
    const { kind } = await store.checkpoint();
    fs.writeSync(1, `= ${kind}\n`);
    await pause(150);
  }
}

void (task === 'checkpoint' ? compactUntilKilled() : saveUntilKilled());
