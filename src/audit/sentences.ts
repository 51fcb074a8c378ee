import { count, oneLine } from '../base/text';
import type { Finding } from './finding';
import { failsStage } from './finding';
import type { AuditReport, NextStep, StageResult } from './report';
import { verdictLabel } from './verdict';

/** Rules of functions whose body could go without a test noticing. */
const HOLLOW = /^MT01$/;

/** Why a stage did not run that nobody asked for. */
export const LEFT_OUT = 'left out on request';

const STEPS: Record<NextStep, string> = {
  'start-engine': 'Start a container engine and audit again',
  'add-test': 'Write a test that reaches it and audit again',
  'install-dependencies': 'Install what its tests need and audit again',
  'trust-workspace': 'Trust the workspace, so that its tests may run in the sandbox, and audit again',
  'fix-file': 'Mend the file and audit again',
  'raise-limit': 'Raise the limit it ran into, or make the tests smaller, and audit again',
};

/** The verdict as a colleague would put it: what to think of the file, what its tests show, what to do next. */
export function verdictSentences(report: AuditReport): [string, string, string] {
  return [opinion(report), proof(report), advice(report)].map((text) => sentence(oneLine(text, 400))) as [
    string,
    string,
    string,
  ];
}

function opinion(report: AuditReport): string {
  const { file } = report;
  if (verdictLabel(report) === 'unproven') return `${file} reads well, but nothing shows that it works`;
  if (report.verdict === 'pass')
    return `${file} holds as far as was looked: nothing in it only looks finished, and its tests pass`;
  if (report.verdict === 'not run') return `I can't vouch for ${file} yet: ${withoutStage(report.reason)}`;
  const failing = failingFindings(report);
  const theater = failing.filter(({ stage }) => stage === 'theater').length;
  const hollow = failing.filter(({ ruleId }) => HOLLOW.test(ruleId)).length;
  const quality = failing.filter(({ stage }) => stage === 'quality').length;
  if (theater > 0)
    return `Don't rely on ${file} yet: ${theater === 1 ? 'one place' : `${theater} places`} in it only ${theater === 1 ? 'looks' : 'look'} finished`;
  if (hollow > 0) return `Don't rely on the tests of ${file}: ${hollowText(hollow)}`;
  if (failing.some(({ ruleId }) => ruleId === 'PR04'))
    return `Don't rely on ${file} yet: the test script of its project fails`;
  if (stageOf(report, 'production')?.status === 'fail') return `${file} does not work as its tests expect`;
  return `${file} works as far as can be seen, but it is not fit to keep: ${count(quality, 'thing')} in it will hurt later`;
}

function proof(report: AuditReport): string {
  const production = stageOf(report, 'production');
  if (!production || (production.reason !== '' && production.reason === report.reason))
    return 'Nothing of it was run';
  if (production.reason === LEFT_OUT) return 'Its tests were left out, as asked';
  if (production.status === 'not run') return `Its tests prove nothing so far: ${production.reason}`;
  const { tests, coverage } = production;
  if (!tests || tests.passed + tests.failed === 0)
    return `Run in the sandbox, ${production.reason || 'it loads'}`;
  const total = tests.passed + tests.failed;
  const hollow = production.findings.filter((finding) => HOLLOW.test(finding.ruleId)).length;
  const outcome =
    tests.failed > 0
      ? `${tests.failed} of its ${count(total, 'test')} ${tests.failed === 1 ? 'fails' : 'fail'}`
      : total === 1
        ? 'Its one test passes'
        : `All ${total} of its tests pass`;
  const again = tests.flaky
    ? `, and ${tests.flaky} more ${tests.flaky === 1 ? 'passes' : 'pass'} only when run again`
    : '';
  const reached =
    coverage && coverage.lines.total > 0
      ? `, and they reach ${Math.floor((coverage.lines.covered / coverage.lines.total) * 100)} % of its lines`
      : '';
  return `${outcome}${again}${reached}${hollow > 0 ? `, yet ${hollowText(hollow)}` : ''}`;
}

function advice(report: AuditReport): string {
  const [first, ...others] = failingFindings(report);
  if (first) {
    const where =
      first.file === report.file ? `line ${first.startLine}` : `${first.file}, line ${first.startLine}`;
    const more = others.length > 0 ? ` (${others.length} more after it)` : '';
    return `Start at ${where}${more}: ${oneLine(first.message, 200)}`;
  }
  const step = report.stages.find(
    (stage) => stage.status !== 'pass' && stage.nextStep !== undefined,
  )?.nextStep;
  if (step) return STEPS[step];
  const failed = report.stages.find(({ status }) => status === 'fail');
  if (failed) return `Start with the ${failed.stage} stage: ${failed.reason}`;
  const unrun = report.stages.find(({ status }) => status === 'not run');
  if (unrun) return `Let the ${unrun.stage} stage run before you decide`;
  const known = report.stages.flatMap(({ findings }) => findings).filter((one) => one.known === true).length;
  const remarks = report.stages.flatMap(({ findings }) => findings).length - known;
  if (known > 0)
    return `${count(known, 'known finding')} of the baseline can be mended when you are here anyway`;
  if (remarks > 0) return `${count(remarks, 'remark')} can wait`;
  // Tests that pass and reach a line may check nothing.
  return stageOf(report, 'production')?.mutation
    ? 'There is nothing left to do'
    : 'Whether its tests would notice a fault is shown by Prove with Mutants (--mutants)';
}

/** The worst first: errors before warnings, theater and failing tests before matters of taste. */
function failingFindings({ stages }: AuditReport): Finding[] {
  const weight = ({ severity, stage }: Finding): number =>
    (severity === 'error' ? 0 : 2) + (stage === 'quality' ? 1 : 0);
  return stages
    .flatMap(({ findings }) => findings)
    .filter(failsStage)
    .sort((a, b) => weight(a) - weight(b));
}

function hollowText(number: number): string {
  return number === 1
    ? 'the body of one function could go without any test noticing'
    : `the bodies of ${number} functions could go without any test noticing`;
}

function stageOf(report: AuditReport, name: StageResult['stage']): StageResult | undefined {
  return report.stages.find(({ stage }) => stage === name);
}

/** `production not run: no engine answers` is told as `no engine answers`. */
function withoutStage(reason: string): string {
  return reason.replace(/^(theater|production|quality)( and (theater|production|quality))* not run: /, '');
}

function sentence(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
