import { throwIfCancelled } from '../../../base/errors';
import type { ClaimWorkspace } from './claimWorkspace';

/** How a claim that something is done stands beside what is there. */
export type ClaimVerdict = 'verified' | 'partial' | 'stub' | 'orphaned' | 'missing' | 'untested';

export interface ClaimResult {
  verdict: ClaimVerdict;
  /** One sentence, safe to show. */
  reason: string;
  /** Files are relative to the workspace, lines from 1. */
  evidence: { file: string; line: number; shows: string }[];
}

/** A task that is said to be done. */
export interface Claim {
  id: string;
  /** What the task says, with the lines below it that belong to it. */
  text: string;
  /** Target files, relative to the workspace; empty where only the text names some. */
  files: readonly string[];
}

/** Looks whether what a task claims is there. Rejects with `CancelledError` on abort. */
export async function checkClaim(
  workspace: ClaimWorkspace,
  claim: Claim,
  signal: AbortSignal,
): Promise<ClaimResult> {
  throwIfCancelled(signal);
  const missing = claim.files.filter((file) => !workspace.files.has(file));
  const evidence = missing.map((file) => ({ file, line: 1, shows: 'there is no such file' }));
  if (missing.length > 0 || claim.files.length === 0)
    return { verdict: 'missing', reason: `${missing.join(', ') || 'Nothing'} was found of it`, evidence };
  return { verdict: 'untested', reason: 'The files are there; no test was looked for', evidence };
}
