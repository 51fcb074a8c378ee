import { languageOf } from '../../../audit/language';
import { maskCode } from '../../loop1/facts/codeText';
import { copiedOutputs } from '../claims/tampering';
import type { GateFinding } from '../verdict';

/** An answer that is chosen by how much there is of the input, on the same line or the next. */
const BY_SIZE =
  /(?:\.(?:length|size)|\blen\([^()\n]{0,80}\))\s*={2,3}\s*\d+[^\n]{0,80}?\n?[^\n]{0,40}?(?:\breturn|\?)\s*(-?\d+(?:\.\d+)?|"[^"\n]{2,200}"|'[^'\n]{2,200}')/g;
/** What stands in any code: it tells nothing. */
const COMMON = /^-?(?:[0-2]|10|100|1000)$/;
const ASSERTED = /\b(?:assert\w*|expect|should)\b/;

/**
 * Answers that tests expect and that files of a task hold as they are, chosen by the input of the test or its size: as good as they look, they
 * are right for the test alone.
 */
export function builtInAnswers(files: readonly string[], texts: ReadonlyMap<string, string>): GateFinding[] {
  const aside = new Map([...texts].filter(([file]) => !files.includes(file)));
  const found: GateFinding[] = copiedOutputs(aside, texts).map(({ file, line, message }) =>
    finding(file, line, message),
  );
  const expected = [...texts].flatMap(([file, text]) =>
    languageOf(file) ? text.split('\n').filter((line) => ASSERTED.test(line)) : [],
  );
  for (const file of files) {
    const language = languageOf(file)?.language;
    if (!language) continue;
    const { plain } = maskCode(texts.get(file) ?? '', language === 'python' ? 'python' : 'javascript');
    for (const { 1: answer = '', index } of plain.matchAll(BY_SIZE)) {
      if (COMMON.test(answer) || !expected.some((line) => holds(line, answer))) continue;
      const line = plain.slice(0, index).split('\n').length;
      found.push(
        finding(file, line, `It answers ${answer}, which a test expects, for an input of just that size.`),
      );
    }
  }
  return found;
}

function holds(line: string, answer: string): boolean {
  const at = line.indexOf(answer);
  return at >= 0 && !/[\w.]/.test(line.charAt(at - 1)) && !/[\w.]/.test(line.charAt(at + answer.length));
}

function finding(file: string, line: number, message: string): GateFinding {
  return { rule: 'expected output built in', file, line, message, isCritical: true };
}
