import * as path from 'node:path';
import type { AutoDeploy, Confirmation, ShipSettings } from './shipSettings';

/** Where an environment's files lie. Paths are absolute, with forward slashes where they are remote. */
export type TargetPath = { kind: 'local'; path: string } | { kind: 'remote'; host: string; path: string };

/** One place a project is deployed to, as it was written down. */
export interface DeployEnvironment extends ShipSettings {
  name: string;
  /** It serves real users. */
  isProduction: boolean;
  target: TargetPath;
  /** As the setting for the engine names one; undefined for the usual one. */
  engine: string | undefined;
  /** Relative to the workspace. Undefined to look for one by its usual names. */
  composeFile: string | undefined;
  composeProject: string | undefined;
  containers: readonly string[];
  primaryContainer: string | undefined;
  /** Patterns of rsync for what is not sent, besides the usual ones. */
  exclude: readonly string[];
  /** Patterns of rsync for what belongs to the target, besides the usual ones: never overwritten, never deleted. */
  protect: readonly string[];
  /** Patterns for files of which it is known and wanted that they hold secrets. */
  allowSecrets: readonly string[];
  confirm: Confirmation;
  /** Undefined when it is deployed to only by hand. */
  auto: AutoDeploy | undefined;
}

/** What is deployed. */
export interface DeployProject {
  name: string;
  /** Absolute. */
  workspacePath: string;
  environments: readonly DeployEnvironment[];
  composeProject: string | undefined;
  containers: readonly string[];
  primaryContainer: string | undefined;
}

/** Something in a file of ours that can't be understood. */
export interface ConfigProblem {
  file: string;
  /** From 1. */
  line: number;
  /** Names the key, and what is wrong with it. */
  message: string;
}

/** As `user@host:/path`, or the path alone. */
export function formatTarget(target: TargetPath): string {
  return target.kind === 'local' ? target.path : `${target.host}:${target.path}`;
}

/** The name Compose gives to the project of a folder. */
export function projectNameFor(folder: string): string {
  return path
    .basename(folder)
    .toLowerCase()
    .replace(/[^-_a-z0-9]/g, '')
    .replace(/^[-_]+/, '');
}
