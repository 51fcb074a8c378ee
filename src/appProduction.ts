import type { ProductionRunner } from './audit/audit';
import { ProductionStage } from './audit/production/production';
import { isChosen } from './audit/production/suite/chosenTests';
import { findTestFiles } from './audit/production/suite/findTestFiles';
import type { SuiteParts } from './audit/production/suite/suite';
import { SuiteRunner } from './audit/production/suite/suiteRunner';
import type { StaticAnalyzer } from './audit/stage';
import type { TestOutline } from './audit/testOutline';
import { listSources } from './sandbox/sources';
import { takeSnapshot } from './sandbox/workspaceSnapshot';

/** Runs the code of workspaces: stage 2 of audits, and their tests as their users ask for them. */
export class Production implements ProductionRunner {
  /** `parts` are those that the settings of now make. */
  constructor(
    private readonly analyzer: StaticAnalyzer,
    private readonly parts: () => Promise<Omit<SuiteParts, 'coverable' | 'takeSnapshot'>>,
  ) {}

  async run(...[input, options]: Parameters<ProductionRunner['run']>): ReturnType<ProductionRunner['run']> {
    const { analyzer } = this;
    const stage = new ProductionStage({
      ...(await this.parts()),
      takeSnapshot,
      mutate: async (file, switchName, signal) =>
        (await analyzer.analyze({ ...file, switchName }, signal)).mutated,
      coverable: async (file, signal) =>
        (await analyzer.analyze({ ...file, measures: true }, signal)).coverable,
    });
    return stage.run(input, options);
  }

  readonly isChosen = isChosen;

  /** Workspace-relative paths of the files that hold tests. Rejects with `CancelledError`, and `UserError` for too many files. */
  findTests(root: string, signal: AbortSignal): Promise<string[]> {
    return findTestFiles(root, listSources, signal);
  }

  /** The tests of a file by its text. Rejects with `UserError` where it can't be read in time. */
  async outlineOf(file: { path: string; text: string }, signal?: AbortSignal): Promise<TestOutline[]> {
    const input = { ...file, outlines: true, isUnjudged: true } as const;
    return (await this.analyzer.analyze(input, signal)).outline ?? [];
  }

  /** What runs test files with the settings of now. */
  async suiteRunner(): Promise<SuiteRunner> {
    return new SuiteRunner({
      ...(await this.parts()),
      takeSnapshot,
      coverable: async (file, signal) =>
        (await this.analyzer.analyze({ ...file, measures: true, isUnjudged: true }, signal)).coverable,
    });
  }
}
