import type * as Coverage from './coverage';
import { TARGET_VARIABLE, TEST_FILE_VARIABLE } from './environment';

interface TestFileResult {
  console?: { message: string; type: string }[] | null;
}

/** What has to be done while jest runs; what its tests came to is for the program that started it to say. */
export default class SeaworthyReporter {
  private static coverage: typeof Coverage | undefined;

  /** To be called once, before jest starts. */
  static prepare(coverage: typeof Coverage): void {
    SeaworthyReporter.coverage ??= coverage;
  }

  onTestFileStart({ path }: { path: string }): void {
    process.env[TEST_FILE_VARIABLE] = path;
    SeaworthyReporter.coverage?.startCoverage();
  }

  onTestFileResult({ path }: { path: string }, result: TestFileResult): void {
    const { coverage } = SeaworthyReporter;
    coverage?.writeCoverage(coverage.takeCoverage(process.env[TARGET_VARIABLE] ?? ''), path);
    for (const { message, type } of result.console ?? []) {
      const stream = /^(?:error|warn|assert)$/.test(type) ? process.stderr : process.stdout;
      stream.write(`${message}\n`);
    }
  }
}
