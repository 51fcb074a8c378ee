export const CATEGORIES = [
  'security',
  'data loss',
  'dependencies',
  'build and deploy',
  'operations',
  'testing',
  'performance',
  'people',
  'schedule',
] as const;
export type Category = (typeof CATEGORIES)[number];

export const PRIORITIES = ['P0', 'P1', 'P2', 'P3'] as const;
export type Priority = (typeof PRIORITIES)[number];

/** A place in the workspace that speaks for a scenario. */
export interface Evidence {
  /** Relative to the workspace, with forward slashes. */
  file: string;
  /** From 1. */
  line: number;
  /** What is seen there, one line, without any secret itself. */
  shows: string;
}

/**
 * `gone`: its probe looked again and found nothing, or its task passed its audit. `accepted` and `dismissed`: a person said so.
 * `needs confirmation`: nothing in the workspace speaks for it, so that it weighs nothing until a person says it does.
 */
export type ScenarioState = 'open' | 'gone' | 'accepted' | 'dismissed' | 'needs confirmation';

/** What a person said of a scenario. */
export interface Decision {
  scenarioId: string;
  kind: 'accepted' | 'dismissed' | 'confirmed' | 'task passed';
  reason: string;
  /** Account name, or the part of Seaworthy that knows it. */
  by: string;
  /** ISO UTC. */
  at: string;
  /** ISO UTC; the scenario is open again from then on. Null for one that holds until it is taken back. */
  expiresAt: string | null;
}

/** What could happen, told so that someone can picture it. */
export interface Story {
  category: Category;
  /** What could happen, as one sentence without a full stop. */
  title: string;
  trigger: string;
  /** What follows from what, in order. */
  chain: readonly string[];
  /** Who is hurt. */
  hurts: string;
  prevention: string;
  earlyWarning: string;
  /** How to see that the prevention holds. */
  verify: string;
}

/** One way to fail. Likelihood and impact are from 0 to 1. */
export interface Scenario extends Story {
  /** Stable over iterations: the probe and the place, not the line. */
  id: string;
  likelihood: number;
  impact: number;
  priority: Priority;
  state: ScenarioState;
  /** `probe NAME`, `model NAME` or `you`. */
  source: string;
  /** All that came to the same, the first of them `source`. */
  sources: readonly string[];
  evidence: readonly Evidence[];
  /** More places than `evidence` lists may have been found. */
  evidenceCount: number;
  /** Iteration in which it was first seen. */
  since: number;
  decision?: Decision;
  /** Such as that its probe could not look this time, and why. */
  note?: string;
}
