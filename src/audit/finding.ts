export const STAGE_NAMES = ['theater', 'production', 'quality'] as const;

/** The three stages of an audit, in the order they run. */
export type StageName = (typeof STAGE_NAMES)[number];

/** `error` and `warning` fail their stage unless they are in the baseline; `info` and `hint` are shown and fail nothing. */
export type Severity = 'error' | 'warning' | 'info' | 'hint';

/** One thing that was seen, with where and what. Lines and columns are 1-based; ends are inclusive lines. */
export interface Finding {
  /** Stable id of the rule, for example `TH01`. */
  ruleId: string;
  stage: StageName;
  severity: Severity;
  /** One sentence that states the evidence, not an opinion. */
  message: string;
  /** Path relative to the workspace, with forward slashes. */
  file: string;
  startLine: number;
  endLine: number;
  startColumn?: number;
  endColumn?: number;
  /** What was seen, usually the source text it was seen in; at most a few hundred characters. */
  evidence: string;
  confidence: 'high' | 'medium' | 'low';
  /** A change that mends it, where one is known that a person would make. */
  fix?: Fix;
  /** Tells it again after lines moved: a hash over the rule and the text of the function around it. */
  fingerprint?: string;
  /** Name of the innermost function around it. */
  inFunction?: string;
  /** The test that it is about, where one rule has to tell it from others: suites first, as in `cart > adds`. */
  test?: string;
  /** Other places that speak for it, such as a parameter that nothing reads. */
  related?: RelatedPlace[];
  /** True: it stands in the baseline and fails nothing. False: it is new. Left out where there is no baseline. */
  known?: boolean;
}

/** Lines and columns are 1-based, ends inclusive lines as in a finding. */
interface RelatedPlace {
  message: string;
  /** Relative to the workspace; the file of the finding when left out. */
  file?: string;
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}

/** What another tool says of a place: shown beside our findings, and it decides nothing. */
export interface OtherFinding {
  /** Such as `ESLint`. */
  tool: string;
  ruleId: string;
  severity: Severity;
  message: string;
  file: string;
  startLine: number;
  endLine: number;
}

/** Edits of the audited text as it was; lines and columns are 1-based, ends are exclusive. */
export interface Fix {
  /** Such as `Remove .only`. */
  title: string;
  edits: { startLine: number; startColumn: number; endLine: number; endColumn: number; text: string }[];
}

/** Whether a finding fails its stage. */
export function failsStage(finding: Finding): boolean {
  return finding.known !== true && (finding.severity === 'error' || finding.severity === 'warning');
}
