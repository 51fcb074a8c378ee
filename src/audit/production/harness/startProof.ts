import { readFileSync } from 'node:fs';
import { takeOver } from './channel';
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
  const job = JSON.parse(process.env[PROOF_JOB_VARIABLE] ?? '{}') as ProofJob;
  delete process.env[TEST_REPORT_VARIABLE];
  delete process.env[PROOF_JOB_VARIABLE];
  const plan = readPlan();
  const state = installSwitch(plan.switch);
  await new ProofLoop(plan, job, state, await prepare(state), channel, report).prove();
}

/** What this step is to do; it lies beside the programs of the harness. */
export function readPlan(): ProofPlan {
  return JSON.parse(readFileSync(new URL('./mutants.json', import.meta.url), 'utf8')) as ProofPlan;
}
