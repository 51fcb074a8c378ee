import { UserError } from '../base/errors';

/** One file of the snapshot that goes into a sandbox. */
export interface SandboxFile {
  /** Relative to the sandbox's working directory, forward slashes, no `..`. */
  path: string;
  content: Buffer;
  executable?: boolean;
  /** Makes it a symbolic link to this path; `content` is empty then. */
  link?: string;
}

/** One program run inside a sandbox, after the one before it has ended, over the files as they were sent. */
export interface SandboxStep {
  name: string;
  /** Program and arguments; no shell reads them. */
  command: string[];
  /** Relative to the working directory; the working directory itself when left out. */
  cwd?: string;
  env?: Record<string, string>;
  /** All that its standard input holds, at most 4096 bytes. No other program and no other step can come by it. */
  input?: string;
  /** Kills the step alone, at the next whole second; the sandbox's own limit still holds over all steps. */
  timeoutMs?: number;
  /** One of the request's reports, wanted as soon as the step has ended; in the order of the steps, and before all others. */
  report?: string;
  /** Skip this step when an earlier one exited non-zero. */
  onlyIfPassed?: boolean;
}

/** Limits of one sandbox. The defaults are the seed's: 512 MB, half a CPU, 30 s. */
export interface SandboxLimits {
  memoryMb: number;
  /** In CPUs: 0.5 is half of one. */
  cpus: number;
  timeoutMs: number;
  pids: number;
  /** Bytes of stdout and stderr together. */
  outputBytes: number;
  /** Bytes of all reports together. */
  reportBytes: number;
}

export const DEFAULT_LIMITS: SandboxLimits = {
  memoryMb: 512,
  cpus: 0.5,
  timeoutMs: 30_000,
  pids: 128,
  outputBytes: 1_000_000,
  reportBytes: 8_000_000,
};

export interface SandboxRequest {
  /** A name, or an id as `resolveImage` gives it. */
  image: string;
  /** What messages call it when `image` is an id. */
  imageName?: string;
  files: SandboxFile[];
  steps: SandboxStep[];
  /** Absolute paths inside the sandbox whose content is wanted after the steps; a missing one is left out. */
  reports: string[];
  limits: SandboxLimits;
}

export interface SandboxStepResult {
  name: string;
  /** Undefined when the sandbox ended before the step did. */
  exitCode: number | undefined;
  /** The step was killed at its own `timeoutMs`. */
  timedOut: boolean;
  stdout: string;
  stderr: string;
}

/** Which limit ended the run early, if one did. */
export type SandboxEnd =
  'finished' | 'timeout' | 'out-of-memory' | 'output-limit' | 'process-limit' | 'crashed';

export interface SandboxResult {
  end: SandboxEnd;
  /** A sentence with the limit, its value and what was used of it when `end` is not `finished`. */
  detail: string;
  /** The steps that began, in order. */
  steps: SandboxStepResult[];
  /** By path: those asked for that are regular files with no link on the way. */
  reports: Map<string, Buffer>;
  durationMs: number;
  /** Layers of isolation the engine does not have, a sentence each. */
  notes: string[];
}

export type SandboxProgress = (message: string) => void;

/** Told of a run while it goes on. What is told stays true, whatever the result says of its end. */
export interface SandboxOptions {
  signal?: AbortSignal;
  onProgress?: SandboxProgress;
  /** What a step prints, in pieces of any size, up to the limit of output. */
  onOutput?: (step: string, channel: 'stdout' | 'stderr', piece: Buffer) => void;
  /** A step has ended and left its own report. */
  onReport?: (step: SandboxStepResult, content: Buffer) => void;
}

/**
 * Runs programs over a snapshot in a fresh, locked-down container and removes it afterwards, whatever happens.
 * Throws `SandboxUnavailable` when there is no engine or image, `CancelledError` when `signal` aborts.
 */
export interface Sandbox {
  run(request: SandboxRequest, options?: SandboxOptions): Promise<SandboxResult>;

  /**
   * Tells that a run with this image and these limits is likely to come, so that its container can be started
   * meanwhile. Returns at once and never throws; a run needs no such call.
   */
  prepare(image: string, limits: SandboxLimits): void;

  /**
   * The one image that a name stands for on the engine now; undefined when the engine has none, or there is no engine.
   * Rejects with `CancelledError` alone.
   */
  resolveImage(name: string, signal?: AbortSignal): Promise<ResolvedImage | undefined>;
}

export interface ResolvedImage {
  /** `sha256:...` of the engine. */
  id: string;
  /** `sha256:...` of the registry it came from; its id when it came from none. */
  digest: string;
}

/** An image that holds the dependencies a lockfile names, on top of the image that a sandbox is made from. */
export interface DependencyImage {
  id: string;
  /** What it was made of, relative to the workspace. */
  lockfiles: readonly string[];
  /** The project's folder, relative to the workspace. */
  projectFolder: string;
  /** Absolute path inside of the manifests' copy, and the folders in it that have a `node_modules`. */
  modules: { root: string; folders: readonly string[] } | undefined;
  /** Absolute path inside of Python's packages. */
  site: string | undefined;
}

/** The image of the dependencies of the project of `file`, a path in the workspace, if it has been made. */
export type FindDependencies = (
  workspace: string,
  file: string,
  family: 'node' | 'python',
  baseImage: string,
  signal?: AbortSignal,
) => Promise<DependencyImage | undefined>;

/** Why a sandbox could not be had. */
export type SandboxUnavailableReason = 'no-engine' | 'no-image' | 'limits-refused' | 'stopped';

/** There is no engine, no image, the engine refuses the limits, or somebody stopped the sandbox: nothing can be said. */
export class SandboxUnavailable extends UserError {
  constructor(
    readonly reason: SandboxUnavailableReason,
    message: string,
    nextStep?: string,
    options?: { cause?: unknown },
  ) {
    super(message, nextStep, options);
    this.name = 'SandboxUnavailable';
  }
}
