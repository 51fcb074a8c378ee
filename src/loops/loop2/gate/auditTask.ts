import { randomUUID } from 'node:crypto';
import { languageOf } from '../../../audit/language';
import type { AuditReport, Outcome } from '../../../audit/report';
import { count, oneLine } from '../../../base/text';
import type { ProjectFacts } from '../../loop1/facts/projectFacts';
import type { ResearchSource } from '../../loop1/research/source';
import type { CheckedClaim, Claim } from '../claims/checkClaim';
import type { TaskRecord } from '../taskRecord';
import type { GateCheck, GateFinding, TaskVerdict } from '../verdict';
import { checkByCommand, checkByProbe } from './acceptance';
import type { RunCommand } from './acceptance';
import { builtInAnswers } from './builtInAnswers';
import { contentHash, textsHash } from './contentHash';
import { lostTests } from './heldTests';
import { judgeReport, PASSED } from './judgeReport';
import type { PartOutcome } from './judgeReport';

/** A workspace as it was when it was opened. */
interface GateWorkspace {
  /** By path relative to the workspace. */
  texts: ReadonlyMap<string, string>;
  facts: ProjectFacts;
  claim(claim: Claim, signal: AbortSignal): Promise<CheckedClaim>;
}

/** All that the gate asks. Each rejects with `CancelledError` on abort. */
export interface GateParts {
  /** Absolute path of the workspace. */
  root: string;
  open(this: void, signal: AbortSignal): Promise<GateWorkspace>;
  /** All three stages over one file. The report is kept. */
  audit(file: string, signal: AbortSignal): Promise<AuditReport>;
  run: RunCommand;
  /** Where Loop 1's probes look. */
  sources: readonly ResearchSource[];
  now: () => Date;
}

/** The files of a task as they are now, as one hash. */
export async function hashOf(
  task: TaskRecord,
  { root, open }: GateParts,
  signal: AbortSignal,
): Promise<string> {
  if (task.files.length > 0) return contentHash(root, task.files);
  return textsHash((await open(signal)).texts);
}

const MAX_FINDINGS = 50;
const NOTHING_LOOKED =
  'nothing of it can be checked by itself: name its source files, give it a check that can be run, or let a person except it';

/**
 * Decides whether a task is done: all stages of the audit over each of its files, its acceptance check in the sandbox, whether what it
 * claims is there, and whether the tests still check what they did. Rejects with `CancelledError` alone, and with what is a defect.
 */
export async function auditTask(
  runId: string,
  task: TaskRecord,
  parts: GateParts,
  signal: AbortSignal,
): Promise<TaskVerdict> {
  const begun = performance.now();
  const before = await hashOf(task, parts, signal);
  const workspace = await parts.open(signal);
  const audited = await auditFiles(task, workspace, parts, signal);
  const outcomes: [GateCheck['name'], PartOutcome][] = [
    ['audit', audited.outcome],
    ['claim', await checkOf(task, workspace, signal)],
    ['tests', testsOf(task, workspace)],
    ['acceptance', await acceptanceOf(task, workspace, parts, signal)],
  ];
  const hasChanged = (await hashOf(task, parts, signal)) !== before;
  const decided = hasChanged ? CHANGED : decide(outcomes);
  const findings = once(outcomes.flatMap(([, { findings: found }]) => found));
  return {
    ...{ id: randomUUID(), runId, taskId: task.id, ...decided },
    reason: oneLine(decided.reason, 1000),
    checks: outcomes.map(([name, outcome]) => checkText(name, outcome)),
    findings: findings.slice(0, MAX_FINDINGS).map(tidied),
    reports: audited.reports,
    contentHash: before,
    notes: notesOf(task, workspace, findings),
    createdAt: parts.now().toISOString(),
    durationMs: Math.round(performance.now() - begun),
  };
}

/** What the audits of several files say of the same place is one finding. */
function once(findings: readonly GateFinding[]): GateFinding[] {
  const keyOf = ({ rule, file, line, message }: GateFinding): string =>
    JSON.stringify([rule, file, line, message]);
  return [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()];
}

function checkText(name: GateCheck['name'], { status, reason, isEmpty }: PartOutcome): GateCheck {
  if (isEmpty) return { name, status: 'not run', reason: 'there is nothing that it could judge' };
  return { name, status, reason: oneLine(reason, 500) };
}

type Decision = Pick<TaskVerdict, 'outcome' | 'helps' | 'reason'>;

const CHANGED: Decision = {
  ...{ outcome: 'not run', helps: 'wait' },
  reason: 'its files were changed while they were audited',
};

