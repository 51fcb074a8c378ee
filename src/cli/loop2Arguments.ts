import * as path from 'node:path';
import type { WorkerKind } from '../loops/loop2/taskRecord';
import { endOfDay } from './lastDay';
import { stateFolder } from './stateFolder';
import { existingFolder, UsageError } from './usage';

const PLAIN = ['start', 'status', 'next', 'resume', 'pause', 'cancel'] as const;
const OF_A_TASK = ['take', 'ready', 'retry', 'undo', 'drop'] as const;
const WORKERS: readonly WorkerKind[] = ['you', 'model', 'agent'];

type Loop2Action =
  | { name: (typeof PLAIN)[number] }
  /** `task` is its id. */
  | { name: 'ready'; task: string }
  | { name: Exclude<(typeof OF_A_TASK)[number], 'ready'>; task: string }
  | { name: 'except'; task: string; reason: string; expiresAt: string }
  | { name: 'reassign'; task: string; to: WorkerKind }
  | { name: 'add'; text: string };

export interface Loop2Arguments {
  loop2Action: Loop2Action;
  /** Absolute. */
  workspace: string;
  /** Folder of the state. */
  storage: string;
  json: boolean;
  /** Task lists to begin with. */
  from: readonly string[];
  /** Files that a task turned out to be about; undefined for those it has. */
  files: readonly string[] | undefined;
  /** Command that shows whether a task holds. */
  check: string | undefined;
  /** Ids of tasks that a new one needs. */
  after: readonly string[];
}

interface Options {
  workspace?: string | undefined;
  storage?: string | undefined;
  json?: boolean | undefined;
  from?: string[] | undefined;
  files?: string | undefined;
  check?: string | undefined;
  after?: string | undefined;
  to?: string | undefined;
  reason?: string | undefined;
  until?: string | undefined;
}

export function parseLoop2Arguments(
  words: readonly string[],
  options: Options,
  now = new Date(),
): Loop2Arguments {
  const { files } = options;
  return {
    loop2Action: actionOf(words, options, now),
    workspace: existingFolder('--workspace', options.workspace ?? '.'),
    storage: path.resolve(options.storage ?? stateFolder()),
    json: options.json ?? false,
    from: options.from ?? [],
    files: files === undefined ? undefined : listed(files),
    check: options.check,
    after: listed(options.after ?? ''),
  };
}

function actionOf(words: readonly string[], options: Options, now: Date): Loop2Action {
  const [name = '', about, ...more] = words;
  const plain = PLAIN.find((each) => each === name);
  if (plain !== undefined && about === undefined) return { name: plain };
  if (plain !== undefined)
    throw new UsageError(`loop2 ${name} takes no ${about}; a task list is given with --from`);
  const ofTask = OF_A_TASK.find((each) => each === name);
  const known = [...PLAIN, ...OF_A_TASK, 'except', 'reassign', 'add', 'verify'];
  if (!known.includes(name)) throw new UsageError(`loop2 needs one of: ${known.join(', ')}`);
  if (about === undefined || about.trim() === '' || more.length > 0)
    throw new UsageError(
      name === 'add'
        ? 'loop2 add needs one text, in quotes'
        : `loop2 ${name} needs one TASK, as "loop2 status" shows it`,
    );
  if (ofTask !== undefined) return { name: ofTask, task: about };
  if (name === 'add') return { name, text: about };
  if (name === 'reassign') return { name, task: about, to: workerOf(options.to) };
  const { reason = '', until } = options;
  const expiresAt = endOfDay(until, now);
  if (reason.trim() === '' || expiresAt === null)
    throw new UsageError('loop2 except needs --reason, for whoever reads it later, and --until DAY');
  return { name: 'except', task: about, reason, expiresAt };
}

function workerOf(to: string | undefined): WorkerKind {
  const worker = WORKERS.find((each) => each === to);
  if (!worker) throw new UsageError(`loop2 reassign needs --to, which is one of: ${WORKERS.join(', ')}`);
  return worker;
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}
