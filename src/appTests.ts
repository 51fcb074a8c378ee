import { SuiteRunner } from './audit/production/suite/suiteRunner';
import type { SuiteParts } from './audit/production/suite/suite';
import { findTestFiles } from './audit/production/suite/findTestFiles';
import type { StaticAnalyzer } from './audit/stage';
import type { TestOutline } from './audit/testOutline';
import { listSources } from './sandbox/sources';

interface TestsParts {
  analyzer: StaticAnalyzer;
  /** As the settings are now. */
  suiteParts: () => Promise<Omit<SuiteParts, 'coverable'>>;
}

/** The tests of workspaces: which there are, and what comes of them. */
export class Tests {
  constructor(private readonly parts: TestsParts) {}

  /** Workspace-relative paths of the files that hold tests. Rejects with `CancelledError`, and `UserError` for too many files. */
  find(root: string, signal: AbortSignal): Promise<string[]> {
    return findTestFiles(root, listSources, signal);
  }

  /** The tests of a file by its text. Rejects with `UserError` where it can't be read in time. */
  async outlineOf(file: { path: string; text: string }, signal?: AbortSignal): Promise<TestOutline[]> {
    const { analyzer } = this.parts;
    const { outline = [] } = await analyzer.analyze({ ...file, outlines: true, isUnjudged: true }, signal);
    return outline;
  }

  /** What runs test files with the settings of now. */
  async runner(): Promise<SuiteRunner> {
    const { analyzer, suiteParts } = this.parts;
    return new SuiteRunner({
      ...(await suiteParts()),
      coverable: async (file, signal) =>
        (await analyzer.analyze({ ...file, measures: true, isUnjudged: true }, signal)).coverable,
    });
  }
}
