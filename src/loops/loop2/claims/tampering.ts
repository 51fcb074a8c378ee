import { languageOf } from '../../../audit/language';
import { unjudgedRole, roleOf } from '../../../audit/syntax/role';
import { maskCode } from '../../loop1/facts/codeText';

/** A sign that an attempt at a task made it look done, by an output that it copied. */
export interface Tampering {
  /** Relative to the workspace. */
  file: string;
  line: number;
  /** A sentence with what was seen. */
  message: string;
}

type Texts = ReadonlyMap<string, string>;

const NUMBER_OR_TEXT =
  /(?<![\w$.])(-?\d+(?:\.\d+)?|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`[^`$\n]*`)(?![\w$])/g;
const ASSERTED = /\b(?:assert\w*|expect|should|toBe|toEqual|toStrictEqual|equal|deepEqual)\b/;
const ANSWERED = /(?<![\w$.])return\b|=>/;
const ASKED = /^\s*(?:\}?\s*else\s+)?(?:el)?if\b|^\s*case\b/;
/** What stands in any code: it tells nothing. */
const COMMON = new Set(['0', '1', '-1', '2', '10', '100', '1000']);
const MIN_TEXT = 4;
const MAX_FINDINGS = 20;

/**
 * What was written into the code that a test expects or gives, where it answers by it: `if (text === 'fixed input') return 'fixed output'`.
 * `before` and `after` are texts of a workspace by path; of both, only code that changed is looked at.
 */
export function copiedOutputs(before: Texts, after: Texts): Tampering[] {
  const literals = literalsOfTests(after);
  const found: Tampering[] = [];
  for (const [file, text] of after) {
    const old = before.get(file);
    if (old === text || !isProduction(file, text)) continue;
    const known = new Set(linesOf(file, old ?? '').map((line) => line.trim()));
    const lines = linesOf(file, text);
    for (const [index, line] of lines.entries()) {
      if (known.has(line.trim())) continue;
      const copied = copiedOn(lines, index, literals);
      if (!copied || found.length >= MAX_FINDINGS) continue;
      const message = `Line ${index + 1} answers with ${copied.output} when it is given ${copied.input}: both stand in ${copied.test}.`;
      found.push({ file, line: index + 1, message });
    }
  }
  return found;
}

/** Literals on lines of tests that assert something, with the first test that has each. */
function literalsOfTests(texts: Texts): Map<string, string> {
  const found = new Map<string, string>();
  for (const [file, text] of texts) {
    if (!languageOf(file) || !isTest(file, text)) continue;
    for (const line of linesOf(file, text)) {
      if (!ASSERTED.test(line)) continue;
      for (const literal of literalsIn(line)) if (!found.has(literal)) found.set(literal, file);
    }
  }
  return found;
}

/** An answer with a literal of a test, chosen by another one: on the line, or on the one before. */
function copiedOn(
  lines: readonly string[],
  index: number,
  literals: ReadonlyMap<string, string>,
): { input: string; output: string; test: string } | undefined {
  const line = lines[index] ?? '';
  const answer = ANSWERED.exec(line);
  if (!answer) return undefined;
  const choice = line.indexOf('?', answer.index);
  const own = line.slice(0, choice >= 0 ? choice : answer.index);
  const asked = choice >= 0 || ASKED.test(own) ? own : (lines[index - 1] ?? '');
  if (choice < 0 && !ASKED.test(asked)) return undefined;
  const output = literalsIn(line.slice(choice >= 0 ? choice : answer.index)).find((each) =>
    literals.has(each),
  );
  const test = output === undefined ? undefined : literals.get(output);
  const input = literalsIn(asked).find((each) => each !== output && literals.get(each) === test);
  return output === undefined || test === undefined || input === undefined
    ? undefined
    : { input, output, test };
}

function literalsIn(line: string): string[] {
  return [...line.matchAll(NUMBER_OR_TEXT)]
    .map(([, literal = '']) => literal.replace(/^(["'`])([^]*)\1$/, '"$2"'))
    .filter((literal) => (literal.startsWith('"') ? literal.length >= MIN_TEXT : !COMMON.has(literal)));
}

function linesOf(file: string, text: string): string[] {
  return maskCode(text, languageOf(file)?.language === 'python' ? 'python' : 'javascript').plain.split('\n');
}

function isProduction(path: string, text: string): boolean {
  return languageOf(path) !== undefined && !unjudgedRole({ path, text }) && !isTest(path, text);
}

function isTest(path: string, text: string): boolean {
  const role = roleOf({ path, text, modules: [], testCount: 0 });
  return role === 'test' || role === 'testHelper';
}
