import { createHash } from 'node:crypto';
import { languageOf } from '../../../audit/language';
import { roleOf } from '../../../audit/syntax/role';
import { maskCode } from '../../loop1/facts/codeText';
import type { GateFinding } from '../verdict';

/** What the tests of a workspace check, as they were at one moment. */
export type TestBaseline = readonly TestFile[];

interface TestFile {
  /** Relative to the workspace. */
  path: string;
  /** Beginnings of tests, such as `it(`. */
  tests: number;
  /** Tests that are left out, such as `it.skip(`. */
  skips: number;
  /** A short hash of each assertion, in order. */
  assertions: readonly string[];
}

const MAX_FILES = 2000;
const MAX_ASSERTIONS = 400;
/** An assertion that goes on for more lines is compared by these. */
const MAX_LINES = 30;

const TEST = /\b(?:it|test)(?:\.\w+)*\s*\(|^\s*(?:async\s+)?def\s+test_\w*/gm;
const SKIP =
  /\b(?:it|test|describe|suite)\.(?:skip|todo|only|fixme)\b|\bx(?:it|describe|test)\s*\(|@(?:pytest\.mark|unittest)\.(?:skip|xfail|expectedFailure)\w*|\bpytest\.skip\(|\bself\.skipTest\(/g;
const ASSERTION =
  /\b(?:assert|expect|should)\b|\bself\.assert\w*\s*\(|\bt\.(?:is|deepEqual|equal|truthy|throws|not|like|true|false)\b/;

/** Reads the tests among the texts of a workspace. */
export function baselineOf(texts: ReadonlyMap<string, string>): TestBaseline {
  const files: TestFile[] = [];
  for (const [path, text] of texts) {
    if (files.length >= MAX_FILES) break;
    const language = languageOf(path)?.language;
    if (!language) continue;
    const role = roleOf({ path, text, modules: [], testCount: text.match(TEST)?.length ?? 0 });
    if (role !== 'test') continue;
    // What stands in a comment checks nothing.
    const { plain } = maskCode(text, language === 'python' ? 'python' : 'javascript');
    files.push({
      path,
      tests: plain.match(TEST)?.length ?? 0,
      skips: plain.match(SKIP)?.length ?? 0,
      assertions: assertionsOf(plain),
    });
  }
  return files;
}

/**
 * What tests have lost since: files, tests and assertions that are gone, changed, or left out. An assertion that was moved, to another
 * file too, is not lost. Says nothing of what came in addition.
 */
export function lostTests(before: TestBaseline, texts: ReadonlyMap<string, string>): GateFinding[] {
  const now = baselineOf(texts);
  const byPath = new Map(now.map((file) => [file.path, file]));
  const left = new Map<string, number>();
  for (const hash of now.flatMap(({ assertions }) => assertions)) left.set(hash, (left.get(hash) ?? 0) + 1);
  const findings: GateFinding[] = [];
  const say = (rule: string, file: string, message: string): void => {
    findings.push({ rule, file, line: 1, message, isCritical: true });
  };
  for (const file of before) {
    const lost = file.assertions.filter((hash) => {
      const number = left.get(hash) ?? 0;
      left.set(hash, number - 1);
      return number <= 0;
    }).length;
    const after = byPath.get(file.path);
    if (!after) {
      if (lost > 0 || file.tests > 0)
        say('tests deleted', file.path, `This test file is gone, with ${file.tests} tests.`);
      continue;
    }
    if (lost > 0)
      say(
        'assertions changed',
        file.path,
        `${lost} of ${file.assertions.length} assertions that were here before are gone or changed.`,
      );
    if (after.tests < file.tests)
      say(
        'tests removed',
        file.path,
        `${file.tests - after.tests} of ${file.tests} tests that were here before are gone.`,
      );
    if (after.skips > file.skips)
      say('tests skipped', file.path, `${after.skips - file.skips} more tests are left out than before.`);
  }
  return findings;
}

function assertionsOf(text: string): string[] {
  const lines = text.split('\n');
  const hashes: string[] = [];
  for (let at = 0; at < lines.length && hashes.length < MAX_ASSERTIONS; at++) {
    if (!ASSERTION.test(lines[at] ?? '') || /^\s*(?:import|from|export)\b|\brequire\(/.test(lines[at] ?? ''))
      continue;
    let whole = '';
    let depth = 0;
    let end = at;
    for (; end < Math.min(lines.length, at + MAX_LINES); end++) {
      const line = lines[end] ?? '';
      whole += line;
      for (const character of line)
        depth += '([{'.includes(character) ? 1 : ')]}'.includes(character) ? -1 : 0;
      if (depth <= 0) break;
    }
    hashes.push(createHash('sha256').update(whole.replace(/\s+/g, '')).digest('hex').slice(0, 12));
    at = Math.max(at, end);
  }
  return hashes;
}
