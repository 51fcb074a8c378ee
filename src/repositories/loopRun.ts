import type { RunStatus } from '../loops/runStatus';

type StepStatus = 'pending' | 'running' | 'completed' | 'failed';

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
