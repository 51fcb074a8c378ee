import { DEFAULT_LIMITS } from './sandbox/sandbox';
import type { SandboxLimits } from './sandbox/sandbox';

/** What a user can set; the editor maps its configuration to this, the CLI uses the defaults. */
export interface Settings {
  /** An endpoint such as `unix:///run/docker.sock`; empty looks for one. */
  engineHost: string;
  images: { node: string; python: string };
  limits: SandboxLimits;
  /** Bytes that images of dependencies may take on an engine, all together. */
  dependencyBytes: number;
  /** Days for which audit results are kept. */
  keepDays: number;
}

export const defaultSettings: Settings = {
  engineHost: '',
  images: { node: 'node:24-slim', python: 'python:3.11-slim' },
  limits: DEFAULT_LIMITS,
  dependencyBytes: 10e9,
  keepDays: 30,
};
