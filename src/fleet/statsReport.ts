import { setTimeout as wait } from 'node:timers/promises';
import { oneLine } from '../base/text';
import type { EngineConnection } from '../engine/connection';
import type { StatsSample } from '../engine/stats';
import { bytesText, metricsBetween, percentText, sampleEach } from './metrics';
import type { Metrics } from './metrics';
import type { FleetProject } from './projects';

/** What is measured for a rate, in milliseconds. */
const WINDOW = 1000;

type OrNull<T> = {
  [Name in keyof T]: undefined extends T[Name] ? Exclude<T[Name], undefined> | null : T[Name];
};

type ContainerUse = OrNull<Omit<Metrics, 'at'>>;

/** The use of resources as other programs read it, with null where the engine tells nothing. */
export interface StatsReport {
  /** `project` is empty for containers without one. */
  containers: ({ project: string; name: string } & ContainerUse)[];
}

/** Measures the running containers of projects for a second. */
export async function measureProjects(
  engine: EngineConnection,
  projects: readonly FleetProject[],
  signal: AbortSignal,
): Promise<StatsReport> {
  const running = projects.flatMap((project) =>
    project.containers
      .filter(({ state }) => state === 'running' || state === 'paused')
      .map(({ id, name }) => ({ id, name, project: project.name })),
  );
  const ids = running.map(({ id }) => id);
  const first = new Map<string, StatsSample>();
  const metrics = new Map<string, Metrics>();
  await sampleEach(engine, ids, signal, (id, sample) => void (sample && first.set(id, sample)));
  await wait(WINDOW, undefined, { signal });
  await sampleEach(engine, ids, signal, (id, sample) => {
    if (sample) metrics.set(id, metricsBetween(first.get(id), sample));
  });
  return {
    containers: running.flatMap(({ id, name, project }) => {
      const found = metrics.get(id);
      if (!found) return [];
      const use = Object.entries(found).flatMap(([key, value]) =>
        key === 'at' ? [] : [[key, value ?? null]],
      );
      return [{ project, name, ...(Object.fromEntries(use) as ContainerUse) }];
    }),
  };
}

/** The same for people, a line a container. */
export function statsText({ containers }: StatsReport): string {
  if (containers.length === 0) return 'No container runs.\n';
  const title = ['NAME', 'CPU', 'MEMORY', 'IN', 'OUT', 'READ', 'WRITTEN', 'PROCESSES'];
  const rate = (bytes: number | null): string => (bytes === null ? '–' : `${bytesText(bytes)}/s`);
  const rows = containers.map((each) => [
    oneLine(each.name, 100),
    each.cpuPercent === null ? '–' : percentText(each.cpuPercent),
    bytesText(each.memory),
    ...[each.received, each.sent, each.read, each.written].map(rate),
    String(each.processes ?? '–'),
  ]);
  const all = [title, ...rows];
  const widths = title.map((_name, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all
    .map(
      (row) =>
        `${row
          .map((cell, column) => cell.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('');
}
