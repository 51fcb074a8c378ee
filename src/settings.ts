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
  images: { node: string; python: string };
  limits: SandboxLimits;
  /** Days for which audit results are kept. */
  keepDays: number;
}

export const defaultSettings: Settings = {
  engineHost: '',
  otherEngines: [],
  groupBy: 'project',
  images: { node: 'node:24-slim', python: 'python:3.11-slim' },
  limits: DEFAULT_LIMITS,
  keepDays: 30,
};
