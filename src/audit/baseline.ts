import { createHash } from 'node:crypto';
import { UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { t } from '../base/texts';
import type { Finding } from './finding';
import type { AuditReport } from './report';

/** The name of the file in the root of a project. */
export const BASELINE_FILE = 'seaworthy-baseline.json';
/** A baseline above this is no list of findings a person has agreed to. */
export const MAX_BASELINE_BYTES = 20_000_000;
const MAX_ENTRIES = 100_000;
function repair(): string {
  return t('Repair it, or write it anew by updating the baseline');
}

/** A finding that was there when the baseline was written. Known by its function's text, not by its line. */
export interface BaselineEntry {
  rule: string;
  /** Relative to the project, forward slashes. */
  file: string;
  fingerprint: string;
  /** For people who read the file; decides nothing. */
  about: string;
}

export interface Baseline {
  entries: readonly BaselineEntry[];
}

/** Findings, each marked as known or new, and the entries of their file that fit none of them any more. */
export interface Compared {
  findings: Finding[];
  stale: BaselineEntry[];
}

/** Reads the text of a baseline file. Throws a `UserError` for one that is none. */
export function parseBaseline(text: string): Baseline {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new UserError(t('The baseline is not valid JSON'), repair());
  }
  const entries = (value as { entries?: unknown } | null)?.entries;
  if (!Array.isArray(entries)) throw new UserError(t('The baseline has no list of "entries"'), repair());
  if (entries.length > MAX_ENTRIES)
    throw new UserError(t('The baseline has more than {0} entries', MAX_ENTRIES), repair());
  return {
    entries: entries.map((entry: unknown, index) => {
      const { rule, file, fingerprint, about } = (entry ?? {}) as Record<string, unknown>;
      if (typeof rule !== 'string' || typeof file !== 'string' || typeof fingerprint !== 'string')
        throw new UserError(
          t('Entry {0} of the baseline lacks its rule, file or fingerprint', index + 1),
          repair(),
        );
      return { rule, file, fingerprint, about: typeof about === 'string' ? about : '' };
    }),
  };
}

/** The text of a baseline file: sorted, an entry a line, so that versions of it can be compared and merged. */
export function formatBaseline({ entries }: Baseline): string {
  const order = (entry: BaselineEntry): string => `${entry.file}\n${entry.rule}\n${entry.fingerprint}`;
  const sorted = [...entries].sort((a, b) => (order(a) < order(b) ? -1 : 1));
  const lines = sorted.map((entry) => `    ${JSON.stringify(entry)}`).join(',\n');
  return `{\n  "version": 1,\n  "entries": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`;
}

/** What tells a finding again. Findings that no parse of the code gave are known by what was seen. */
export function fingerprintOf(finding: Finding): string {
  if (finding.fingerprint !== undefined) return finding.fingerprint;
  const seen = `${finding.ruleId}\n${finding.evidence || finding.message}`.replace(/\s+/g, ' ');
  return createHash('sha256').update(seen).digest('hex').slice(0, 32);
}

/** Marks the findings of one file. A failing test is never known: only what was read in the source, or shown by mutants, can be. */
export function compareWithBaseline(
  findings: readonly Finding[],
  file: string,
  baseline: Baseline,
): Compared {
  const open = new Map(
    baseline.entries.filter((entry) => entry.file === file).map((entry) => [keyOf(entry), entry]),
  );
  const marked = findings.map((finding) => ({ ...finding, known: open.delete(keyOf(entryOf(finding))) }));
  // What mutants found is not looked for by every audit, so that its absence says nothing.
  return { findings: marked, stale: [...open.values()].filter(({ rule }) => !isOfMutants(rule)) };
}

/** Whether a rule speaks of what mutants showed. */
export function isOfMutants(rule: string): boolean {
  return rule.startsWith('MT');
}

export function withEntry(baseline: Baseline, finding: Finding): Baseline {
  const entry = entryOf(finding);
  const others = baseline.entries.filter((one) => one.file !== entry.file || keyOf(one) !== keyOf(entry));
  return { entries: [...others, entry] };
}

/**
 * The baseline after an audit of some files: theirs are the findings that would fail now and the known ones that are
 * still there; entries of files that are gone are dropped, those of files that were not judged are kept.
 */
export function updatedBaseline(
  baseline: Baseline,
  reports: readonly AuditReport[],
  exists: (file: string) => boolean,
): Baseline {
  const judged = reports.filter(wasJudged);
  const files = new Set(judged.map(({ file }) => file));
  const proved = new Set(reports.filter(wasProved).map(({ file }) => file));
  const isLookedAt = ({ rule, file }: BaselineEntry): boolean =>
    (isOfMutants(rule) ? proved : files).has(file);
  const kept = baseline.entries.filter((entry) => !isLookedAt(entry) && exists(entry.file));
  const found = reports
    .flatMap(({ file, stages }) =>
      files.has(file) ? stages : stages.filter(({ stage }) => stage === 'production'),
    )
    .flatMap(({ findings }) => findings)
    .filter(({ ruleId, stage }) => stage !== 'production' || isOfMutants(ruleId))
    .filter(({ severity, known }) => known === true || severity === 'error' || severity === 'warning')
    .map(entryOf);
  return { entries: [...kept, ...found] };
}

/** Both static stages looked at the whole file, so that what they did not find is not there. */
function wasJudged({ stages }: AuditReport): boolean {
  return stages.every(({ stage, status }) => stage === 'production' || status !== 'not run');
}

function wasProved({ stages }: AuditReport): boolean {
  return stages.some(({ mutation }) => mutation?.status === 'run');
}

function entryOf(finding: Finding): BaselineEntry {
  const { ruleId, file, inFunction, message } = finding;
  const about = oneLine(inFunction === undefined ? message : `${inFunction}: ${message}`, 120);
  return { rule: ruleId, file, fingerprint: fingerprintOf(finding), about };
}

function keyOf({ rule, fingerprint }: BaselineEntry): string {
  return `${rule} ${fingerprint}`;
}
