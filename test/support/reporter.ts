import type { Runnable, Runner, Suite, Test } from 'mocha';
import { addFailure, emptyCounts, writeCounts } from './counts';

const SLOW_MS = 1_000;
/** How long a process may live on after its tests. */
const LINGER_MS = 30_000;

/**
 * Mocha reporter: prints the tests as an outline and leaves the counts in the file named by SEAWORTHY_TEST_COUNTS.
 * A test that is skipped without a reason (see skip.ts) counts as failed: nothing is left out in silence.
 */
export default class OutlineReporter {
  private readonly counts = emptyCounts();
  private depth = 0;

  constructor(runner: Runner) {
    runner.on('suite', (suite) => this.enterSuite(suite));
    runner.on('suite end', (suite) => this.leaveSuite(suite));
    runner.on('pass', (test) => this.pass(test));
    runner.on('fail', (runnable, error) => this.fail(runnable, error));
    runner.on('pending', (test) => this.skip(test));
    runner.once('end', () => this.finish());
  }

  private enterSuite(suite: Suite): void {
    if (suite.root) return;
    this.print(suite.title);
    this.depth += 1;
  }

  private leaveSuite(suite: Suite): void {
    if (!suite.root) this.depth -= 1;
  }

  private pass(test: Test): void {
    this.counts.passed += 1;
    const duration = test.duration ?? 0;
    this.print(`ok    ${test.title}${duration >= SLOW_MS ? ` (${(duration / 1000).toFixed(1)} s)` : ''}`);
  }

  private fail(runnable: Runnable, error: unknown): void {
    addFailure(this.counts, runnable.fullTitle(), error);
    this.print(`FAIL  ${runnable.title}`);
  }

  private skip(test: Test & { skipReason?: string }): void {
    if (test.skipReason === undefined) {
      addFailure(this.counts, test.fullTitle(), 'skipped without a reason');
      this.print(`FAIL  ${test.title} (skipped without a reason)`);
      return;
    }
    this.counts.skipped.push({ title: test.fullTitle(), reason: test.skipReason });
    this.print(`skip  ${test.title} (${test.skipReason})`);
  }

  private finish(): void {
    for (const { title, message } of this.counts.failures) {
      console.log(`\nFAIL  ${title}\n${message.replace(/^/gm, '      ')}`);
    }
    const file = process.env.SEAWORTHY_TEST_COUNTS;
    if (file) writeCounts(file, this.counts);
    const linger = setTimeout(() => {
      console.log(
        `  FAIL  the tests are over and something goes on: ${process.getActiveResourcesInfo().join(', ')}`,
      );
      process.exit(70);
    }, LINGER_MS);
    linger.unref();
  }

  private print(line: string): void {
    console.log('  '.repeat(this.depth + 1) + line);
  }
}
