import { setTimeout as wait } from 'node:timers/promises';
import { linkedSignal } from '../base/cancellation';
import type { EngineConnection } from '../engine/connection';
import type { StatsSample } from '../engine/stats';
import type { ContainerList } from './containerList';
import { metricsBetween, sampleEach } from './metrics';
import type { Metrics } from './metrics';

/** Between the ends of two rounds at least, in milliseconds; never less than a round itself takes. */
const INTERVAL = 3000;
/** The processor's use needs two samples: the second follows the first sooner. In milliseconds. */
const FIRST_INTERVAL = 1000;
/** Samples that are closer together, in milliseconds, count as one. */
const LEAST = 500;
/** How far back metrics are kept, in milliseconds. */
const HISTORY = 5 * 60_000;
/** Metrics that were not followed by newer ones say nothing of now. In milliseconds. */
const STALE = 20_000;

/** Who looks at metrics, and of which containers; asked before each round. */
export interface MetricsWatcher {
  ids: () => Iterable<string>;
  /** Called after each round with the containers of which something is new. */
  onRound: (ids: ReadonlySet<string>) => void;
}

/**
 * Samples the containers that somebody looks at, all in rounds, and keeps what it saw for five minutes. While nobody
 * looks, no call is made. Rounds pause while the engine is gone and go on by themselves.
 */
export class MetricsSampler {
  private readonly watchers = new Set<MetricsWatcher>();
  private readonly samples = new Map<string, StatsSample>();
  private readonly histories = new Map<string, { metrics: Metrics[]; seen: number }>();
  private sampling: AbortController | undefined;
  private woken = new AbortController();

  constructor(
    private readonly list: ContainerList,
    private readonly interval = INTERVAL,
  ) {}

  /** Looks until the function returned is called. */
  watch(watcher: MetricsWatcher): () => void {
    this.watchers.add(watcher);
    this.start();
    this.woken.abort();
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size > 0) return;
      this.sampling?.abort();
      this.sampling = undefined;
      this.samples.clear();
    };
  }

  /** What it uses now; undefined when that is not known. */
  latest(id: string): Metrics | undefined {
    const history = this.histories.get(id);
    return history && performance.now() - history.seen < STALE ? history.metrics.at(-1) : undefined;
  }

  /** Of the last five minutes, oldest first, as far as somebody looked. */
  history(id: string): readonly Metrics[] {
    return this.histories.get(id)?.metrics ?? [];
  }

  private start(): void {
    if (this.sampling) return;
    this.sampling = new AbortController();
    const { signal } = this.sampling;
    let engine: EngineConnection | undefined;
    const stop = this.list.listen({
      connected: (found) => {
        engine = found;
        this.woken.abort();
      },
      lost: () => (engine = undefined),
      event: ({ action, id }) => {
        if (action === 'die' || action === 'destroy') this.forget(id);
      },
    });
    signal.addEventListener('abort', stop, { once: true });
    void this.run(() => engine, signal);
  }

  private async run(engine: () => EngineConnection | undefined, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.woken = new AbortController();
      const begun = performance.now();
      const now = engine();
      const isComplete = now ? await this.round(now, signal) : true;
      const took = performance.now() - begun;
      await this.pause(isComplete ? Math.max(this.interval, took) : FIRST_INTERVAL, signal);
    }
  }

  /** Ends early when somebody has begun to look, or the engine was found. */
  private async pause(milliseconds: number, signal: AbortSignal): Promise<void> {
    const either = linkedSignal([signal, this.woken.signal]);
    await wait(milliseconds, undefined, { signal: either.signal }).catch(() => undefined);
    either.release();
  }

  /** Whether all that was sampled had been sampled before. */
  private async round(engine: EngineConnection, signal: AbortSignal): Promise<boolean> {
    const ids = [...new Set([...this.watchers].flatMap((watcher) => [...watcher.ids()]))];
    const fresh = new Set<string>();
    let isComplete = true;
    try {
      await sampleEach(engine, ids, signal, (id, sample) => {
        if (signal.aborted) return;
        isComplete = this.samples.has(id) && isComplete;
        if (sample) this.keep(id, sample);
        else this.forget(id);
        fresh.add(id);
      });
    } catch {
      // An engine that is lost is told of by the list; the samples are of no use afterwards.
      this.samples.clear();
    }
    if (signal.aborted) return true;
    this.dropOld();
    if (fresh.size > 0) for (const { onRound } of this.watchers) onRound(fresh);
    return isComplete;
  }

  private keep(id: string, sample: StatsSample): void {
    const before = this.samples.get(id);
    // An engine that looks once a second may give the same look twice, and what is close together says little.
    if (before && sample.at - before.at < LEAST) return;
    this.samples.set(id, sample);
    const history = this.histories.get(id) ?? { metrics: [], seen: 0 };
    history.metrics.push(metricsBetween(before, sample));
    history.seen = performance.now();
    while ((history.metrics[0]?.at ?? sample.at) < sample.at - HISTORY) history.metrics.shift();
    this.histories.set(id, history);
  }

  /** It does not run: what it used is history, and the next sample is the first one. */
  private forget(id: string): void {
    this.samples.delete(id);
    const history = this.histories.get(id);
    if (history) history.seen = -Infinity;
  }

  private dropOld(): void {
    const oldest = performance.now() - HISTORY;
    for (const [id, { seen, metrics }] of this.histories) {
      const age = Date.now() - (metrics.at(-1)?.at ?? 0);
      if (seen < oldest && age > HISTORY) this.histories.delete(id);
    }
  }
}
