import type { Auditor, AuditRequest } from '../../../audit/audit';
import type { AuditReport, StageResult } from '../../../audit/report';
import type { ResearchSource } from '../../loop1/research/source';
import { checkClaim } from '../claims/checkClaim';
import type { ClaimWorkspaces } from '../claims/claimWorkspace';
import type { CommandEnd } from './acceptance';
import type { GateParts } from './auditTask';

interface Asked {
  /** Absolute path of the workspace. */
  root: string;
  auditor: Pick<Auditor, 'audit'>;
  claims: ClaimWorkspaces;
  /** How a file of this workspace is audited. */
  requestFor: (file: string) => Promise<AuditRequest>;
  keep: (report: AuditReport) => Promise<void>;
  sources: readonly ResearchSource[];
  now?: () => Date;
}

/** The gate with the audit itself behind it. */
export function gateOf({
  root,
  auditor,
  claims,
  requestFor,
  keep,
  sources,
  now = () => new Date(),
}: Asked): GateParts {
  return {
    ...{ root, sources, now },
    open: async (signal) => {
      const workspace = await claims.open(root, signal);
      const { texts, facts } = workspace;
      return { texts, facts, claim: (claim, abort) => checkClaim(workspace, claim, abort) };
    },
    audit: async (file, signal) => {
      const report = await auditor.audit(await requestFor(file), { signal });
      await keep(report);
      return report;
    },
    run: async (file, command, signal) => {
      const request = await requestFor(file);
      const testing = { runner: 'script' as const, tests: 'related' as const, script: command };
      const report = await auditor.audit({ ...request, stages: ['production'], testing }, { signal });
      return endOf(report.stages.find(({ stage }) => stage === 'production'));
    },
  };
}

/** How the command has ended, which is not whether a test script proves something. */
function endOf(stage: StageResult | undefined): CommandEnd {
  const { scriptExit, reason = 'it was not begun', nextStep, status, output } = stage ?? {};
  if (scriptExit === 0) return { kind: 'ended', exitCode: 0, said: '' };
  if (scriptExit !== undefined && status === 'fail') {
    const said = output?.stderr.trim() || output?.stdout.trim() || '';
    return { kind: 'ended', exitCode: scriptExit, said: said.split('\n').at(-1) ?? '' };
  }
  // What takes too long or eats its memory is not what was to be shown.
  if (nextStep === 'raise-limit') return { kind: 'ended', exitCode: 124, said: reason };
  return { kind: 'not run', reason, helps: nextStep === 'start-engine' ? 'wait' : 'person' };
}
