import { oneLine } from './base/text';
import { DEFAULT_BUDGET } from './loops/loop2/model/budget';
import type { Budget } from './loops/loop2/model/budget';
import { DEFAULT_LIMITS } from './sandbox/sandbox';
import type { SandboxLimits } from './sandbox/sandbox';

/** What a user can set; the editor maps its configuration to this, the CLI uses the defaults. */
export interface Settings {
  /** An endpoint such as `unix:///run/docker.sock`; empty looks for one. */
  engineHost: string;
  /** More engines to show, as `engineHost` names one. */
  otherEngines: readonly string[];
  /** How the rows of the containers are put together. */
  groupBy: 'project' | 'engine' | 'flat';
  /** Whether to tell of containers that crash or whose health check fails. */
  alerts: boolean;
  images: { node: string; python: string };
  limits: SandboxLimits;
  /** Bytes that images of dependencies may take on an engine, all together. */
  dependencyBytes: number;
  /** Days for which audit results are kept. */
  keepDays: number;
  /** What a language model may use up for one attempt at a task. */
  modelBudget: Budget;
}

/** What a number may be; the editor's manifest says the same. */
export interface NumberRange {
  fallback: number;
  low: number;
  high: number;
  whole?: boolean;
}

export const NUMBERS = {
  timeoutSeconds: { fallback: DEFAULT_LIMITS.timeoutMs / 1000, low: 1, high: 3600 },
  memoryMegabytes: { fallback: DEFAULT_LIMITS.memoryMb, low: 64, high: 65_536, whole: true },
  cpus: { fallback: DEFAULT_LIMITS.cpus, low: 0.1, high: 64 },
  processes: { fallback: DEFAULT_LIMITS.pids, low: 16, high: 4096, whole: true },
  outputMegabytes: { fallback: DEFAULT_LIMITS.outputBytes / 1e6, low: 0.01, high: 100 },
  dependencyGigabytes: { fallback: 10, low: 0, high: 1000 },
  keepDays: { fallback: 30, low: 1, high: 3650 },
  modelRounds: { fallback: DEFAULT_BUDGET.rounds, low: 1, high: 500, whole: true },
  modelTokens: { fallback: DEFAULT_BUDGET.tokens, low: 1000, high: 100_000_000, whole: true },
  modelMinutes: { fallback: DEFAULT_BUDGET.minutes, low: 0.1, high: 1440 },
} satisfies Record<string, NumberRange>;

/** A number as a user wrote it, or the nearest that may be, and then what is wrong, in words that follow its name. */
export function numberOf(written: unknown, range: NumberRange): { value: number; problem?: string } {
  const { fallback, low, high, whole = false } = range;
  if (written === undefined || written === null) return { value: fallback };
  if (typeof written !== 'number' || !Number.isFinite(written))
    return { value: fallback, problem: `is ${shown(written)}, which is not a number; ${fallback} is used` };
  const value = Math.min(Math.max(whole ? Math.round(written) : written, low), high);
  if (value === written) return { value };
  const wrong =
    written < low ? `under the least, ${low}` : written > high ? `over the most, ${high}` : 'not whole';
  return { value, problem: `is ${written}, which is ${wrong}; ${value} is used` };
}

function shown(value: unknown): string {
  return oneLine(JSON.stringify(value) ?? '', 40);
}

export const defaultSettings: Settings = {
  engineHost: '',
  otherEngines: [],
  groupBy: 'project',
  alerts: true,
  images: { node: 'node:24-slim', python: 'python:3.11-slim' },
  limits: DEFAULT_LIMITS,
  dependencyBytes: NUMBERS.dependencyGigabytes.fallback * 1e9,
  keepDays: NUMBERS.keepDays.fallback,
  modelBudget: DEFAULT_BUDGET,
};
