import type { Loop1Run } from '../../src/loops/loop1/run';

/** A run in the middle of its second iteration. */
export const loop1Run = (parts: Partial<Loop1Run> = {}): Loop1Run => ({
  id: 'run-1',
  status: 'running',
  reason: '',
  iteration: 2,
  nextStep: 'premortem',
  failureRate: 41.5,
  plannedRate: 12,
  targetRate: 5,
  maxIterations: 10,
  goal: { text: 'a shop', files: [], tasks: [] },
  networkAllowed: false,
  research: { sources: [], advisories: null, completedAt: '2026-11-24T10:00:00.000Z' },
  premortem: null,
  remediation: null,
  analysed: null,
  history: [],
  constraints: ['no cloud'],
  ownCards: [],
  decisions: [],
  injections: [],
  createdAt: '2026-11-24T10:00:00.000Z',
  updatedAt: '2026-11-24T10:05:00.000Z',
  ...parts,
});
