import * as assert from 'node:assert/strict';
import * as path from 'node:path';
import { verifyList } from '../../../../src/loops/loop2/claims/verifyList';
import type { VerifiedList } from '../../../../src/loops/loop2/claims/verifyList';
import { CLAIMED_PROJECT, PLANTED_PHANTOMS } from '../../../support/claimedProject';
import { CLAIMED_READER, READER_VERDICTS } from '../../../support/claimedReader';
import { claimsIn } from '../../../support/claims';
import { temporaryFolder, writeFiles } from '../../../support/temporaryFolder';

const never = new AbortController().signal;

describe('a list with phantoms', () => {
  const lending = temporaryFolder('claims-lending');
  const reader = temporaryFolder('claims-reader');
  const claims = claimsIn();
  const verify = (folder: string, list: string): Promise<VerifiedList> =>
    verifyList(folder, path.join(folder, list), claims, { signal: never });

  before(() => {
    writeFiles(lending, CLAIMED_PROJECT);
    writeFiles(reader, CLAIMED_READER);
  });

  it('of 50 tasks in the style of spec-kit finds all 10, each for its reason, with at most 2 false alarms', async () => {
    const { tasks, open } = await verify(lending, 'specs/001-lending/tasks.md');
    assert.deepEqual([tasks.length, open], [50, 1]);
    const found = tasks.filter(({ verdict }) => verdict !== 'verified');
    const expected = Object.entries(PLANTED_PHANTOMS).map(([id, what]) => [
      id,
      what === 'empty' ? 'stub' : what,
    ]);
    assert.deepEqual(
      found.filter(({ id }) => id in PLANTED_PHANTOMS).map(({ id, verdict }) => [id, verdict]),
      expected.sort(),
    );
    assert.deepEqual(
      found
        .filter(({ id }) => !(id in PLANTED_PHANTOMS))
        .map(({ id, reason }) => `${id}: ${reason}`)
        .slice(2),
      [],
    );
    for (const { id, verdict, evidence } of found)
      if (verdict !== 'missing') assert.ok(evidence.length > 0, `${id} has evidence`);
  });

  it('in the style of Kiro tells the phantoms, and what they are parts of', async () => {
    const { tasks } = await verify(reader, '.kiro/specs/feed-reader/tasks.md');
    const found = tasks
      .filter(({ verdict }) => verdict !== 'verified')
      .map(({ id, verdict }) => [id, verdict]);
    assert.deepEqual(Object.fromEntries(found), READER_VERDICTS);
  });
});
