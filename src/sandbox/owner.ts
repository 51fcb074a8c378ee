import { createHash, randomBytes } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import * as os from 'node:os';
import { OWNER_LABEL } from '../engine/containers';

/** Labels that say a container is a sandbox of ours, whose, and until when. */
export const LABEL = {
  owner: OWNER_LABEL,
  pid: 'dev.seaworthy.pid',
  host: 'dev.seaworthy.host',
  /** Milliseconds since 1970, by the engine's clock, at which its run is over for certain. */
  expires: 'dev.seaworthy.expires',
  /** A `SandboxRole`. Labels can't be changed: the name tells when an idle one has been put to use. */
  role: 'dev.seaworthy.role',
} as const;

/** What a container was started for: to wait for a run that may come, or for one that is there. */
export type SandboxRole = 'idle' | 'run';

/** Who runs sandboxes: one process. */
export interface SandboxOwner {
  /** Random, new for each process. */
  id: string;
  pid: number;
  /** Where `pid` has a meaning: equal for two processes only if each can see the other. */
  host: string;
}

/** `pidNamespace` tells apart containers that share a host name; empty where the platform has no such thing. */
export function hostId(hostName: string, pidNamespace: string): string {
  return createHash('sha256').update(`${hostName}\n${pidNamespace}`).digest('hex').slice(0, 16);
}

/** This process, under an id that is new at each call. */
export function thisProcess(): SandboxOwner {
  return {
    id: randomBytes(16).toString('hex'),
    pid: process.pid,
    host: hostId(os.hostname(), pidNamespace()),
  };
}

function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux: processes of one machine all see one another.
    return '';
  }
}
