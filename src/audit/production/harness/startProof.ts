import { readFileSync } from 'node:fs';
import { takeOver } from './channel';
import type { Channel } from './channel';
import { PROOF_JOB_VARIABLE, TEST_REPORT_VARIABLE } from './environment';
import { ProofLoop } from './proofLoop';
import type { RunTests } from './proofLoop';
import type { ProofJob, ProofPlan } from './proofRecords';
import { installSwitch } from './proofSwitch';
import type { Switch } from './proofSwitch';

/** Tries the mutants in this process, with the runner that `prepare` makes. */
export async function startProof(prepare: (state: Switch) => RunTests | Promise<RunTests>): Promise<void> {
  const { channel } = takeOver();
  const report = process.env[TEST_REPORT_VARIABLE] ?? '';
  const job = process.env[PROOF_JOB_VARIABLE] ?? '{}';
  delete process.env[TEST_REPORT_VARIABLE];
  delete process.env[PROOF_JOB_VARIABLE];
  await proveOver({ channel, report, job }, async (name) => {
    const state = installSwitch(name);
    return { state, run: await prepare(state) };
  });
}

/**
 * The same with a channel that is at hand. `job` is a `ProofJob` as JSON; `prepare` is given the name under which the switch
 * has to be known to the audited code.
 */
export async function proveOver(
  { channel, report, job }: { channel: Channel; report: string; job: string },
  prepare: (switchName: string) => Prepared | Promise<Prepared>,
): Promise<void> {
  const plan = readPlan();
  const { state, run } = await prepare(plan.switch);
  await new ProofLoop(plan, JSON.parse(job) as ProofJob, state, run, channel, report).prove();
}

interface Prepared {
  state: Switch;
  run: RunTests;
}

/** What this step is to do; it lies beside the programs of the harness. */
export function readPlan(): ProofPlan {
  return JSON.parse(readFileSync(new URL('./mutants.json', import.meta.url), 'utf8')) as ProofPlan;
}
