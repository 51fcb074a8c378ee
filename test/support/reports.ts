import type { Finding } from '../../src/audit/finding';
import type { AuditReport, StageResult } from '../../src/audit/report';
import { STAGE_NAMES } from '../../src/audit/finding';

/** A passed stage, or what `parts` makes of it. */
export function stageResult(parts: Partial<StageResult> & Pick<StageResult, 'stage'>): StageResult {
  return { status: 'pass', reason: '', findings: [], durationMs: 5, tests: null, ...parts };
}

/** A report in which all stages passed, or what `parts` makes of it. */
export function auditReport(parts: Partial<AuditReport> = {}): AuditReport {
  return {
    id: 'report-1',
    file: 'src/cart.js',
    verdict: 'pass',
    reason: '',
    stages: STAGE_NAMES.map((stage) => stageResult({ stage })),
    notes: [],
    sha256: 'abc',
    createdAt: '2026-11-24T10:00:00.000Z',
    durationMs: 900,
    ...parts,
  };
}

export function finding(parts: Partial<Finding> = {}): Finding {
  return {
    ruleId: 'TH01',
    stage: 'theater',
    severity: 'warning',
    message: '`rate` returns 0.85 whatever `data` is',
    file: 'src/cart.js',
    startLine: 3,
    endLine: 5,
    evidence: 'return 0.85;',
    confidence: 'high',
    ...parts,
  };
}
