import type { Outcome } from '../../audit/report';

/** One part of what decides over a task. */
export interface GateCheck {
  name: 'audit' | 'acceptance' | 'claim' | 'tests';
  status: Outcome;
  /** Empty for a pass. */
  reason: string;
}

/** What speaks against a task, to be read by who works on it. */
export interface GateFinding {
  /** Id of a rule, or of a check such as `claim stub`. */
  rule: string;
  message: string;
  /** Relative to the workspace; empty where it belongs to none. */
  file: string;
  /** From 1. */
  line: number;
  isCritical: boolean;
}

/** What was found out about a task once. Never changed after it was saved. */
export interface TaskVerdict {
  id: string;
  runId: string;
  taskId: string;
  outcome: Outcome;
  /** Of one that was not run: what may help. `wait`: asking again later. `person`: somebody has to do something first. */
  helps: 'wait' | 'person' | null;
  /** One sentence; empty for a pass. */
  reason: string;
  checks: readonly GateCheck[];
  findings: readonly GateFinding[];
  /** Reports of the audit, as they are kept for their time. */
  reports: readonly { id: string; file: string; verdict: Outcome; reason: string }[];
  /** SHA-256 in hex over the files of the task, as they were judged. */
  contentHash: string;
  /** What is to be known of how it was found out. */
  notes: readonly string[];
  /** ISO UTC with milliseconds. */
  createdAt: string;
  durationMs: number;
}
