import assert from 'node:assert/strict';
// @ts-expect-error The scripts have no types.
import { summaryOf } from '../../scripts/lib/advisories.mjs';

const summary = summaryOf as (output: string, bundled: readonly string[]) => string;

describe('What npm audit says', () => {
  const weak = { yaml: { name: 'yaml', severity: 'high', range: '<2.9.0' } };

  it('is good where nothing is known of what is bundled', () => {
    const others = { mocha: { name: 'mocha', severity: 'low', range: '*' } };
    assert.equal(summary(JSON.stringify({ vulnerabilities: others }), ['yaml', 'zod']), '2 packages');
  });

  it('is bad where a bundled package is named, with what came before the answer left out', () => {
    const output = `npm warn config\n${JSON.stringify({ vulnerabilities: weak })}\n`;
    assert.throws(() => summary(output, ['yaml']), { message: 'yaml <2.9.0: high', name: 'Error' });
  });

  for (const [name, output] of [
    ['a registry that refuses', '{"message": "405 Method Not Allowed"}'],
    ['no answer', ''],
    ['no JSON', 'connect ECONNREFUSED'],
  ] as const)
    it(`is nothing at all with ${name}`, () => {
      assert.throws(() => summary(output, ['yaml']), /^Error: npm audit got no answer: /);
    });
});
