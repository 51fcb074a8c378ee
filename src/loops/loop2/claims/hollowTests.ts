import type { ClaimContext } from './claimContext';

/** What the rules say of a test that proves nothing. */
const HOLLOW = new Set(['TT01', 'TT02', 'TT03', 'TT04', 'TT05', 'TT07', 'TT09', 'TT11']);
/** The facts about the workspace know of assertions in helpers of other files; the rule of one file does not. */
const NO_ASSERTION = 'TT01';

/** A test, by its lines. */
export interface TestUnit {
  title: string;
  line: number;
  endLine: number;
}

/** The tests of a file that can fail, and how many others it has. */
export async function soundTests(
  context: ClaimContext,
  file: string,
): Promise<{ sound: TestUnit[]; hollow: number }> {
  const units = (await context.ties(file))?.functions.filter(({ isTest }) => isTest) ?? [];
  if (units.length === 0) return { sound: [], hollow: 0 };
  const findings = (await context.findings(file)).filter(({ ruleId }) => HOLLOW.has(ruleId));
  const sound = units
    .filter(({ asserts, startLine, endLine }) => {
      if (!asserts) return false;
      return !findings.some(
        (one) => one.ruleId !== NO_ASSERTION && one.startLine <= endLine && one.endLine >= startLine,
      );
    })
    .map(({ name, startLine, endLine }) => ({ title: name, line: startLine, endLine }));
  return { sound, hollow: units.length - sound.length };
}
