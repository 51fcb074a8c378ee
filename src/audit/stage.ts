import type { Language } from './language';
import type { Coverable } from './coverable';
import type { MutatedSource } from './mutation/mutants';
import type { Finding } from './finding';
import type { RuleSettings } from './ruleSettings';
import type { TestOutline } from './testOutline';
import type { StoredDigest } from './workspace/digestCache';
import type { WorkspaceView } from './workspace/view';

/** A file as it is audited: what is on disk, or what is on the screen when the editor holds unsaved text. */
export interface AuditedFile {
  /** Relative to the workspace, forward slashes. */
  path: string;
  text: string;
  language: Language;
  unsaved: boolean;
}

/** What stages 1 and 3 see in one parse of a file. */
export interface StaticAnalysis {
  theater: Finding[];
  quality: Finding[];
  /** Lines (1-based) the parser could not read; nothing is reported inside them. */
  syntaxErrors: { startLine: number; endLine: number }[];
  /** Findings that comments in the source set aside, with their reasons. */
  suppressed?: { finding: Finding; reason: string }[];
  /** When it was asked for: what of the file can run; left out where nothing can. */
  coverable?: Coverable;
  /** When it was asked for. */
  outline?: TestOutline[];
  /** When it was asked for, and the file can be changed. */
  mutated?: MutatedSource;
  /** Why no rule was applied, where none was: the stages are then not run. */
  unjudged?: string;
  /** When the file was analysed ahead: what it says to the rest of the workspace. */
  digest?: StoredDigest;
  /** When it was analysed ahead: who uses its functions would have made a difference. */
  asksForUsers?: true;
}

/** What an analysis is asked for. */
export interface AnalysisInput {
  path: string;
  text: string;
  rules?: RuleSettings;
  /** What the rest of the workspace says of it. */
  workspace?: WorkspaceView;
  /** Asks for what of the file can run as well. */
  measures?: true;
  /** Asks for the file's tests as well. */
  outlines?: true;
  /** Applies no rule: nothing is found. */
  isUnjudged?: true;
  /** Asks for the file's mutants as well, behind calls of this name. */
  switchName?: string;
  /** Analyses it before the workspace is known, as if nothing there concerned it, and digests it in the same go. */
  isAhead?: true;
}

/** Stages 1 and 3 over one file. Rejects with `CancelledError` on abort, with `UserError` past its time budget. */
export interface StaticAnalyzer {
  analyze(file: AnalysisInput, signal?: AbortSignal): Promise<StaticAnalysis>;
  dispose(): Promise<void>;
}
