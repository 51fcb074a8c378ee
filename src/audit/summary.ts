import { count } from '../base/text';
import type { AuditReport, Outcome } from './report';

/** One verdict over many files. */
export interface AuditSummary {
  verdict: Outcome;
  /** One sentence; empty for a pass. */
  reason: string;
  /** Files by verdict; `skipped` were not looked at, or hold nothing to judge. */
  files: { pass: number; fail: number; notRun: number; skipped: number };
  skipped: { path: string; why: string }[];
}

/** What of a report counts for a verdict over many files. */
export interface AuditInBrief extends Pick<AuditReport, 'file' | 'verdict' | 'reason'> {
  /** Number of findings. */
  findings: number;
  /** There was nothing to judge in the file. */
  unjudged: boolean;
}

export function inBrief({ file, verdict, reason, stages }: AuditReport): AuditInBrief {
  const isUnjudged =
    stages.some(({ unjudged }) => unjudged === true) && stages.every(({ status }) => status !== 'fail');
  const findings = stages.reduce((sum, stage) => sum + stage.findings.length, 0);
  return { file, verdict, reason, findings, unjudged: isUnjudged };
}

/** `fail` when one file fails, `pass` when all that can be judged pass, otherwise `not run`. */
export function summarize(
  audits: readonly AuditInBrief[],
  skipped: readonly { path: string; why: string }[] = [],
): AuditSummary {
  const unjudged = audits.filter((audit) => audit.unjudged);
  const judged = audits.filter((audit) => !audit.unjudged);
  const of = (verdict: Outcome): AuditInBrief[] => judged.filter((audit) => audit.verdict === verdict);
  const [failed, unrun] = [of('fail'), of('not run')];
  const all = [...skipped, ...unjudged.map(({ file, reason }) => ({ path: file, why: reason }))];
  const files = {
    pass: of('pass').length,
    fail: failed.length,
    notRun: unrun.length,
    skipped: all.length,
  };
  const decided = ((): Pick<AuditSummary, 'verdict' | 'reason'> => {
    if (failed.length > 0) return { verdict: 'fail', reason: failReason(failed, judged.length) };
    if (unrun.length > 0) return { verdict: 'not run', reason: notRunReason(unrun, judged.length) };
    if (judged.length > 0) return { verdict: 'pass', reason: '' };
    return { verdict: 'not run', reason: 'there is no JavaScript, TypeScript or Python file to audit' };
  })();
  return { ...decided, files, skipped: all };
}

function failReason(failed: readonly AuditInBrief[], total: number): string {
  const worst = [...failed].sort((a, b) => b.findings - a.findings)[0];
  const most = worst && failed.length > 1 && worst.findings > 1 ? `, most of it in ${worst.file}` : '';
  const named = failed.length === 1 && worst ? ` (${worst.file})` : '';
  return `${failed.length} of ${count(total, 'file')} ${failed.length === 1 ? 'fails' : 'fail'}${named}${most}`;
}

/** The reason that most of them share. */
function notRunReason(unrun: readonly AuditInBrief[], total: number): string {
  const reasons = new Map<string, number>();
  for (const { reason } of unrun) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const [first] = [...reasons].sort((a, b) => b[1] - a[1]);
  const main = first && first[1] === unrun.length ? first[0] : `mostly ${first?.[0] ?? ''}`;
  return `${unrun.length} of ${count(total, 'file')} could not be judged in full: ${main}`;
}
