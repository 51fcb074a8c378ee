import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { takeOver } from './channel';
import { PROOF_JOB_VARIABLE, SIGNED_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { PROOF_REFUSALS, workerKey } from './proofHandover';
import type { ProofRecord } from './proofRecords';
import { readPlan } from './startProof';
import { Signatures, wordOf } from '../report/signatures';

/*
 * Starts the process that tries mutants, and another one when a mutant hangs or ends it. No code of the project runs here;
 * what the other process says is believed when it is signed with the key that this one gave it.
 */

const POLL_MS = 10;
/** For a process that has not begun yet: the runner and the project have to be loaded. */
const START_MS = 20_000;
const MAX_STARTS = 40;

const [runner = '', ...files] = process.argv.slice(2);
const report = process.env[TEST_REPORT_VARIABLE] ?? '';
const { channel } = takeOver();
const plan = readPlan();
const deadline = Date.now() + plan.seconds * 1000;
const done = new Set<number>();
const proved = new Set<number>();
let isFirst = true;
let isOver = false;

const PROGRAMS: Record<string, string> = {
  'node:test': 'proofNode.mjs',
  mocha: 'proofMocha.mjs',
  vitest: 'proofVitest.mjs',
  jest: 'proofJest.mjs',
};

function start(path: string, key: string): ChildProcess {
  const program = fileURLToPath(new URL(`./${PROGRAMS[runner] ?? ''}`, import.meta.url));
  const reporter =
    runner === 'node:test' ? [`--test-reporter=${program}`, '--test-reporter-destination=/dev/null'] : [];
  const child = spawn(process.execPath, [...reporter, program, ...files], {
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
    env: {
      ...process.env,
      [SIGNED_VARIABLE]: 'proof',
      [TEST_REPORT_VARIABLE]: path,
      [PROOF_JOB_VARIABLE]: JSON.stringify({ done: [...done], proved: [...proved], deadline }),
    },
  });
  child.stdin?.end(key);
  return child;
}

/** Follows one process to its end, its own or ours. */
async function follow(number: number): Promise<void> {
  const path = `${report}.${number}`;
  const key = randomBytes(32).toString('hex');
  // Vitest's tests run in a process that this one does not start.
  const signatures = new Signatures(runner === 'vitest' ? workerKey((label) => wordOf(key, label)) : key);
  const child = start(path, key);
  const hasEnded = new Promise<boolean>((resolve) => {
    child.on('exit', () => resolve(true));
    child.on('error', () => resolve(true));
  });
  let read = 0;
  let running: { mutant: number; until: number } = { mutant: 0, until: Date.now() + START_MS };
  const readOn = (): void => {
    const lines = (existsSync(path) ? readFileSync(path, 'utf8') : '').split('\n').slice(0, -1);
    for (const line of lines.slice(read)) {
      read++;
      const json = signatures.check(line);
      if (json === undefined) return refuse("the report of the tests can't be trusted");
      const record = JSON.parse(json) as ProofRecord;
      if (record.type === 'start') running = { mutant: record.mutant, until: Date.now() + record.limit };
      else relay(record);
    }
  };
  let isGone = false;
  while (!isGone && !isOver) {
    isGone = await Promise.race([hasEnded, pause()]);
    readOn();
    if (!isGone && Date.now() > running.until) break;
  }
  end(child);
  rmSync(path, { force: true });
  const refusal = PROOF_REFUSALS[child.exitCode ?? 0];
  if (refusal !== undefined) refuse(refusal);
  if (!isOver) lost(running.mutant, isGone ? 'crash' : 'timeout');
}

function pause(): Promise<boolean> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), POLL_MS);
  });
}

function end({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // It has ended, and all that it started with it.
  }
}

function relay(record: ProofRecord): void {
  if (isOver) return;
  channel.write(report, record);
  if (record.type === 'probe' && record.status === 'baseline') {
    isFirst = false;
    isOver = record.passed === 0;
  } else if (record.type === 'probe') isOver = true;
  if (record.type !== 'mutant') return;
  done.add(record.mutant);
  const owner = plan.mutants.find(({ id }) => id === record.mutant)?.function;
  if (record.outcome === 'assertion' && owner !== undefined) proved.add(owner);
}

/** A process has ended, or was ended, while a mutant was awake in it. */
function lost(mutant: number, outcome: 'crash' | 'timeout'): void {
  const what = outcome === 'crash' ? 'ended the process' : 'did not come to their end';
  if (isFirst) return refuse(`the tests ${what} when they were run without a change`);
  if (mutant <= 0) return refuse(`the tests ${what} although nothing was changed`);
  relay({ type: 'mutant', mutant, outcome, name: '', milliseconds: 0 });
}

function refuse(message: string): void {
  if (!isOver) channel.write(report, { type: 'probe', status: 'refused', message });
  isOver = true;
}

async function main(): Promise<void> {
  for (let number = 0; !isOver && number < MAX_STARTS; number++) {
    if (Date.now() > deadline) break;
    await follow(number);
  }
  if (!isOver) channel.write(report, { type: 'probe', status: 'budget', message: '' });
  process.exit(0);
}

void main();
