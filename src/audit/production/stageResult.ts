import { UserError } from '../../base/errors';
import type { SandboxStepResult } from '../../sandbox/sandbox';
import type { Snapshot } from '../../sandbox/snapshot';
import type { NextStep, StageOutput, StageResult } from '../report';

/** Characters of output kept, from the start of each stream. */
const MAX_OUTPUT = 65_536;

/** What the code printed, each stream from its start. */
export function outputOf(steps: readonly SandboxStepResult[]): StageOutput {
  const whole = (stream: 'stdout' | 'stderr'): string => steps.map((step) => step[stream]).join('');
  const [stdout, stderr] = [whole('stdout'), whole('stderr')];
  return {
    stdout: stdout.slice(0, MAX_OUTPUT),
    stderr: stderr.slice(0, MAX_OUTPUT),
    truncated: stdout.length > MAX_OUTPUT || stderr.length > MAX_OUTPUT,
  };
}

/** What stayed behind of the workspace. */
export function withheldNotes({ withheld }: Snapshot): string[] {
  if (withheld.length === 0) return [];
  const shown = withheld.slice(0, 5).map(({ path, why }) => `${path} (${why})`);
  const rest = withheld.length > shown.length ? ` and ${withheld.length - shown.length} more` : '';
  return [`Not sent to the sandbox: ${shown.join(', ')}${rest}.`];
}

/** A stage that could not run; anything that is not an expected failure goes on as the defect it is. */
export function refusal(error: unknown): StageResult {
  if (!(error instanceof UserError)) throw error;
  const reason = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  const unavailable: Record<string, NextStep> = { 'no-engine': 'start-engine', 'no-image': 'start-engine' };
  const nextStep =
    error.name === 'SandboxUnavailable' && 'reason' in error ? unavailable[String(error.reason)] : undefined;
  return notRun(error.nextStep ? `${reason.replace(/\.$/, '')}. ${error.nextStep}` : reason, nextStep);
}

/** A stage that did not run. */
export function notRun(reason: string, nextStep?: NextStep): StageResult {
  return {
    stage: 'production',
    status: 'not run',
    reason,
    findings: [],
    durationMs: 0,
    tests: null,
    ...(nextStep === undefined ? {} : { nextStep }),
  };
}
