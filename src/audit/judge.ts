import { count } from '../base/text';
import type { Baseline, BaselineEntry } from './baseline';
import { compareWithBaseline, isOfMutants } from './baseline';
import type { Finding } from './finding';
import { failsStage } from './finding';
import type { AuditReport, StageResult } from './report';
import type { StaticAnalysis } from './stage';
import { decideVerdict } from './verdict';

/** What stages 1 and 3 come to for one file, with what there is to say of its baseline. */
export interface StaticJudgement {
  theater: StageResult;
  quality: StageResult;
  notes: string[];
}

/** Judges what was seen in the source; what stands in the baseline fails nothing. */
export function judge(analysis: StaticAnalysis, file: string, baseline?: Baseline): StaticJudgement {
  if (!baseline)
    return {
      theater: judgeStage('theater', analysis, analysis.theater),
      quality: judgeStage('quality', analysis, analysis.quality),
      notes: [],
    };
  const all = [...analysis.theater, ...analysis.quality];
  const { findings, stale } = compareWithBaseline(all, file, baseline);
  const of = (stage: 'theater' | 'quality'): Finding[] =>
    findings.filter((finding) => finding.stage === stage);
  const isWhole = analysis.syntaxErrors.length === 0 && analysis.unjudged === undefined;
  return {
    theater: judgeStage('theater', analysis, of('theater')),
    quality: judgeStage('quality', analysis, of('quality')),
    notes: [...knownNote(findings), ...(isWhole ? staleNote(stale) : [])],
  };
}

function knownNote(findings: readonly Finding[]): string[] {
  const known = findings.filter((finding) => finding.known === true).length;
  if (known === 0) return [];
  return [
    `${count(known, 'finding')} of the baseline ${known === 1 ? 'is' : 'are'} still here; they fail nothing.`,
  ];
}

function staleNote(stale: readonly BaselineEntry[]): string[] {
  if (stale.length === 0) return [];
  const rules = [...new Set(stale.map(({ rule }) => rule))].sort().slice(0, 8).join(', ');
  const fits = stale.length === 1 ? 'fits' : 'fit';
  const entries = stale.length === 1 ? '1 entry' : `${stale.length} entries`;
  return [
    `${entries} of the baseline (${rules}) ${fits} nothing in this file any more; update the baseline.`,
  ];
}

function judgeStage(
  stage: 'theater' | 'quality',
  analysis: StaticAnalysis,
  unsorted: readonly Finding[],
): StageResult {
  const findings = [...unsorted].sort((a, b) => a.startLine - b.startLine);
  const suppressed = analysis.suppressed?.filter(({ finding }) => finding.stage === stage) ?? [];
  const base = {
    stage,
    findings,
    durationMs: 0,
    tests: null,
    ...(suppressed.length > 0 ? { suppressed } : {}),
  };
  const failing = findings.filter(failsStage);
  if (failing.length > 0) {
    const unread = analysis.unjudged ?? describeUnread(analysis);
    const rest = unread === undefined ? {} : { unread };
    return { ...base, status: 'fail', reason: describeFindings(failing), ...rest };
  }
  if (analysis.unjudged !== undefined)
    return { ...base, status: 'not run', reason: analysis.unjudged, unjudged: true };
  const unread = describeUnread(analysis);
  if (unread !== undefined) return { ...base, status: 'not run', reason: unread, nextStep: 'fix-file' };
  return { ...base, status: 'pass', reason: '' };
}

function describeUnread({ syntaxErrors: [first] }: StaticAnalysis): string | undefined {
  if (!first) return undefined;
  return `line ${first.startLine} could not be parsed, so the file was not judged as a whole`;
}

/** Stage 2 with what mutants found and the baseline knows marked; tests that fail fail on. */
export function withKnownMutants(stage: StageResult, file: string, baseline: Baseline): StageResult {
  const found = stage.findings.filter(({ ruleId }) => isOfMutants(ruleId));
  if (found.length === 0) return stage;
  const marked = compareWithBaseline(found, file, baseline).findings;
  const findings = stage.findings.map((finding) => marked[found.indexOf(finding)] ?? finding);
  // Only tests that pass are put to the proof, so that nothing else can have failed.
  const isHollow = stage.mutation?.status === 'run' && found.some((finding) => failsStage(finding));
  if (stage.status !== 'fail' || !isHollow || findings.some(failsStage)) return { ...stage, findings };
  return { ...stage, findings, status: 'pass', reason: '' };
}

/** A report as it would be if this baseline had been there. Tests are not touched by it. */
export function withBaseline(report: AuditReport, baseline: Baseline): AuditReport {
  const stages = report.stages.map((stage): StageResult => {
    if (stage.stage === 'production') return withKnownMutants(stage, report.file, baseline);
    return judgedAgain(stage, compareWithBaseline(stage.findings, report.file, baseline).findings);
  });
  return { ...report, ...decideVerdict(stages), stages };
}

/** A static stage as it would be with these findings in the place of its own. */
export function judgedAgain(stage: StageResult, findings: Finding[]): StageResult {
  const failing = findings.filter(failsStage);
  if (failing.length > 0) return { ...stage, findings, status: 'fail', reason: describeFindings(failing) };
  if (stage.status !== 'fail') return { ...stage, findings };
  const { unread } = stage;
  return unread === undefined
    ? { ...stage, findings, status: 'pass', reason: '' }
    : { ...stage, findings, status: 'not run', reason: unread };
}

function describeFindings(failing: readonly Finding[]): string {
  const [first] = failing;
  const where = first ? `${first.ruleId} at line ${first.startLine}` : '';
  return failing.length === 1 ? `1 finding (${where})` : `${failing.length} findings (first ${where})`;
}
