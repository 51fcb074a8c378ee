import { failsStage } from '../../../audit/finding';
import type { Finding } from '../../../audit/finding';
import { isAside } from '../facts/projectFacts';
import type { ProjectFacts } from '../facts/projectFacts';
import type { Observation, ProbeExample } from './probe';

/** What the audit's static stages found by some of their rules, where it would fail an audit. */
export function* findingsOf({ parts }: ProjectFacts, rules: RegExp): Generator<Observation> {
  for (const finding of parts.findings ?? []) {
    const { ruleId, file, startLine, message } = finding;
    const isWanted = rules.test(ruleId) && failsStage(finding) && finding.confidence !== 'low';
    // Rules for tests look at nothing else.
    if (isWanted && (ruleId.startsWith('TT') || !isAside(file)))
      yield { file, line: startLine, shows: `${ruleId}: ${message}` };
  }
}

/** A file with one finding in its second line. */
export function findingExample(ruleId: string, code: string, file = 'src/a.js'): ProbeExample {
  const finding: Finding = {
    ...{ ruleId, stage: ruleId.startsWith('T') ? 'theater' : 'quality', severity: 'warning', file },
    ...{ message: 'Seen here.', startLine: 2, endLine: 2, evidence: code, confidence: 'high' },
  };
  return { files: { [file]: `// first\n»${code}\n` }, facts: { findings: [finding] } };
}
