/** One life of a loop. `interrupted`: its process ended without a word; it can be resumed. */
export const RUN_STATUSES = [
  'pending',
  'running',
  'paused',
  'waiting for you',
  'interrupted',
  'completed',
  'not converged',
  'failed',
  'cancelled',
] as const;
export type RunStatus = (typeof RUN_STATUSES)[number];

type StepStatus = 'pending' | 'running' | 'completed' | 'failed';

interface ResearchPhase {
  status: StepStatus;
  repositories: { name: string; url: string; stars: number; description: string }[];
  papers: { title: string; authors: string[]; year: number; url: string; citations: number }[];
  /** ISO UTC; null until then. */
  completedAt: string | null;
}

/** One way to fail. Likelihood and impact are from 0 to 1. */
interface Scenario {
  id: string;
  priority: 'P0' | 'P1' | 'P2' | 'P3';
  description: string;
  likelihood: number;
  impact: number;
  prevention: string;
  evidence: string[];
  earlyWarnings: string[];
}

interface PremortemPhase {
  status: StepStatus;
  scenarios: Scenario[];
  riskScore: number;
  completedAt: string | null;
}

interface RemediationPhase {
  status: StepStatus;
  updates: string[];
  completedAt: string | null;
}

export interface Loop1Run {
  id: string;
  status: RunStatus;
  iteration: number;
  /** Percent; 100 before the first pre-mortem. */
  failureRate: number;
  research: ResearchPhase | null;
  premortem: PremortemPhase | null;
  remediation: RemediationPhase | null;
  /** ISO UTC with milliseconds. */
  createdAt: string;
  updatedAt: string;
}

interface Task {
  id: string;
  type: string;
  description: string;
  status: StepStatus;
  assignedTo: string | null;
  dependencies: string[];
  result: { success: boolean; output: string; errors: string[] } | null;
  createdAt: string;
  completedAt: string | null;
}

interface Phase {
  id: string;
  name: string;
  status: StepStatus;
  tasks: Task[];
  completedAt: string | null;
}

interface Princess {
  id: string;
  name: string;
  status: 'idle' | 'busy' | 'error';
  currentTask: string | null;
  droneCount: number;
  tasksCompleted: number;
  tasksInProgress: number;
  lastActive: string;
}

export interface Loop2Run {
  id: string;
  status: RunStatus;
  phases: Phase[];
  princesses: Princess[];
  createdAt: string;
  updatedAt: string;
}
