import type { Finding } from '../finding';
import type { NextStep, Outcome } from '../report';
import type { Evidence } from './evidence';
import type { LoadRecord } from './harness/records';
import { clip, lineEvidence } from './wording';

interface Decision {
  status: Outcome;
  reason: string;
  nextStep?: NextStep;
  findings: Finding[];
}

/** `decided` when nothing the tests say could change the answer. */
export interface LoadVerdict {
  decided?: Decision;
  notes: string[];
}

const BROWSER_GLOBAL =
  /^(document|window|navigator|localStorage|sessionStorage|self|customElements|HTMLElement|Image|XMLHttpRequest|location) is not defined/;

/** A decorator that begins a line or stands before a class, a member or a parameter on it. */
const DECORATOR = /(?:^|[\s({;,])@[\p{L}_$][\w$.]*(?:\(|\s|$)/u;

/** Judges how the audited file loaded in a process of its own. */
export function judgeLoad(evidence: Evidence): LoadVerdict {
  const { load, end } = evidence;
  if (!load) return { notes: [] };
  const { record, damage } = { record: load.report.load, damage: load.report.damage };
  if (record?.status === 'failed') return { decided: loadFailure(record, evidence), notes: [] };
  const never = `the file did not finish loading within ${load.timeoutMs / 1000} s`;
  if (load.step.timedOut) return notRun(never, 'raise-limit');
  if (end !== 'finished') {
    // A sandbox that ended early leaves no reports: its own words are all there is.
    return load.step.exitCode === undefined && end === 'timeout'
      ? notRun(never, 'raise-limit')
      : { notes: [] };
  }
  if (damage !== undefined)
    return notRun(`inconclusive: the report of loading the file can't be trusted: ${damage}`);
  if (!record)
    return notRun(
      `loading the file ended the process without a report (exit code ${load.step.exitCode ?? 'unknown'})`,
    );
  if (record.status === 'unsupported') return notRun(record.message ?? 'the image does not fit this file');
  if (record.status === 'stuck')
    return notRun(
      'the file never finishes loading: it waits at its top level for something that never comes',
      'fix-file',
    );
  if (record.status === 'exited') {
    return { notes: [`Loading the file ended the process with exit code ${record.exitCode ?? 0}.`] };
  }
  return { notes: [] };
}

function notRun(reason: string, nextStep?: NextStep): LoadVerdict {
  return {
    decided: { status: 'not run', reason, findings: [], ...(nextStep ? { nextStep } : {}) },
    notes: [],
  };
}

function loadFailure(record: LoadRecord, evidence: Evidence): Decision {
  const message = clip(record.message ?? '');
  const undecided = (reason: string, nextStep?: NextStep): Decision => ({
    status: 'not run',
    reason,
    findings: [],
    ...(nextStep ? { nextStep } : {}),
  });
  if (
    record.missing !== undefined &&
    evidence.mayBePackage(record.file || evidence.file.path, record.missing)
  ) {
    const importer = record.file && record.file !== evidence.file.path ? ` (imported by ${record.file})` : '';
    return undecided(
      `it needs ${record.missing}, which is not installed in the workspace${importer}`,
      'install-dependencies',
    );
  }
  const lacked =
    record.missing === undefined
      ? evidence.notSent.path(message, '')
      : evidence.notSent.module(record.file || evidence.file.path, record.missing);
  if (lacked !== undefined) return undecided(`it needs ${lacked}`);
  if (record.name === 'ReferenceError' && BROWSER_GLOBAL.test(message)) {
    return undecided(`it needs a browser to load: ${message}`);
  }
  const finding = loadFinding(record, message, evidence);
  if (record.name === 'SyntaxError' && DECORATOR.test(finding.evidence)) {
    return undecided('it uses decorators, which Seaworthy does not run yet');
  }
  return {
    status: 'fail',
    reason: `the file does not load: ${record.name ?? 'Error'}: ${message}`,
    findings: [finding],
  };
}

function loadFinding(record: LoadRecord, message: string, evidence: Evidence): Finding {
  const file =
    record.file !== undefined && evidence.text(record.file) !== undefined ? record.file : evidence.file.path;
  const text = evidence.text(file);
  const line =
    file === record.file && record.line !== undefined ? record.line : importLine(text, record.missing);
  const where =
    file === evidence.file.path
      ? 'This file does not load'
      : `${evidence.file.path} does not load because of this file`;
  return {
    ruleId: 'PR01',
    stage: 'production',
    severity: 'error',
    message: `${where}: ${record.name ?? 'Error'}: ${message}`,
    file,
    startLine: line,
    endLine: line,
    evidence: lineEvidence(text, line),
    confidence: 'high',
  };
}

/** Node does not say which line holds an import that leads nowhere. */
function importLine(text: string | undefined, missing: string | undefined): number {
  const name = missing
    ?.split('/')
    .at(-1)
    ?.replace(/\.\w+$/, '');
  if (!name || text === undefined) return 1;
  const index = text
    .split('\n')
    .findIndex((line) => /\b(?:import|from|require|export)\b/.test(line) && line.includes(name));
  return index + 1 || 1;
}
