import type { RunStatus } from '../runStatus';
import type { PlannedTask } from './facts/projectFacts';
import type { AdvisoryFact } from './facts/sourceFacts';
import type { Remedy } from './remediation/remedy';
import type { SourceId } from './research/source';
import type { Decision, Priority, Scenario, ScenarioState } from './scenario';

/** What is to be built. */
export interface Goal {
  /** In words; empty where only the workspace says it. */
  text: string;
  /** Plans it was read from, relative to the workspace. */
  files: readonly string[];
  tasks: readonly PlannedTask[];
}

/** Something that research found and a person may want to open. */
export interface Artifact {
  kind: 'file' | 'history' | 'audit' | 'container' | 'advisory' | 'repository' | 'paper';
  title: string;
  description: string;
  /** From 0 to 1. */
  relevance: number;
  /** `https` only. */
  url?: string;
  /** In the workspace. */
  place?: { file: string; line: number };
  /** Of a repository. */
  stars?: number;
  /** Of a paper. */
  authors?: readonly string[];
  year?: number;
  citations?: number;
}

/** How one source did. `off`: it needs the network, and nobody has allowed it. */
export interface SourceOutcome {
  id: SourceId;
  title: string;
  status: 'reached' | 'not reached' | 'off';
  /** Empty when it was reached. */
  why: string;
  attempts: number;
  durationMs: number;
  notes: readonly string[];
  artifacts: readonly Artifact[];
}

interface FinishedPhase {
  /** ISO UTC. */
  completedAt: string;
}

export interface ResearchPhase {
  sources: readonly SourceOutcome[];
  /** What the network said that probes look at; it is not asked again after a crash. */
  advisories: readonly AdvisoryFact[] | null;
  /** Null while some source is still to be asked. */
  completedAt: string | null;
}

interface PremortemPhase extends FinishedPhase {
  scenarios: readonly Scenario[];
  /** Probes that could not look, and why. */
  notLooked: readonly { probe: string; why: string }[];
  notes: readonly string[];
}

interface RemediationPhase extends FinishedPhase {
  /** By scenario. */
  remedies: readonly Remedy[];
}

/** What one iteration came to. */
export interface IterationRecord {
  iteration: number;
  /** Percent. */
  now: number;
  planned: number;
  scenarios: readonly { id: string; title: string; priority: Priority; state: ScenarioState }[];
  finishedAt: string;
}

/** What was looked at. */
interface Analysed {
  /** Of `HEAD`; empty where there is no git. */
  commit: string;
  /** SHA-256 in hex over all files. */
  contentHash: string;
}

/** Text that a person put into a run. */
export interface Injection {
  kind: 'constraint' | 'card';
  text: string;
  /** Iteration and step it came in. */
  during: string;
  at: string;
}

/** What an iteration is made of, in order. */
export type Step = 'research' | 'premortem' | 'remediation' | 'rate';

/** One life of a Loop 1. */
export interface Loop1Run {
  id: string;
  status: RunStatus;
  /** Why it ended or waits; empty while it goes on. */
  reason: string;
  /** From 1; 0 before the first. */
  iteration: number;
  /** Step that is to be done next in this iteration; null when the iteration is finished. */
  nextStep: Step | null;
  /** Percent; 100 before the first pre-mortem. */
  failureRate: number;
  plannedRate: number;
  targetRate: number;
  maxIterations: number;
  goal: Goal;
  networkAllowed: boolean;
  research: ResearchPhase | null;
  /** While the first research goes on: what probes have seen that don't wait for a source. */
  firstLook?: readonly Scenario[] | undefined;
  premortem: PremortemPhase | null;
  remediation: RemediationPhase | null;
  analysed: Analysed | null;
  history: readonly IterationRecord[];
  constraints: readonly string[];
  /** What persons wrote themselves. */
  ownCards: readonly Scenario[];
  decisions: readonly Decision[];
  injections: readonly Injection[];
  /** ISO UTC with milliseconds. */
  createdAt: string;
  updatedAt: string;
}
