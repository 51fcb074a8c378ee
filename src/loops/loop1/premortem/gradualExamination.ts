import type { ProjectFacts } from '../facts/projectFacts';
import type { SourceId } from '../research/source';
import type { Scenario } from '../scenario';
import { examine } from './examine';
import type { Examination } from './examine';
import type { Probe } from './probe';

/** Lets each probe look as soon as what it needs is there, so that the first cards don't wait for the slowest source. */
export class GradualExamination {
  private readonly waiting: Set<Probe>;
  private readonly byProbe = new Map<Probe, Scenario[]>();
  private readonly notLooked = new Map<string, string>();

  constructor(
    private readonly probes: readonly Probe[],
    private readonly options: { iteration: number; signal: AbortSignal },
  ) {
    this.waiting = new Set(probes);
  }

  /** What was seen so far. */
  get seen(): Scenario[] {
    return this.probes.flatMap((probe) => this.byProbe.get(probe) ?? []);
  }

  /** Once no source is pending: what all of them say. */
  get result(): Examination {
    return { scenarios: this.seen, notLooked: this.notLooked };
  }

  /** Lets those look that wait for none of `pending`, each once. Resolves to whether there were any. */
  async look(
    facts: ProjectFacts,
    pending: ReadonlySet<SourceId>,
    missing: ReadonlyMap<SourceId, string>,
  ): Promise<boolean> {
    const ready = [...this.waiting].filter(
      ({ needs = [], isHelpedBy = [] }) => ![...needs, ...isHelpedBy].some((id) => pending.has(id)),
    );
    // Marked before the first of them looks: sources come in while others are still at it.
    for (const probe of ready) this.waiting.delete(probe);
    for (const probe of ready) {
      const { scenarios, notLooked } = await examine([probe], facts, { ...this.options, missing });
      this.byProbe.set(probe, scenarios);
      for (const [id, why] of notLooked) this.notLooked.set(id, why);
    }
    return ready.length > 0;
  }
}
