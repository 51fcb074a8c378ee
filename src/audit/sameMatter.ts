import type { Finding } from './finding';

/** Where a problem of another tool is shown, as an editor knows it. */
export interface ShownProblem {
  /** Such as `eslint`, `Ruff`, `Pylance`, `sonarqube`. */
  source: string;
  /** Its rule, such as `no-empty` or `typescript:S2486`. */
  code: string;
  startLine: number;
  endLine: number;
}

const TOOL = /eslint|ruff|pylance|pyright|pylint|sonar|oxc|biome/i;

/** Rules of other tools that say the same as one of ours, without the names of plugins and languages before them. */
const SAME: Record<string, RegExp> = {
  TH07: /^(no-empty-function|S1186|PIE790|B027)$/,
  TH08: /^(no-empty|S2486|S108|S110|S112|E722|BLE001|SIM105|bare-except|broad-except|W0702|W0718)$/,
  TH09: /^(BLE001|broad-except|W0718)$/,
  TH11: /^(no-floating-promises|no-misused-promises|RUF006|S4822)$/,
  TH12: /^(S3516|R1710)$/,
  TH13: /^(no-constant-condition|no-constant-binary-expression|SIM22[23]|S5797|S2583|S2589)$/,
  TH14: /^(ERA001|S125|no-commented-code)$/,
  TH17: /^(ban-ts-comment|no-explicit-any|PGH003)$/,
  TH18: /^(no-unlimited-disable|PGH004|RUF100|S1309)$/,
  TT01: /^(expect-expect|S2699|assertions-in-tests)$/,
  TT02: /^(S5914|PT015|F631|PLW0129|PLR0133|B011|assert-on-tuple)$/,
  TT03: /^(S5863|PLR0124|no-self-compare|comparison-with-itself)$/,
  TT04: /^(valid-expect|valid-expect-in-promise|S2970|S8780|B015|B018|PGH005|no-unused-expressions|reportUnusedExpression|reportUnusedCoroutine)$/,
  TT05: /^(PT017|B017|no-conditional-expect)$/,
  TT06: /^(no-conditional-expect|no-conditional-in-test)$/,
  TT09: /^(no-disabled-tests|no-focused-tests|no-skip-tests|no-exclusive-tests|no-only-tests|S1607|S6426)$/,
  TT10: /^(no-commented-out-tests|ERA001)$/,
  TT11: /^(S2187|no-empty-tests?)$/,
  TT13: /^(S2925|ASYNC251|no-wait-for-timeout)$/,
  TT14: /^(no-large-snapshots|prefer-snapshot-hint)$/,
  QC01: /^(max-lines-per-function|S138|PLR0915)$/,
  QC02: /^(cognitive-complexity|S3776|noExcessiveCognitiveComplexity)$/,
  QC03: /^(complexity|C901|S1541|cyclomatic-complexity)$/,
  QC04: /^(max-depth|S134|PLR1702|nested-control-flow)$/,
  QC05: /^(max-params|S107|PLR0913)$/,
  QC06: /^(no-unreachable-loop|S2189)$/,
  QC07: /^(infiniteRecursion|S2190)$/,
  QC08: /^(S1448|PLR0904)$/,
  SE01: /^(S6418|S2068|S10[567]|no-hardcoded-(passwords|secrets))$/,
  SE02: /^(no-eval|no-implied-eval|no-new-func|S307|S60[2-7]|S1523|S4721|code-eval|os-command)$/,
  SE03: /^(S301|S506|S501|S4830|S5135|S5527|no-unsafe-deserialization)$/,
  TH19: /^(no-unresolved|E0401|import-error|reportMissingImports|reportMissingModuleSource|no-missing-import)$/,
  QC09: /^(no-identical-functions|S4144|duplicate-code|R0801)$/,
  QC10: /^(no-magic-numbers|PLR2004|S109)$/,
  QC12: /^(no-unused-vars|F841|ARG00\d|S1854|S1481|S1172|reportUnusedVariable)$/,
};

/** Whether another tool already shows the same matter at the same place, so that showing ours would double it. */
export function isShownByOther(finding: Finding, others: readonly ShownProblem[]): boolean {
  const same = SAME[finding.ruleId];
  if (!same) return false;
  return others.some(({ source, code, startLine, endLine }) => {
    if (!TOOL.test(source) || !same.test(code.replace(/^.*[/:(]/, '').replace(/\)$/, ''))) return false;
    // A tool marks the body of a handler, another its keyword: what overlaps is the same.
    return startLine <= finding.endLine && endLine >= finding.startLine;
  });
}
