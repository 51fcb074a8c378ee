import assert from 'node:assert/strict';
import type { DockerSandbox } from '../../../src/sandbox/dockerSandbox';
import { DEFAULT_LIMITS } from '../../../src/sandbox/sandbox';
import type { SandboxResult } from '../../../src/sandbox/sandbox';
import { skipBecause } from '../../support/skip';
import { NODE_IMAGE } from '../realEngine';
import { filesystem } from './filesystem';
import { kernel } from './kernel';
import { network } from './network';
import { privileges } from './privileges';
import { stepOf } from './probe';
import type { Probe } from './probe';
import { processes } from './processes';

export const GROUPS: Readonly<Record<string, readonly Probe[]>> = {
  network,
  filesystem,
  privileges,
  kernel,
  processes,
};

/** Probes of the architecture the engine runs on. */
export function fitting(probes: readonly Probe[], architecture: string): Probe[] {
  const machine = architecture === 'amd64' ? 'x86_64' : architecture;
  return probes.filter(({ only }) => only === undefined || only === machine);
}

/** Runs independent probes one after the other in one container, and gives what each printed last. */
export async function runProbes(
  sandbox: DockerSandbox,
  probes: readonly Probe[],
): Promise<Map<Probe, string>> {
  const limits = { ...DEFAULT_LIMITS, timeoutMs: 90_000, cpus: 1 };
  const result = await sandbox.run({
    image: NODE_IMAGE,
    files: [],
    steps: probes.map(stepOf),
    reports: [],
    limits,
  });
  assert.equal(result.steps.length, probes.length, result.detail);
  return new Map(probes.map((probe, index) => [probe, lastLine(result, index)]));
}

function lastLine({ steps }: SandboxResult, index: number): string {
  const step = steps[index];
  const line = step?.stdout.trim().split('\n').pop() ?? '';
  return line || `exit ${step?.exitCode}, ${step?.stderr.trim().split('\n').pop()}`;
}

/** One test for each probe: what it meets in a sandbox as it is. */
export function describeProbes(sandbox: () => DockerSandbox, architecture: () => string): void {
  for (const [group, probes] of Object.entries(GROUPS)) {
    describe(`${group}: hostile code looks for`, () => {
      let outcomes = new Map<Probe, string>();
      before(async () => {
        outcomes = await runProbes(sandbox(), fitting(probes, architecture()));
      });
      for (const probe of probes) {
        it(probe.what, function () {
          if (fitting([probe], architecture()).length === 0)
            return skipBecause(this, `nothing of the kind on ${architecture()}`);
          assert.match(outcomes.get(probe) ?? '', probe.holds);
        });
      }
    });
  }
}
