import * as assert from 'node:assert/strict';
import { checkClaim } from '../../../../src/loops/loop2/claims/checkClaim';
import type { Claim, ClaimVerdict } from '../../../../src/loops/loop2/claims/checkClaim';
import { claimsIn } from '../../../support/claims';
import { temporaryFolder, writeFiles } from '../../../support/temporaryFolder';

const never = new AbortController().signal;

describe('the check of a claim', () => {
  const folder = temporaryFolder('claims');
  const claims = claimsIn();
  const verdictOf = async (text: string, files: readonly string[] = []): Promise<ClaimVerdict> => {
    const claim: Claim = { id: 'T1', text, files };
    return (await checkClaim(await claims.open(folder, never), claim, never)).verdict;
  };

  it('says of a plain word that its file defines how it is used and tested', async () => {
    const claim: Claim = { id: 'T1', text: 'Write `total` in src/cart.js', files: [] };
    const { verdict, reason } = await checkClaim(await claims.open(folder, never), claim, never);
    assert.deepEqual([verdict, /found in the text/.test(reason)], ['verified', false], reason);
  });

  before(() =>
    writeFiles(folder, {
      'package.json': '{"name":"shop","main":"src/server.js","scripts":{"lint":"eslint ."}}',
      'src/server.js': "import { total } from './cart.js';\nconsole.log(total([1]));\n",
      'src/cart.js':
        'export function total(prices) {\n  return prices.reduce((sum, each) => sum + each, 0);\n}\n',
      'src/alone.js': 'export function alone(a) {\n  return a * 2;\n}\n',
      'src/stub.js':
        '// Placeholder until the real prices come.\nexport function prices() {\n  return [42];\n}\n',
      'test/cart.test.js':
        "import test from 'node:test';\nimport assert from 'node:assert';\nimport { total } from '../src/cart.js';\ntest('adds', () => { assert.equal(total([1, 2]), 3); });\n",
    }),
  );

  it('finds that a file is missing, and verifies one that is used and tested', async () => {
    assert.equal(await verdictOf('Create the cart', ['src/basket.js']), 'missing');
    assert.equal(await verdictOf('Create the cart', ['src/cart.js']), 'verified');
    assert.equal(await verdictOf('Implement `total()` in src/cart.js'), 'verified');
    assert.equal(await verdictOf('Add src/alone.js'), 'orphaned');
    assert.equal(await verdictOf('Write `alone` in src/alone.js'), 'orphaned');
    assert.equal(await verdictOf('Implement `totals()` in src/cart.js'), 'missing');
    assert.equal(await verdictOf('Add `npm run lint`'), 'verified');
    assert.equal(await verdictOf('Remove src/cart.js'), 'missing');
    assert.equal(await verdictOf('Remove src/old.js'), 'verified');
  });

  it('says of each thing that does not hold what is wrong with it, and nothing of what does', async () => {
    const claim: Claim = {
      id: 'T1',
      text: 'Create the cart',
      files: ['src/cart.js', 'src/alone.js', 'src/no.js'],
    };
    const { faults } = await checkClaim(await claims.open(folder, never), claim, never);
    assert.deepEqual(
      faults.map(({ file, line, why }) => `${file}:${line} ${why}`),
      ['src/alone.js:1 Nothing uses src/alone.js', 'src/no.js:1 src/no.js does not exist'],
    );
  });

  it('gives its reason as a sentence, with what a rule says in it', async () => {
    const claim: Claim = { id: 'T1', text: 'Write `prices` in src/stub.js', files: [] };
    const { reason } = await checkClaim(await claims.open(folder, never), claim, never);
    assert.match(reason, /^Prices only pretends \(TH\d+\): .*[^.]\.$/i);
  });
});
