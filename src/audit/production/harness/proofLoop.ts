import type { Channel } from './channel';
import type { ProofJob, ProofPlan, ProofRecord } from './proofRecords';
import type { Switch } from './proofSwitch';

export type TestStatus = 'passed' | 'assertion' | 'crash' | 'skipped';

/** A test that has ended: its name, which has to tell it from all others, and the mutants that it passed by. */
export interface EndedTest {
  name: string;
  status: TestStatus;
  /** Undefined where the runner can't tell one test's from another's. */
  passedBy?: number[];
}

/** Runs the tests of a step once, from the start, with all modules of the project loaded anew. */
export type RunTests = (
  chosen: ReadonlySet<string> | undefined,
  ended: (test: EndedTest) => void,
) => Promise<void>;

/** Runs with no mutant awake between the others: what fails then, fails by itself. */
const CONTROL_EVERY = 25;
const SLOWEST_FACTOR = 3;
const SPARE_MS = 3000;
const MAX_TEXT = 2000;

const now = Date.now.bind(Date);

/** Tries the mutants of the plan one after the other, in the process that the tests run in. */
export class ProofLoop {
  private readonly proved: Set<number>;
  private readonly done: Set<number>;
  private limit = 0;
  private once = 0;
  /** All tests that pass, and by mutant those that pass by it. */
  private stable = new Set<string>();
  private readonly within = new Map<number, Set<string>>();
  /** Tests of which an assertion has failed for a mutant. */
  private readonly asserting = new Set<string>();
  /** Mutants that something outside of single tests passes by. */
  private readonly around = new Set<number>();

  constructor(
    private readonly plan: ProofPlan,
    private readonly job: ProofJob,
    private readonly state: Switch,
    private readonly runTests: RunTests,
    private readonly channel: Channel,
    private readonly report: string,
  ) {
    this.proved = new Set(job.proved);
    this.done = new Set(job.done);
  }

  async prove(): Promise<void> {
    if (!(await this.measure())) return;
    let tried = 0;
    for (const { id, function: owner, extreme } of this.plan.mutants) {
      if (this.done.has(id) || (extreme && this.proved.has(owner))) continue;
      const chosen = this.around.has(id) ? this.stable : this.within.get(id);
      if (!chosen) continue;
      if (now() + this.once > this.job.deadline) return this.finish('budget');
      const began = now();
      const { outcome, name } = await this.attempt(id, chosen);
      if (outcome === 'assertion') this.proved.add(owner);
      this.write({ type: 'mutant', mutant: id, outcome, name, milliseconds: now() - began });
      tried++;
      if (tried % CONTROL_EVERY === 0 && !(await this.isQuiet())) return;
    }
    await this.finish('done');
  }

  /** Runs the tests as they are, twice; false when nothing can be learned from them. */
  private async measure(): Promise<boolean> {
    const isFirst = this.job.done.length === 0;
    const began = now();
    const first = await this.run(0, undefined, this.job.deadline - began);
    this.once = now() - began;
    this.limit = SLOWEST_FACTOR * this.once + SPARE_MS;
    const second = isFirst ? await this.run(0, undefined, this.limit) : first;
    const passed = [first, second].map(({ tests }) =>
      tests.filter(({ status }) => status === 'passed').map(({ name }) => name),
    );
    const [before = [], after = []] = passed;
    this.stable = new Set(before.filter((name) => after.includes(name)));
    const flaky = [...before, ...after].filter((name) => !this.stable.has(name));
    this.note(first);
    if (isFirst) {
      const message = flaky.join('\n').slice(0, MAX_TEXT);
      this.write({ type: 'probe', status: 'baseline', passed: this.stable.size, message });
      for (const { id } of this.plan.mutants) {
        const tests = this.around.has(id) ? 0 : this.within.get(id)?.size;
        if (tests !== undefined) this.write({ type: 'reached', mutant: id, tests });
      }
    }
    return this.stable.size > 0;
  }

  private note({ tests, around }: { tests: EndedTest[]; around: number[] }): void {
    for (const number of around) this.around.add(number);
    for (const { name, passedBy = [] } of tests) {
      if (!this.stable.has(name)) continue;
      for (const number of passedBy) {
        const by = this.within.get(number) ?? new Set();
        this.within.set(number, by.add(name));
      }
    }
  }

  private async run(
    number: number,
    chosen: ReadonlySet<string> | undefined,
    limit: number,
  ): Promise<{ tests: EndedTest[]; around: number[] }> {
    const tests: EndedTest[] = [];
    this.write({ type: 'start', mutant: number, limit: Math.max(1000, Math.round(limit)) });
    this.state.take();
    this.state.wake(number);
    await this.runTests(chosen, (test) => tests.push(test));
    this.state.wake(0);
    return { tests, around: this.state.take() };
  }

  private async attempt(
    number: number,
    chosen: ReadonlySet<string>,
  ): Promise<{ outcome: 'assertion' | 'crash' | 'survived'; name: string }> {
    const { tests } = await this.run(number, chosen, this.limit);
    const seen = tests.filter(({ name }) => this.stable.has(name));
    if (this.plan.each && number > 0) this.noteAsserting(number, seen);
    for (const outcome of ['assertion', 'crash'] as const) {
      const noticed = seen.find(({ status }) => status === outcome);
      if (noticed) return { outcome, name: noticed.name.slice(0, MAX_TEXT) };
    }
    // A test that is not even there any more was noticed by whoever counts them.
    const isComplete = [...chosen].every((name) => seen.some((test) => test.name === name));
    return { outcome: isComplete ? 'survived' : 'crash', name: '' };
  }

  private noteAsserting(mutant: number, seen: readonly EndedTest[]): void {
    for (const { name, status } of seen) {
      if (status !== 'assertion' || this.asserting.has(name)) continue;
      this.asserting.add(name);
      this.write({ type: 'asserted', mutant, name: name.slice(0, MAX_TEXT) });
    }
  }

  private async isQuiet(): Promise<boolean> {
    const { outcome, name } = await this.attempt(-1, this.stable);
    if (outcome === 'survived') return true;
    const what = name === '' ? 'the tests did not come to their end' : `the test "${name}" failed`;
    this.write({
      type: 'probe',
      status: 'doubt',
      message: `${what} although nothing was changed`.slice(0, MAX_TEXT),
    });
    return false;
  }

  private async finish(status: 'done' | 'budget'): Promise<void> {
    if (await this.isQuiet()) this.write({ type: 'probe', status, message: '' });
  }

  private write(record: ProofRecord): void {
    this.channel.write(this.report, record);
  }
}
