import type { AuditReport } from '../../../audit/report';
import { count } from '../../../base/text';
import type { AuditFact } from '../facts/sourceFacts';
import type { ResearchSource } from './source';

const MAX_REPORTS = 500;

/** What earlier audits of this workspace found. */
export function auditsSource(audits: { list(limit: number): Promise<AuditReport[]> }): ResearchSource {
  return {
    id: 'audits',
    title: 'Past audits',
    needsNetwork: false,
    timeoutMs: 10_000,
    async gather() {
      const newest = new Map<string, AuditReport>();
      for (const report of await audits.list(MAX_REPORTS))
        if (!newest.has(report.file)) newest.set(report.file, report);
      const facts = [...newest.values()].map(factOf);
      const failed = facts.filter(({ verdict }) => verdict === 'fail');
      return {
        parts: { audits: facts },
        notes: [`${count(facts.length, 'file')} audited, ${failed.length} of them failed.`],
        artifacts: failed.slice(0, 30).map(({ file, reason, findings }) => ({
          ...{ kind: 'audit', title: file, description: reason, relevance: 0.9 },
          place: { file, line: findings[0]?.line ?? 1 },
        })),
      };
    },
  };
}

function factOf({ file, verdict, reason, sha256, createdAt, stages }: AuditReport): AuditFact {
  const findings = stages.flatMap((stage) =>
    stage.findings.map(({ ruleId, startLine: line, message }) => ({ ruleId, line, message })),
  );
  return { file, verdict, reason, sha256, createdAt, findings: findings.slice(0, 20) };
}
