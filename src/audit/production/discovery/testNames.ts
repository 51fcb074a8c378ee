import { posix } from 'node:path';
import { languageOf } from '../../language';

export const TEST_FOLDER = /(?:^|\/)(?:__tests__|tests?|specs?)\//;
export const PYTHON_TEST_NAME = /^(?:test|tests)$|^test_|_tests?$/;
export const JAVASCRIPT_TEST_NAME = /^tests?(?:[-_.]|$)|[-_](?:tests?|spec)$/;
export const NO_TESTS_BELOW = /(?:^|\/)(?:fixtures?|node_modules)\//;

/** What the name and the folder of a file say of whether it holds tests; `maybe` leaves it to its text. */
export function testFileByPath(path: string): 'yes' | 'no' | 'maybe' {
  const language = languageOf(path)?.language;
  const stem = posix.basename(path).replace(/\.[^.]+$/, '');
  if (!language || stem.endsWith('.d') || NO_TESTS_BELOW.test(path)) return 'no';
  if (language === 'python') {
    const mayBe = PYTHON_TEST_NAME.test(stem) || (TEST_FOLDER.test(path) && stem !== 'conftest');
    return mayBe ? 'maybe' : 'no';
  }
  if (/\.(?:test|spec)$/.test(stem)) return 'yes';
  return TEST_FOLDER.test(path) || JAVASCRIPT_TEST_NAME.test(stem) ? 'maybe' : 'no';
}
