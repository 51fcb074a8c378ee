import type { CodeFile } from '../../loop1/facts/projectFacts';
import type { ClaimContext } from './claimContext';

/** What the rules say of a test that proves nothing. */
const HOLLOW = new Set(['TT01', 'TT02', 'TT03', 'TT04', 'TT05', 'TT07', 'TT09', 'TT11']);
/** The facts about the workspace know of assertions in helpers of other files; the rule of one file does not. */
const NO_ASSERTION = 'TT01';
const SKIPPED = /^@.*\bskip\b|\b(?:it|test|describe|suite)\.(?:skip|todo)\b|\bx(?:it|test|describe)\(/;

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
  const code = context.workspace.code.get(file);
  const sound = units
    .filter(({ asserts, startLine, endLine }) => {
      if (!asserts || isSkipped(code, startLine)) return false;
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

/** Skipped with a reason it is no fault of the test; it proves nothing all the same. */
function isSkipped(code: CodeFile | undefined, startLine: number): boolean {
  if (!code) return false;
  if (SKIPPED.test(code.lineText(startLine))) return true;
  for (let line = startLine - 1; line > 0 && /^[@)\w'"]/.test(code.lineText(line)); line--) {
    if (/^(?:async\s+)?(?:def|class)\b/.test(code.lineText(line))) break;
    if (code.lineText(line).startsWith('@') && SKIPPED.test(code.lineText(line))) return true;
  }
  return false;
}

/** `@pytest.mark.skip` and its like stand above the test they are about. */
function isMarkOf(code: CodeFile | undefined, line: number, startLine: number): boolean {
  if (!code || line >= startLine || startLine - line > 12 || !code.lineText(line).startsWith('@'))
    return false;
  for (let at = line; at < startLine; at++)
    if (/^$|^(?:async\s+)?def\b/.test(code.lineText(at))) return false;
  return true;
}
