import { messageWithNextStep, UserError } from '../../../base/errors';
import { count } from '../../../base/text';
import type { SandboxProgress } from '../../../sandbox/sandbox';
import { failsStage } from '../../finding';
import type { Finding } from '../../finding';
import type { MutantBudget, MutationReport } from '../../mutation/proof';
import type { StageResult } from '../../report';
import { defaultRuleSettings } from '../../ruleSettings';
import type { RuleSettings } from '../../ruleSettings';
import type { PlanInput } from '../plan';
import { mutantFindings } from './mutantFindings';
import { proveFile } from './proveFile';
import type { ProofParts } from './proveFile';
import { subjectOf } from './subject';

/** What the tests came to, with what mutants say about them where that was asked for. */
export async function withProof(
  tested: StageResult,
  wanted: { plan: PlanInput; isTest: boolean; mutants?: MutantBudget; rules?: RuleSettings },
  parts: Omit<ProofParts, 'isOfTests'>,
  options: { signal?: AbortSignal; onProgress?: SandboxProgress },
): Promise<StageResult> {
  const { plan, isTest, mutants: budget, rules = defaultRuleSettings } = wanted;
  if (!budget) return tested;
  if (tested.status !== 'pass') {
    return { ...tested, mutation: notProved(budget, 'only tests that pass can be put to the proof') };
  }
  const subject = isTest ? subjectOf(plan) : plan.file;
  if (!subject)
    return { ...tested, mutation: notProved(budget, 'this test file imports no file of the workspace') };
  const { asserting, ...mutation } = await proveFile(
    { ...plan, file: subject },
    budget,
    { ...parts, isOfTests: isTest },
    options,
  ).catch((error: unknown): MutationReport => {
    if (!(error instanceof UserError)) throw error;
    return notProved(budget, messageWithNextStep(error));
  });
  // Of what these tests do not check, others may check it: only an audit of the file itself finds that out.
  if (isTest) {
    const ofTests = asserting === undefined ? {} : { asserting };
    return { ...tested, mutation: { ...mutation, of: subject.path, ...ofTests } };
  }
  const { findings, suppressed } = mutantFindings(plan.file, mutation.functions, rules);
  const hollow = findings.filter(failsStage);
  const failed = hollow.length === 0 ? {} : { status: 'fail' as const, reason: hollowReason(hollow) };
  const aside = [...(tested.suppressed ?? []), ...suppressed];
  return {
    ...tested,
    ...failed,
    findings: [...tested.findings, ...findings],
    ...(aside.length > 0 ? { suppressed: aside } : {}),
    mutation,
  };
}

function notProved(budget: MutantBudget, reason: string): MutationReport {
  return { budget, status: 'not run', reason, functions: [], flaky: [], durationMs: 0 };
}

function hollowReason(findings: readonly Finding[]): string {
  const [first] = findings;
  const what = count(findings.length, 'function');
  const does = findings.length === 1 ? 'it does' : 'they do';
  return `the tests run ${what} without checking what ${does} (first at line ${first?.startLine ?? 1})`;
}
