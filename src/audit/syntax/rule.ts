import type { Finding, Severity } from '../finding';
import type { Grammar } from '../language';
import type { Elsewhere } from '../workspace/view';
import type { Family, FileFacts } from './facts';
import type { Role } from './role';
import type { TextRange } from './tree';

/** Source that shows a rule. Lines where a finding is expected begin with `»`, which is taken out first. */
export interface RuleExample {
  grammar: Grammar;
  code: string;
  /** Path the example is analysed under, where the rule depends on it. */
  path?: string;
  /** Other files of the workspace, where the rule looks at more than one. */
  others?: readonly { path: string; code: string }[];
}

/** What a rule saw. Severity and confidence are the rule's own unless given. */
export interface Observation {
  range: TextRange;
  message: string;
  severity?: Severity;
  confidence?: Finding['confidence'];
  fix?: ObservedFix;
  /** {@link Finding.test} */
  test?: string;
  /** Other places that speak for it. */
  related?: { range: TextRange; message: string }[];
  /** Places in other files that do. */
  elsewhere?: { place: Elsewhere; message: string }[];
}

/** {@link Fix} in offsets. */
export interface ObservedFix {
  title: string;
  edits: { range: TextRange; text: string }[];
}

/** One check: what it is, how it looks when it fires and when it doesn't, and how it is done. */
export interface Rule {
  /** Stable; also the name of its page, `docs/rules/ID.md`. */
  id: string;
  name: string;
  stage: 'theater' | 'quality';
  severity: Severity;
  confidence: Finding['confidence'];
  families: readonly Family[];
  roles: readonly Role[];
  /** Off in the presets `standard` and `lenient`. */
  isOffByDefault?: true;
  /** One sentence for lists of rules. */
  explanation: string;
  /** Rules that say the same thing more precisely: where one of them fires on the same code, this one is silent. */
  yieldsTo?: readonly string[];
  bad: readonly RuleExample[];
  good: readonly RuleExample[];
  check(facts: FileFacts): Iterable<Observation>;
}

export const BOTH_FAMILIES: readonly Family[] = ['javascript', 'python'];

/** Code that runs for its users. In examples, theater is only pointed out: see `analyzeSource`. */
export const PRODUCTION_ROLES: readonly Role[] = ['production', 'example'];
export const TEST_ROLES: readonly Role[] = ['test'];
export const WRITTEN_ROLES: readonly Role[] = ['production', 'example', 'test', 'testHelper'];