/** One failure fails it; it passes when something that could fail was looked at, and nothing is left that could not be. */
function decide(outcomes: readonly (readonly [GateCheck['name'], PartOutcome])[]): Decision {
  const among = (status: Outcome): PartOutcome[] =>
    outcomes.flatMap(([, outcome]) => (outcome.status === status ? [outcome] : []));
  const said = (some: readonly PartOutcome[]): string => some.map(({ reason }) => reason).join('; ');
  const failed = among('fail');
  if (failed.length > 0) return { outcome: 'fail', helps: null, reason: said(failed) };
  const unrun = among('not run');
  if (unrun.length > 0) {
    // While a person has to do something anyway, waiting alone does not help.
    const helps = unrun.every((each) => each.helps === 'wait') ? 'wait' : 'person';
    return { outcome: 'not run', helps, reason: said(unrun) };
  }
  const looked = outcomes.some(
    ([name, { isEmpty }]) => isEmpty !== true && (name === 'audit' || name === 'acceptance'),
  );
  return looked
    ? { outcome: 'pass', helps: null, reason: '' }
    : { outcome: 'not run', helps: 'person', reason: NOTHING_LOOKED };
}

async function auditFiles(
  task: TaskRecord,
  { texts }: GateWorkspace,
  parts: GateParts,
  signal: AbortSignal,
): Promise<{ outcome: PartOutcome; reports: TaskVerdict['reports'] }> {
  const reports: AuditReport[] = [];
  const judgements: PartOutcome[] = [];
  // What is not there any more is for the check of the claim to judge: some tasks remove files.
  for (const file of task.files.filter((each) => languageOf(each) && texts.has(each))) {
    const report = await parts.audit(file, signal);
    reports.push(report);
    judgements.push(judgeReport(report));
  }
  const brief = reports.map(({ id, file, verdict, reason }) => ({ id, file, verdict, reason }));
  return { outcome: together(judgements), reports: brief };
}

/** Of many files the worst counts. */
function together(judgements: readonly PartOutcome[]): PartOutcome {
  const bad = ['fail', 'not run'].flatMap((status) => judgements.filter((each) => each.status === status));
  const [worst] = bad;
  if (!worst) return judgements.every(({ isEmpty }) => isEmpty) ? { ...PASSED, isEmpty: true } : PASSED;
  const alike = bad.filter(({ status }) => status === worst.status);
  return {
    status: worst.status,
    reason: alike.map(({ reason }) => reason).join('; '),
    helps: alike.some(({ helps }) => helps === 'person') ? 'person' : worst.helps,
    findings: bad.flatMap(({ findings }) => findings),
  };
}

async function checkOf(
  task: TaskRecord,
  workspace: GateWorkspace,
  signal: AbortSignal,
): Promise<PartOutcome> {
  if (task.files.length === 0) return { ...PASSED, isEmpty: true };
  const { verdict, reason, faults } = await workspace.claim(
    { id: task.id, text: task.description, files: task.files },
    signal,
  );
  // No test reaches a document or a setting.
  const hasCode = task.files.some((file) => languageOf(file));
  if (verdict === 'verified' || (!hasCode && (verdict === 'untested' || verdict === 'orphaned')))
    return PASSED;
  const places = faults.length > 0 ? faults : [{ file: '', line: 1, why: reason }];
  return {
    ...{ status: 'fail', reason: `the claim is ${verdict}: ${reason}`, helps: null },
    findings: places.map(({ file, line, why }) => ({
      ...{ rule: `claim ${verdict}`, message: why, file, line, isCritical: false },
    })),
  };
}

/** Who does not answer for the tests may not take away what they check, nor build in what they expect. */
function testsOf(task: TaskRecord, { texts }: GateWorkspace): PartOutcome {
  if (task.worker === 'you' || !task.baseline) return { ...PASSED, isEmpty: true };
  const lost = lostTests(task.baseline, texts);
  const builtIn = builtInAnswers(task.files, texts);
  if (lost.length + builtIn.length === 0) return PASSED;
  const said = (some: readonly GateFinding[]): string =>
    some.map(({ file, message }) => `${file}: ${message}`).join(' ');
  const reasons = [
    ...(lost.length > 0 ? [`tests check less than before: ${said(lost)}`] : []),
    ...(builtIn.length > 0 ? [`what tests expect is built in: ${said(builtIn)}`] : []),
  ];
  return { status: 'fail', reason: reasons.join('; '), helps: null, findings: [...lost, ...builtIn] };
}

async function acceptanceOf(
  { acceptance, files, scenarios }: TaskRecord,
  { facts }: GateWorkspace,
  { root, run, sources }: GateParts,
  signal: AbortSignal,
): Promise<PartOutcome> {
  switch (acceptance.kind) {
    case 'words':
      return { ...PASSED, isEmpty: true };
    case 'command':
      return checkByCommand(
        acceptance.command,
        [...files, ...facts.code.map(({ path }) => path)],
        run,
        signal,
      );
    case 'probe':
      return checkByProbe(acceptance.probe, scenarios, { root, facts, sources }, signal);
  }
}

function notesOf(task: TaskRecord, { texts }: GateWorkspace, findings: readonly GateFinding[]): string[] {
  const lost = task.worker === 'you' && task.baseline ? lostTests(task.baseline, texts) : [];
  return [
    ...lost.slice(0, 10).map(({ file, message }) => `${file}: ${message}`),
    ...(findings.length > MAX_FINDINGS ? [`${count(findings.length - MAX_FINDINGS, 'more finding')}.`] : []),
  ];
}

function tidied(finding: GateFinding): GateFinding {
  return { ...finding, message: oneLine(finding.message, 300) };
}
