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

/** `fail` when one file fails, `pass` when all that can be judged pass, otherwise `not run`. */
export function summarize(
  reports: readonly AuditReport[],
  skipped: readonly { path: string; why: string }[] = [],
): AuditSummary {
  const unjudged = reports.filter(isUnjudged);
  const judged = reports.filter((report) => !isUnjudged(report));
  const of = (verdict: Outcome): AuditReport[] => judged.filter((report) => report.verdict === verdict);
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

function isUnjudged({ stages }: AuditReport): boolean {
  return stages.some(({ unjudged }) => unjudged === true) && stages.every(({ status }) => status !== 'fail');
}

function failReason(failed: readonly AuditReport[], total: number): string {
  const worst = [...failed].sort((a, b) => findingsOf(b) - findingsOf(a))[0];
  const most = worst && failed.length > 1 && findingsOf(worst) > 1 ? `, most of it in ${worst.file}` : '';
  const named = failed.length === 1 && worst ? ` (${worst.file})` : '';
  return `${failed.length} of ${count(total, 'file')} ${failed.length === 1 ? 'fails' : 'fail'}${named}${most}`;
}

function findingsOf({ stages }: AuditReport): number {
  return stages.flatMap(({ findings }) => findings).length;
}

/** The reason that most of them share. */
function notRunReason(unrun: readonly AuditReport[], total: number): string {
  const reasons = new Map<string, number>();
  for (const { reason } of unrun) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const [first] = [...reasons].sort((a, b) => b[1] - a[1]);
  const main = first && first[1] === unrun.length ? first[0] : `mostly ${first?.[0] ?? ''}`;
  return `${unrun.length} of ${count(total, 'file')} could not be judged in full: ${main}`;
}
