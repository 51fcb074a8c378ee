import type { Channel } from './channel';
import { ONLY_VARIABLE } from './environment';
import type { CanaryRecord, TestRecord } from './records';

/** As many of the project's tests get a twin that must fail. */
const MAX_TWINS = 5;

/** How a test can tell that it fails: who swallows one of them does not swallow the others with it. */
export const FAILING_WAYS = ['throws', 'rejects', 'calls back'] as const;

/** A test that the harness adds; it must fail where it says how. */
export interface Canary {
  name: string;
  fails?: (typeof FAILING_WAYS)[number];
}

/**
 * The tests of the harness that follow the project's own, in the process and under the functions that these leave behind:
 * one that passes, twins of the project's tests by name that fail in every way a test can, and one that fails. Code that
 * makes passes of failures, for all tests or for some by their names or their ways, does so with these too; code that ends
 * the run early ends it before them.
 */
export class Canaries {
  /** What the failures of these tests say: nobody else can know it. */
  readonly reason: string;
  private readonly first: Canary;
  private readonly last: Canary;
  private readonly matchers: string;
  private readonly isChoice = process.env[ONLY_VARIABLE] !== undefined;
  private readonly names: string[] = [];
  private expected: Canary[] = [];
  private at = 0;
  private tellReached: () => void = () => undefined;
  /** The first of ours has been reported, and with it all tests of the project. */
  readonly reached = new Promise<void>((resolve) => {
    this.tellReached = resolve;
  });

  constructor(channel: Channel) {
    this.reason = channel.word('reason');
    this.first = { name: channel.word('pass') };
    this.last = { name: channel.word('fail'), fails: 'throws' };
    this.matchers = channel.word('matchers');
    this.expected = [this.first];
  }

  /** Takes note of a test of the project that was no skip. */
  saw({ name, status }: TestRecord): void {
    // A choice of tests by their names would leave twins out that are not chosen themselves.
    if (this.isChoice || status === 'skipped' || this.names.length >= MAX_TWINS) return;
    const own = name.split(' > ').at(-1) ?? name;
    if (!this.names.includes(own)) this.names.push(own);
  }

  start(): Canary {
    return this.first;
  }

  /** The names of all, for a runner whose tests are known before any of them has run. */
  named(): { start: string; twins: readonly string[]; matchers: string; last: string } {
    return { start: this.first.name, twins: this.names, matchers: this.matchers, last: this.last.name };
  }

  /** What follows `start`, once that and with it all of the project's tests have ended. */
  rest(): Canary[] {
    const twins = this.names.flatMap((name) => FAILING_WAYS.map((fails): Canary => ({ name, fails })));
    const rest = [...twins, this.last];
    this.expected = [this.first, ...rest];
    return rest;
  }

  /** Whether a test of this name, ended now, is the next of ours. */
  isNext(name: string): boolean {
    return this.expected[this.at]?.name === name;
  }

  record(status: CanaryRecord['status'], message: string): CanaryRecord {
    const name = this.expected[this.at]?.name ?? '';
    this.at++;
    this.tellReached();
    return { type: 'canary', name, status, message };
  }
}
