import * as assert from 'node:assert/strict';
import { checkClaim } from '../../../../src/loops/loop2/claims/checkClaim';
import type { Claim, ClaimResult, ClaimVerdict } from '../../../../src/loops/loop2/claims/checkClaim';
import type { ClaimWorkspace } from '../../../../src/loops/loop2/claims/claimWorkspace';

const never = new AbortController().signal;

describe('the check of a claim', () => {
  it('finds that a file is missing', async () => {
    const workspace: ClaimWorkspace = { files: new Map() };
    const claim: Claim = { id: 'T1', text: 'Create the cart', files: ['src/cart.ts'] };
    const { verdict, evidence }: ClaimResult = await checkClaim(workspace, claim, never);
    const expected: ClaimVerdict = 'missing';
    assert.equal(verdict, expected);
    assert.equal(evidence[0]?.file, 'src/cart.ts');
  });
});
