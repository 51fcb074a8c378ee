import { failsStage } from '../../../audit/finding';
import type { AuditReport, StageResult } from '../../../audit/report';
import type { GateFinding, TaskVerdict } from '../verdict';

/** What one part of the gate has found out. */
export interface PartOutcome {
  status: 'pass' | 'fail' | 'not run';
  /** Empty for a pass. */
  reason: string;
  helps: TaskVerdict['helps'];
  findings: readonly GateFinding[];
  /** There was nothing for it to judge. */
  isEmpty?: true;
}

export const PASSED: PartOutcome = { status: 'pass', reason: '', helps: null, findings: [] };

/** Leaks of secrets and code made of input: worth going back to the drawing board for. */
const CRITICAL = /^SE\d/;

/** What the audit of one file says of the task that it belongs to. */
export function judgeReport(report: AuditReport): PartOutcome {
  const { file, stages } = report;
  const findings = stages
    .flatMap((stage) => stage.findings.filter(failsStage))
    .map(({ ruleId, message, file: at, startLine, severity }): GateFinding => ({
      ...{ rule: ruleId, message, file: at, line: startLine },
      isCritical: CRITICAL.test(ruleId) && severity === 'error',
    }));
  if (report.verdict === 'pass') return PASSED;
  if (report.verdict === 'fail')
    return { status: 'fail', reason: `${file}: ${report.reason}`, helps: null, findings };
  const unrun = stages.filter(({ status }) => status === 'not run');
  // A file that is generated, or declarations alone, is no reason to refuse what stands around it.
  if (unrun.every(({ unjudged }) => unjudged === true)) return { ...PASSED, isEmpty: true };
  const lacking = unrun.find(isOwnFault);
  if (lacking) {
    const rule =
      lacking.nextStep === 'add-test' ? 'untested' : `${lacking.stage} ${lacking.nextStep ?? ''}`.trim();
    const finding: GateFinding = { rule, message: lacking.reason, file, line: 1, isCritical: false };
    return {
      status: 'fail',
      reason: `${file}: ${lacking.reason}`,
      helps: null,
      findings: [...findings, finding],
    };
  }
  const helps = unrun.some(({ nextStep }) => nextStep === 'start-engine') ? 'wait' : 'person';
  return { status: 'not run', reason: `${file}: ${report.reason}`, helps, findings };
}

/** What who works on the task can mend: nothing tests it, it can't be read or parsed, it does not end. */
function isOwnFault({ nextStep }: StageResult): boolean {
  return nextStep === 'add-test' || nextStep === 'fix-file' || nextStep === 'raise-limit';
}
