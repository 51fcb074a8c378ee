import { cognitiveComplexity } from '../quality/QC02-cognitive-complexity';
import { functionLength } from '../quality/QC01-function-length';
import { nesting } from '../quality/QC04-nesting';
import { parameters } from '../quality/QC05-parameters';
import { unboundedLoop } from '../quality/QC06-unbounded-loop';
import { endlessRecursion } from '../quality/QC07-endless-recursion';
import { codeExecution } from '../quality/SE02-code-execution';
import { unsafeInput } from '../quality/SE03-unsafe-input';
import { hardcodedResult } from '../theater/TH01-hardcoded-result';
import { inventedMetric } from '../theater/TH02-invented-metric';
import { sleepAsWork } from '../theater/TH03-sleep-as-work';
import { admittedFake } from '../theater/TH04-admitted-fake';
import { notImplemented } from '../theater/TH06-not-implemented';
import { swallowedError } from '../theater/TH08-swallowed-error';
import { logAndContinue } from '../theater/TH09-log-and-continue';
import { errorToDefault } from '../theater/TH10-error-to-default';
import { alwaysSuccess } from '../theater/TH12-always-success';
import { constantCondition } from '../theater/TH13-constant-condition';
import { fakeIntegration } from '../theater/TH16-fake-integration';
import { noAssertion } from '../theater/TT01-no-assertion';
import { tautology } from '../theater/TT02-tautology';
import { selfCompare } from '../theater/TT03-self-compare';
import { unusedMatcher } from '../theater/TT04-unused-matcher';
import { swallowedInTest } from '../theater/TT05-swallowed-in-test';
import { fakeData } from '../theater/TH05-fake-data';
import { emptyBody } from '../theater/TH07-empty-body';
import { promiseSwallow } from '../theater/TH11-promise-swallow';
import { disabledCheck } from '../theater/TH14-disabled-check';
import { echoImplementation } from '../theater/TH15-echo-implementation';
import { singleRetry } from '../theater/TH20-single-retry';
import { workNotDone } from '../theater/TH21-work-not-done';
import { conditionalAssert } from '../theater/TT06-conditional-assert';
import { mockOnly } from '../theater/TT07-mock-only';
import { weakOracle } from '../theater/TT08-weak-oracle';
import { skippedTest } from '../theater/TT09-skipped-test';
import { commentedTest } from '../theater/TT10-commented-test';
import { emptySuite } from '../theater/TT11-empty-suite';
import { expectedFromCode } from '../theater/TT12-expected-from-code';
import { fixedSleep } from '../theater/TT13-fixed-sleep';
import { snapshotOnly } from '../theater/TT14-snapshot-only';
import { editedHarness } from '../theater/TT15-edited-harness';
import { typeEscape } from '../theater/TH17-type-escape';
import { suppressedLinter } from '../theater/TH18-suppressed-linter';
import { cyclomaticComplexity } from '../quality/QC03-cyclomatic-complexity';
import { godObject } from '../quality/QC08-god-object';
import { phantomImport } from '../theater/TH19-phantom-import';
import { duplication } from '../quality/QC09-duplication';
import { magicLiteral } from '../quality/QC10-magic-literal';
import { connascence } from '../quality/QC11-connascence';
import { unusedValue } from '../quality/QC12-unused-value';
import { hardCodedSecret } from '../quality/SE01-hard-coded-secret';
import type { Rule } from './rule';

/** Every rule: theater in production code, theater in tests, quality, security. */
export const RULES: readonly Rule[] = [
  hardcodedResult,
  inventedMetric,
  sleepAsWork,
  admittedFake,
  notImplemented,
  swallowedError,
  logAndContinue,
  errorToDefault,
  alwaysSuccess,
  constantCondition,
  fakeIntegration,
  fakeData,
  emptyBody,
  promiseSwallow,
  disabledCheck,
  echoImplementation,
  singleRetry,
  workNotDone,
  typeEscape,
  suppressedLinter,
  phantomImport,
  noAssertion,
  tautology,
  selfCompare,
  unusedMatcher,
  swallowedInTest,
  conditionalAssert,
  mockOnly,
  weakOracle,
  skippedTest,
  commentedTest,
  emptySuite,
  expectedFromCode,
  fixedSleep,
  snapshotOnly,
  editedHarness,
  functionLength,
  cognitiveComplexity,
  cyclomaticComplexity,
  nesting,
  parameters,
  unboundedLoop,
  endlessRecursion,
  godObject,
  duplication,
  magicLiteral,
  connascence,
  unusedValue,
  hardCodedSecret,
  codeExecution,
  unsafeInput,
];
