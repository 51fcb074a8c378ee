import { count } from '../../../base/text';
import type { Finding, Severity } from '../../finding';
import type { ProvedFunction } from '../../mutation/proof';
import type { RuleNature, RuleSettings } from '../../ruleSettings';
import { severityOf } from '../../ruleSettings';
import type { StageResult } from '../../report';
import type { AuditedFile } from '../../stage';
import { lineEvidence } from '../wording';

const HOLLOW: RuleNature = { id: 'MT01', severity: 'warning', confidence: 'high' };
const CRASH_ONLY: RuleNature = { id: 'MT02', severity: 'info', confidence: 'medium' };

/** What is to be said of functions that tests run and do not check, and what comments in the source set aside of it. */
export function mutantFindings(
  file: AuditedFile,
  functions: readonly ProvedFunction[],
  settings: RuleSettings,
): { findings: Finding[]; suppressed: NonNullable<StageResult['suppressed']> } {
  const all = functions.flatMap((judged) => {
    const finding = findingAbout(file, judged, settings);
    return finding ? [{ finding, reason: judged.ignored?.[finding.ruleId] }] : [];
  });
  return {
    findings: all.filter(({ reason }) => reason === undefined).map(({ finding }) => finding),
    suppressed: all.flatMap(({ finding, reason }) => (reason === undefined ? [] : [{ finding, reason }])),
  };
}

function findingAbout(
  file: AuditedFile,
  judged: ProvedFunction,
  settings: RuleSettings,
): Finding | undefined {
  const rule = judged.proof === 'survived' ? HOLLOW : judged.proof === 'crash-only' ? CRASH_ONLY : undefined;
  if (!rule) return undefined;
  const survivors = judged.mutants.filter(({ outcome }) => outcome === 'survived');
  // One change that nobody notices may be one that nobody could.
  const observed: Severity = rule === HOLLOW && survivors.length < 2 ? 'info' : rule.severity;
  const severity = severityOf(rule, observed, file.path, settings);
  if (severity === undefined) return undefined;
  return {
    ruleId: rule.id,
    stage: 'production',
    severity,
    message: rule === HOLLOW ? hollowMessage(judged) : crashMessage(judged),
    file: file.path,
    startLine: judged.startLine,
    endLine: judged.startLine,
    evidence: lineEvidence(file.text, judged.startLine),
    confidence: rule.confidence,
  };
}

function hollowMessage({ name, tests, mutants }: ProvedFunction): string {
  const changes = mutants.slice(0, 2).map(({ change }) => change);
  return `${byTests(tests)} \`${name}\`, and none fails when ${changes.join(', or when ')}.`;
}

function crashMessage({ name, tests, mutants }: ProvedFunction): string {
  const broken = mutants.find(({ outcome }) => outcome !== 'survived');
  const survivor = mutants.find(({ outcome }) => outcome === 'survived');
  const unnoticed = survivor ? `; none fails when ${survivor.change}` : '';
  return `${byTests(tests)} \`${name}\`, and no assertion fails when ${broken?.change ?? 'it is changed'}: something only ${
    broken?.outcome === 'timeout' ? 'hangs' : 'breaks'
  }${unnoticed}.`;
}

function byTests(tests: number): string {
  return tests === 0 ? 'The tests run' : `${count(tests, 'test')} run${tests === 1 ? 's' : ''}`;
}
