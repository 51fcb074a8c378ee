import { failsStage } from '../../../audit/finding';
import type { CodeFile } from '../../loop1/facts/projectFacts';
import type { ClaimContext } from './claimContext';

/** What the rules say of a test that proves nothing. */
const HOLLOW = new Set(['TT01', 'TT02', 'TT03', 'TT04', 'TT05', 'TT07', 'TT09', 'TT11']);
/** The facts about the workspace know of assertions in helpers of other files; the rule of one file does not. */
const NO_ASSERTION = 'TT01';
/** With a reason it is no fault of the test; it proves nothing all the same. */
const SKIPPED = 'TT09';

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
  const findings = (await context.allFindings(file)).filter(
    (one) => HOLLOW.has(one.ruleId) && (failsStage(one) || one.ruleId === SKIPPED),
  );
  const code = context.workspace.code.get(file);
  const sound = units
    .filter(({ asserts, startLine, endLine }) => {
      if (!asserts) return false;
      return !findings.some(
        (one) =>
          one.ruleId !== NO_ASSERTION &&
          one.startLine <= endLine &&
          (one.endLine >= startLine || isMarkOf(code, one.startLine, startLine)),
      );
    })
    .map(({ name, startLine, endLine }) => ({ title: name, line: startLine, endLine }));
  return { sound, hollow: units.length - sound.length };
}

/** `@pytest.mark.skip` and its like stand above the test they are about. */
function isMarkOf(code: CodeFile | undefined, line: number, startLine: number): boolean {
  if (!code || line >= startLine || startLine - line > 12 || !code.lineText(line).startsWith('@'))
    return false;
  for (let at = line; at < startLine; at++)
    if (/^$|^(?:async\s+)?def\b/.test(code.lineText(at))) return false;
  return true;
}
