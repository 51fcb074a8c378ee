import * as fs from 'node:fs';
import * as path from 'node:path';
import type { GateParts } from '../../src/loops/loop2/gate/auditTask';
import { ModelWorker } from '../../src/loops/loop2/model/modelWorker';
import { makePlan } from '../../src/loops/loop2/plan/plan';
import type { TaskDraft } from '../../src/loops/loop2/plan/task';
import type { Model } from '../../src/loops/model';
import { loop2Bench } from './loop2Bench';

type Answer = object | string;

export interface ModelBenchParts {
  /** What the model answers in turn, the last of it for ever. */
  script?: readonly Answer[];
  /** In the place of the script. */
  ask?: Model['ask'];
  fits?: Model['fits'];
  minutes?: number;
  /** See `loop2Bench`. */
  gate?: Partial<GateParts>;
  /** Before a busy model is asked again. */
  waits?: number[];
}

/** A Loop 2 on a real folder, a real store and real stages, with a model that answers what a script says. See `loop2Bench` for its audit. */
export function modelBench(folder: string, files: Record<string, string>, parts: ModelBenchParts = {}) {
  const { script = [], ask, fits, minutes = 10, waits = [], gate = {} } = parts;
  const prompts: string[] = [];
  const model: Model = {
    name: 'scripted',
    ask: async (prompt, signal) => {
      prompts.push(prompt);
      if (ask) return ask(prompt, signal);
      const answer = script[Math.min(prompts.length, script.length) - 1] ?? '';
      return typeof answer === 'string' ? answer : JSON.stringify(answer);
    },
    ...(fits && { fits }),
  };
  const root = path.join(folder, 'workspace');
  const worker = new ModelWorker({
    ...{ model: async () => model, root, waits },
    budget: () => ({ rounds: 20, tokens: 200_000, minutes }),
    texts: async (signal) => (await bench.gate.open(signal)).texts,
  });
  const bench = loop2Bench(folder, { workers: { model: worker }, gate });
  bench.write(files);
  return {
    ...{ ...bench, prompts, stagesFolder: path.join(folder, 'stages') },
    read: (file: string): string => fs.readFileSync(path.join(root, file), 'utf8'),
    begin: (...drafts: TaskDraft[]) =>
      bench.loop.begin(makePlan([{ drafts, notes: [] }]), { source: 'a test', worker: 'model' }),
  };
}
