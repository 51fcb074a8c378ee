import { oneLine } from '../base/text';
import { plural, t } from '../base/texts';
import type { Finding } from './finding';
import { failsStage } from './finding';
import type { AuditReport, NextStep, StageResult, TestCounts } from './report';
import { stageWords, verdictLabel } from './verdict';

/** Rules of functions whose body could go without a test noticing. */
const HOLLOW = /^MT01$/;

/** Why a stage did not run that nobody asked for. */
export const LEFT_OUT = 'left out on request';

function stepText(step: NextStep): string {
  const steps: Record<NextStep, string> = {
    'start-engine': t('Start a container engine and audit again'),
    'add-test': t('Write a test that reaches it and audit again'),
    'install-dependencies': t('Install what its tests need and audit again'),
    'trust-workspace': t('Trust the workspace, so that its tests may run in the sandbox, and audit again'),
    'fix-file': t('Mend the file and audit again'),
    'raise-limit': t('Raise the limit it ran into, or make the tests smaller, and audit again'),
  };
  return steps[step];
}

/** The verdict as a colleague would put it: what to think of the file, what its tests show, what to do next. */
export function verdictSentences(report: AuditReport): [string, string, string] {
  const said = [opinion(report), proof(report), advice(report)];
  return said.map((text) => sentence(oneLine(text, 400))) as [string, string, string];
}

function opinion(report: AuditReport): string {
  const { file } = report;
  if (verdictLabel(report) === 'unproven') return t('{0} reads well, but nothing shows that it works', file);
  if (report.verdict === 'pass')
    return t('{0} holds as far as was looked: nothing in it only looks finished, and its tests pass', file);
  if (report.verdict === 'not run')
    return t("I can't vouch for {0} yet: {1}", file, withoutStage(report.reason));
  const failing = failingFindings(report);
  const theater = failing.filter(({ stage }) => stage === 'theater').length;
  const hollow = failing.filter(({ ruleId }) => HOLLOW.test(ruleId)).length;
  const quality = failing.filter(({ stage }) => stage === 'quality').length;
  if (theater > 0)
    return plural(
      theater,
      "Don't rely on {1} yet: one place in it only looks finished",
      "Don't rely on {1} yet: {0} places in it only look finished",
      file,
    );
  if (hollow > 0) return t("Don't rely on the tests of {0}: {1}", file, hollowText(hollow));
  if (failing.some(({ ruleId }) => ruleId === 'PR04'))
    return t("Don't rely on {0} yet: the test script of its project fails", file);
  if (stageOf(report, 'production')?.status === 'fail')
    return t('{0} does not work as its tests expect', file);
  return plural(
    quality,
    '{1} works as far as can be seen, but it is not fit to keep: {0} thing in it will hurt later',
    '{1} works as far as can be seen, but it is not fit to keep: {0} things in it will hurt later',
    file,
  );
}

function proof(report: AuditReport): string {
  const production = stageOf(report, 'production');
  if (!production || (production.reason !== '' && production.reason === report.reason))
    return t('Nothing of it was run');
  if (production.reason === LEFT_OUT) return t('Its tests were left out, as asked');
  if (production.status === 'not run') return t('Its tests prove nothing so far: {0}', production.reason);
  const { tests, coverage } = production;
  if (!tests || tests.passed + tests.failed === 0)
    return production.reason === ''
      ? t('Run in the sandbox, it loads')
      : t('Run in the sandbox, {0}', production.reason);
  const hollow = production.findings.filter((finding) => HOLLOW.test(finding.ruleId)).length;
  const parts = [outcomeText(tests)];
  if (tests.flaky)
    parts.push(
      plural(tests.flaky, 'and {0} more passes only when run again', 'and {0} more pass only when run again'),
    );
  if (coverage && coverage.lines.total > 0)
    parts.push(
      t(
        'and they reach {0} % of its lines',
        Math.floor((coverage.lines.covered / coverage.lines.total) * 100),
      ),
    );
  if (hollow > 0) parts.push(t('yet {0}', hollowText(hollow)));
  return parts.join(', ');
}

function outcomeText({ passed, failed }: TestCounts): string {
  const total = passed + failed;
  const all = plural(total, '{0} test', '{0} tests');
  if (failed > 0) return plural(failed, '{0} of its {1} fails', '{0} of its {1} fail', all);
  return total === 1 ? t('Its one test passes') : t('All {0} of its tests pass', total);
}

function advice(report: AuditReport): string {
  const [first, ...others] = failingFindings(report);
  if (first) {
    const line = t('line {0}', first.startLine);
    const where = first.file === report.file ? line : `${first.file}, ${line}`;
    const message = oneLine(first.message, 200);
    return others.length > 0
      ? t('Start at {0} ({1} more after it): {2}', where, others.length, message)
      : t('Start at {0}: {1}', where, message);
  }
  const step = report.stages.find(
    (stage) => stage.status !== 'pass' && stage.nextStep !== undefined,
  )?.nextStep;
  if (step) return stepText(step);
  const failed = report.stages.find(({ status }) => status === 'fail');
  if (failed) return t('Start with the {0} stage: {1}', stageWords(failed.stage), failed.reason);
  const unrun = report.stages.find(({ status }) => status === 'not run');
  if (unrun) return t('Let the {0} stage run before you decide', stageWords(unrun.stage));
  const known = report.stages.flatMap(({ findings }) => findings).filter((one) => one.known === true).length;
  const remarks = report.stages.flatMap(({ findings }) => findings).length - known;
  if (known > 0)
    return plural(
      known,
      '{0} known finding of the baseline can be mended when you are here anyway',
      '{0} known findings of the baseline can be mended when you are here anyway',
    );
  if (remarks > 0) return plural(remarks, '{0} remark can wait', '{0} remarks can wait');
  // Tests that pass and reach a line may check nothing.
  return stageOf(report, 'production')?.mutation
    ? t('There is nothing left to do')
    : t('Whether its tests would notice a fault is shown by Prove with Mutants (--mutants)');
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
  return plural(
    number,
    'the body of one function could go without any test noticing',
    'the bodies of {0} functions could go without any test noticing',
  );
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
