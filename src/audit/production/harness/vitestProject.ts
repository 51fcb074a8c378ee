import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { ONLY_VARIABLE } from './environment';
import { findRunner } from './packageFolder';

/** What of a project of vitest is set by the harness. */
interface ProjectConfig {
  runner?: string;
  pool: string;
  isolate?: boolean;
  /** Version 3 keeps the options of its pools apart. */
  poolOptions?: { forks?: { isolate?: boolean; singleFork?: boolean } };
  testNamePattern?: RegExp;
  sequence: { shuffle?: unknown };
}

/** What is used of vitest, on which its versions from 3 on agree. */
export interface Vitest {
  projects: { config: ProjectConfig }[];
  close(): Promise<void>;
}

type StartVitest = (mode: 'test', filters: string[], options: object, vite: object) => Promise<Vitest>;

const OLDEST_VERSION = 3;
/** Vitest's own limit of 5 s is meant for a whole CPU. */
const TEST_TIMEOUT_MS = 10_000;

/** The folder of a vitest that can be run; else why there is none. */
export const findVitest = (): ReturnType<typeof findRunner> => findRunner('vitest', OLDEST_VERSION);

/** Puts a runner of the harness into each project. Returns the URL of the project's own; empty for vitest's. */
export function takeProjects({ projects }: Vitest, runner: string): string {
  let own = '';
  const only = process.env[ONLY_VARIABLE];
  for (const { config } of projects) {
    own ||= config.runner === undefined ? '' : pathToFileURL(config.runner).href;
    config.runner = join(dirname(fileURLToPath(import.meta.url)), runner);
    // Code in a thread shares the process of whoever reports.
    if (config.pool === 'threads') config.pool = 'forks';
    if (config.pool === 'vmThreads') config.pool = 'vmForks';
    if (only === undefined) delete config.testNamePattern;
    else config.testNamePattern = new RegExp(only);
    config.sequence.shuffle = false;
  }
  return own;
}

/**
 * Runs vitest over some files.
 * @param reporters what vitest tells of its run
 * @param options of vitest, besides those that every run has
 * @param project `seen` is told the project's own options, `compiled` what is made of each file
 */
export async function runVitest(
  folder: string,
  files: string[],
  reporters: object[],
  options: object,
  project: {
    seen: (test: Record<string, unknown>) => void;
    compiled?: (file: string, code: string) => void;
  },
): Promise<void> {
  const { startVitest } = (await import(pathToFileURL(join(folder, 'dist', 'node.js')).href)) as {
    startVitest: StartVitest;
  };
  /** More time for tests, where the project does not say how much they have. */
  const config = ({ test = {} }: { test?: Record<string, unknown> }): object => {
    project.seen(test);
    const names = ['testTimeout', 'hookTimeout'].filter((name) => test[name] === undefined);
    return { test: Object.fromEntries(names.map((name) => [name, TEST_TIMEOUT_MS])) };
  };
  const transform = (code: string, id: string): void => project.compiled?.(id.replace(/\?.*$/s, ''), code);
  await startVitest(
    'test',
    files,
    {
      run: true,
      watch: false,
      reporters,
      // One process at a time: there is half a CPU, and memory for no more.
      fileParallelism: false,
      maxWorkers: 1,
      minWorkers: 1,
      bail: 0,
      allowOnly: true,
      includeTaskLocation: true,
      disableConsoleIntercept: true,
      passWithNoTests: false,
      typecheck: { enabled: false },
      ui: false,
      open: false,
      ...options,
    },
    // Its own folder for this is in `node_modules`, which can be one of an image and not written to.
    {
      clearScreen: false,
      cacheDir: join(tmpdir(), 'seaworthy-vite'),
      plugins: [
        { name: 'seaworthy', config },
        { name: 'seaworthy-last', enforce: 'post', transform },
      ],
    },
  );
}
