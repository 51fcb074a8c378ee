/**
 * What a file is for. The set of rules depends on it: theater in tests is looked for in tests only, and a made-up
 * value in a test helper is its purpose.
 */
export type Role = 'production' | 'test' | 'testHelper' | 'generated' | 'example' | 'declarations';

const DECLARATIONS = /(\.d\.[cm]?ts|\.pyi)$/i;
const GENERATED_PATH =
  /(^|\/)(node_modules|bower_components|dist|vendor|third_party|__generated__|generated)\/|\.min\.[cm]?js$|\.bundle\.js$|_pb2(_grpc)?\.py$|\.pb\.[jt]s$|\.(gen|generated)\.\w+$|(^|\/)migrations\/\d/i;
const GENERATED_HEADER =
  /@generated\b|\bauto-?generated (by|from|file|code)\b|\b(file|code) (is|was) (auto(matically)?[- ]?)?generated\b|\bgenerated (by|from)\b[^\n]*\bdo not (edit|modify)\b|\bdo not edit\b[^\n]*\bgenerated\b/i;
const TEST_FILE =
  /(^|[./_-])(test|tests|spec|specs|e2e|cy)\.[cm]?[jt]sx?$|(^|\/)test_[^/]*\.py$|_tests?\.py$|(^|\/)tests?\.py$/i;
const TEST_DIRECTORY = /(^|\/)(tests?|__tests__|specs?|e2e|integration[-_]tests?|unit[-_]tests?)\//i;
const HELPER_PATH =
  /(^|\/)(conftest\.py|__mocks__\/|mocks?\/|fakes?\/|stubs?\/|__fixtures__\/|test[-_]?(utils?|helpers?|support|data|lib)\b|testing\/)|\.(mock|mocks|fake|stub)\.\w+$/i;
const EXAMPLE_PATH =
  /(^|\/)(examples?|demos?|samples?|stories|playground|tutorials?|benchmarks?|bench)\/|\.(stories|story|bench)\.\w+$/i;
const TEST_LIBRARY =
  /^(vitest|jest|@jest\/globals|mocha|chai|node:test|ava|tape|tap|uvu|@playwright\/test|@testing-library\/.*|pytest|unittest(\..*)?|nose2?|hypothesis)$/;

/** Header text that is looked at for a generated-file notice: it stands at the top or nowhere. */
const HEADER_LENGTH = 1500;
/** Hand-written files stay far below this mean line length, minified ones far above. */
const MINIFIED_LINE = 500;

interface RoleEvidence {
  path: string;
  text: string;
  modules: readonly string[];
  testCount: number;
}

/** The role of a file by its path, its header and what it imports, in this order of trust. */
export function roleOf(file: RoleEvidence): Role {
  const unjudged = unjudgedRole(file);
  if (unjudged) return unjudged;
  const path = withSlashes(file.path);
  if (TEST_FILE.test(path)) return 'test';
  if (HELPER_PATH.test(path)) return file.testCount > 0 && TEST_DIRECTORY.test(path) ? 'test' : 'testHelper';
  if (TEST_DIRECTORY.test(path)) return file.testCount > 0 ? 'test' : 'testHelper';
  if (file.testCount > 0) return 'test';
  if (file.modules.some((module) => TEST_LIBRARY.test(module))) return 'testHelper';
  if (EXAMPLE_PATH.test(path)) return 'example';
  return 'production';
}

/** The role of a file of which nothing is judged, so that it need not be parsed for that; undefined for any other. */
export function unjudgedRole(file: { path: string; text: string }): 'declarations' | 'generated' | undefined {
  const path = withSlashes(file.path);
  if (DECLARATIONS.test(path)) return 'declarations';
  const isGenerated = GENERATED_PATH.test(path) || isMinified(file.text) || hasGeneratedHeader(file.text);
  return isGenerated ? 'generated' : undefined;
}

const withSlashes = (path: string): string => path.replace(/\\/g, '/');

/** False for what its path alone shows to be generated, or declarations. */
export function isWrittenByHand(path: string): boolean {
  return !DECLARATIONS.test(path) && !GENERATED_PATH.test(path);
}

function isMinified(text: string): boolean {
  if (text.length <= 5000) return false;
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1))
    if (++lines * MINIFIED_LINE >= text.length) return false;
  return true;
}

/** Only comment lines before the first code count, so that a string in the middle can't switch the rules off. */
function hasGeneratedHeader(text: string): boolean {
  const header = /^\uFEFF?(?:#![^\n]*\n)?(?:\s|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*)*/.exec(
    text.slice(0, HEADER_LENGTH),
  );
  return header !== null && GENERATED_HEADER.test(header[0]);
}
