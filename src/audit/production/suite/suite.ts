import type { Logger } from '../../../base/logger';
import type { Snapshot, TakeSnapshot } from '../../../sandbox/snapshot';
import type { Coverable } from '../../coverable';
import { languageOf } from '../../language';
import type { AuditedFile } from '../../stage';
import type { TestSettings } from '../../testSettings';
import type { ImagePlatforms } from '../dependencies/imagePlatform';
import type { ImportGraph } from '../discovery/importGraph';
import type { WorkspaceSources } from '../discovery/sources';
import type { ImageParts } from '../imageChoice';
import type { ChosenTest } from './chosenTests';
import type { FileOutcome } from './fileOutcome';
import type { CoveredFile } from './projectCoverage';

export interface SuiteParts extends ImageParts {
  takeSnapshot: TakeSnapshot;
  platforms: ImagePlatforms;
  /** Where the build puts the programs of `harness/`. */
  harnessDirectory: string;
  /** What of a file can run. */
  coverable(file: AuditedFile, signal?: AbortSignal): Promise<Coverable | undefined>;
  logger: Logger;
}

export interface SuiteRequest {
  /** Absolute path. */
  workspace: string;
  /** Test files by workspace-relative path; of some only those tests. */
  files: ReadonlyMap<string, readonly ChosenTest[] | undefined>;
  /** Unsaved texts by workspace-relative path. */
  overlays: ReadonlyMap<string, string>;
  runner: TestSettings['runner'];
  /** Notes what the tests reach as well. */
  measures: boolean;
}

/** Told while the run goes on. */
export interface SuiteListener {
  onProgress(message: string): void;
  /** Test files that are in a sandbox now. */
  onStarted(paths: readonly string[]): void;
  /** What was printed by tests of `paths`. */
  onOutput(text: string, paths: readonly string[]): void;
  /** Once for each file that was asked for, unless the run is cancelled or there is no sandbox. */
  onFile(outcome: FileOutcome): void;
  onCovered(file: CoveredFile): void;
  /** What has to be known of the run as a whole. */
  onNote(note: string): void;
}

/** What is read once for a run. */
export interface SuiteWorkspace {
  snapshot: Snapshot;
  sources: WorkspaceSources;
  graph: ImportGraph;
}

/** A file of a snapshot as it is audited; undefined for one that can't be read. */
export function auditedFile(path: string, sources: WorkspaceSources): AuditedFile | undefined {
  const text = sources.text(path);
  const language = languageOf(path)?.language;
  return text === undefined || !language ? undefined : { path, text, language, unsaved: false };
}
