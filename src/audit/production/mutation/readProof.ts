import { plainText } from '../../../base/text';
import type { MutantOutcome } from '../../mutation/proof';
import { isRecord } from '../discovery/tsconfig';
import { Signatures } from '../report/signatures';

/** What the step of one group of tests says about the mutants. */
export interface ProofRecords {
  /** Why nothing in it counts, where that is so. */
  refusal: string | undefined;
  /** Time ran out before the last mutant. */
  cutShort: boolean;
  flaky: string[];
  /** Tests that pass by each mutant. */
  reached: Map<number, number>;
  /** Mutants that run only while the file is loaded. */
  loadedOnly: Set<number>;
  outcomes: Map<number, { outcome: MutantOutcome; by: string; durationMs: number }>;
  /** Tests of which an assertion failed, by name, with the first mutant for which one did. */
  asserting: Map<string, number>;
}

const MAX_LINE = 32_768;
const MAX_RECORDS = 20_000;
const MAX_ASSERTING = 1000;
const OUTCOMES = ['assertion', 'crash', 'timeout', 'survived'] as const;

/** Reads the signed report of a step, as data from a hostile writer: what does not fit makes all of it worthless. */
export function readProof(content: Buffer | undefined, key: string): ProofRecords {
  const records: ProofRecords = {
    refusal: undefined,
    cutShort: false,
    flaky: [],
    reached: new Map(),
    loadedOnly: new Set(),
    outcomes: new Map(),
    asserting: new Map(),
  };
  const lines = (content?.toString('utf8') ?? '').split('\n');
  // A step that was killed in the midst of a line leaves half of one.
  const last = lines.pop();
  const signatures = new Signatures(key);
  let isEnded = false;
  let isBegun = false;
  for (const [index, line] of lines.entries()) {
    const json = line.length > MAX_LINE || index > MAX_RECORDS ? undefined : signatures.check(line);
    const record = json === undefined ? undefined : parse(json);
    if (!record || isEnded) return { ...records, refusal: "its report can't be trusted" };
    isEnded = add(records, record);
    isBegun ||= record['status'] === 'baseline';
  }
  if (!isEnded || last !== '') records.cutShort = true;
  if (!isBegun) records.refusal ??= 'the tests did not come to their end without a change';
  return records;
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** True for the last record there is. */
function add(records: ProofRecords, record: Record<string, unknown>): boolean {
  const mutant = typeof record['mutant'] === 'number' ? record['mutant'] : -1;
  if (record['type'] === 'probe') return addState(records, record);
  if (record['type'] === 'reached' && typeof record['tests'] === 'number') {
    records.reached.set(mutant, record['tests']);
  }
  if (record['type'] === 'asserted') addAsserting(records, textOf(record['name']), mutant);
  if (record['type'] === 'mutant') {
    const outcome = OUTCOMES.find((known) => known === record['outcome']);
    const durationMs = typeof record['milliseconds'] === 'number' ? record['milliseconds'] : 0;
    if (outcome)
      records.outcomes.set(mutant, { outcome, by: textOf(record['name']).slice(0, 200), durationMs });
    else if (record['outcome'] === 'loaded') records.loadedOnly.add(mutant);
  }
  return false;
}

function addAsserting({ asserting }: ProofRecords, name: string, mutant: number): void {
  if (name !== '' && !asserting.has(name) && asserting.size < MAX_ASSERTING) asserting.set(name, mutant);
}

function addState(records: ProofRecords, record: Record<string, unknown>): boolean {
  const message = textOf(record['message']);
  switch (record['status']) {
    case 'baseline':
      records.flaky = message.split('\n').filter((name) => name !== '');
      if (record['passed'] === 0) records.refusal = 'no test passes twice in a row';
      return false;
    case 'budget':
      records.cutShort = true;
      return true;
    case 'done':
      return true;
    default:
      records.refusal = message || 'it gave no reason';
      return true;
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? plainText(value) : '';
}
