import { realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { takeOver } from './channel';
import { PROOF_JOB_VARIABLE, TEST_REPORT_VARIABLE, VITEST_VARIABLE } from './environment';
import { workerKey } from './proofHandover';
import type { ProofWords } from './proofHandover';
import { findVitest, runVitest, takeProjects } from './vitestProject';
import type { Vitest } from './vitestProject';

/*
 * Starts vitest with one worker for all test files, in which mutants are tried. The worker gets the key of its report in a
 * file that it removes before any test is loaded.
 */

const SEVERAL = 65;
const NOT_STARTED = 67;

const files = process.argv.splice(2);
const { channel } = takeOver();
const keyFile = join(tmpdir(), `seaworthy-${channel.word('file')}`);
const words: ProofWords = {
  folder: '',
  runner: '',
  keyFile,
  report: process.env[TEST_REPORT_VARIABLE] ?? '',
  job: process.env[PROOF_JOB_VARIABLE] ?? '{}',
  files,
};
delete process.env[TEST_REPORT_VARIABLE];
delete process.env[PROOF_JOB_VARIABLE];

const reporter = {
  onInit(vitest: Vitest): void {
    words.runner = takeProjects(vitest, 'vitestProof.mjs');
    for (const { config } of vitest.projects) {
      // One process and one global object for all runs.
      config.pool = 'forks';
      config.isolate = false;
      if (config.poolOptions) config.poolOptions.forks = { isolate: false, singleFork: true };
    }
    writeFileSync(keyFile, workerKey(channel.word), { mode: 0o600 });
    process.env[VITEST_VARIABLE] = JSON.stringify(words);
  },
  onTestRunStart(specifications: readonly { project: object }[]): void {
    if (new Set(specifications.map(({ project }) => project)).size <= 1) return;
    rmSync(keyFile, { force: true });
    process.exit(SEVERAL);
  },
};

async function main(): Promise<void> {
  const found = findVitest();
  if ('problem' in found) process.exit(NOT_STARTED);
  words.folder = pathToFileURL(realpathSync(found.folder)).href;
  try {
    await runVitest(found.folder, files, [reporter], {}, { seen: () => undefined });
  } catch {
    process.exit(NOT_STARTED);
  }
  process.exit(0);
}

void main();
