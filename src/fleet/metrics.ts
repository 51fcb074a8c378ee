import { grouped } from '../base/texts';
import type { EngineConnection } from '../engine/connection';
import type { StatsSample } from '../engine/stats';
import { forEach, unlessRefused } from './loadContainers';

/** Older engines answer at their next look only: waiting for many at once costs them nothing. */
const AT_ONCE = 20;

/**
 * What a container uses at a moment: a sample in which the sums are bytes a second. These are undefined until there
 * are two samples as well.
 */
export interface Metrics extends Omit<StatsSample, 'cpuMs'> {
  /** 100 is one core that is always busy, as `docker stats` counts. Undefined until there are two samples. */
  cpuPercent: number | undefined;
}

const RATES = ['received', 'sent', 'read', 'written'] as const;

/**
 * What happened between two samples of one container. By the time that passed and not by the engine's own count of
 * all processor time: that is of all cores with Docker, and of one with Podman.
 */
export function metricsBetween(before: StatsSample | undefined, now: StatsSample): Metrics {
  const { at, memory, memoryLimit, processes, cpuMs } = now;
  const passed = before ? at - before.at : 0;
  // A sum that shrank has begun anew: the container was restarted in between.
  const isLater = before !== undefined && passed > 0 && cpuMs >= before.cpuMs;
  const rates = RATES.map((name) => {
    const [from, to] = [before?.[name], now[name]];
    const isKnown = isLater && from !== undefined && to !== undefined && to >= from;
    return [name, isKnown ? ((to - from) / passed) * 1000 : undefined];
  });
  return {
    at,
    cpuPercent: isLater ? ((cpuMs - before.cpuMs) / passed) * 100 : undefined,
    memory,
    memoryLimit,
    processes,
    ...(Object.fromEntries(rates) as Pick<Metrics, (typeof RATES)[number]>),
  };
}

/** `12 %`, and `0.4 %` where that is all. */
export function percentText(percent: number): string {
  return `${withTenths(percent, percent > 0)} %`;
}

/** `210 MB`: powers of 1000. */
export function bytesText(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const size = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const scaled = bytes / 1000 ** size;
  return `${withTenths(scaled, size > 0)} ${units[size]}`;
}

/** Tenths where they tell something. */
function withTenths(value: number, hasParts: boolean): string {
  const digits = hasParts && value < 9.95 ? 1 : 0;
  return grouped(value, { minimumFractionDigits: digits, maximumFractionDigits: digits, useGrouping: false });
}

/** Processor and memory in few characters, for a row: `4 % · 210 MB`. */
export function usageText({ cpuPercent, memory }: Metrics): string {
  return [cpuPercent === undefined ? '' : percentText(cpuPercent), bytesText(memory)]
    .filter(Boolean)
    .join(' · ');
}

/** Calls `onSample` for each, with undefined for a container that does not run. Rejects when the engine is gone. */
export async function sampleEach(
  engine: EngineConnection,
  ids: readonly string[],
  signal: AbortSignal,
  onSample: (id: string, sample: StatsSample | undefined) => void,
): Promise<void> {
  await forEach(ids, AT_ONCE, async (id) =>
    onSample(id, await unlessRefused(engine.sampleStats(id, signal))),
  );
}
