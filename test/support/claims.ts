import * as path from 'node:path';
import { WorkerAnalyzer } from '../../src/audit/syntax/workerAnalyzer';
import { WorkspaceFacts } from '../../src/audit/workspace/workspaceFacts';
import { ClaimWorkspaces } from '../../src/loops/loop2/claims/claimWorkspace';
import { listSources } from '../../src/sandbox/sources';

const distDirectory = path.join(__dirname, '..', '..', 'dist');

/** Workspaces for the check of claims, by the built threads; closed when the running mocha suite ends. */
export function claimsIn(): ClaimWorkspaces {
  const analyzer = new WorkerAnalyzer(distDirectory);
  const facts = new WorkspaceFacts({ distDirectory, listSources });
  after(async () => {
    await Promise.all([analyzer.dispose(), facts.dispose()]);
  });
  return new ClaimWorkspaces({ facts, analyzer });
}
