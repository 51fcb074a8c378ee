import assert from 'node:assert/strict';
import { defaultTestSettings } from '../../src/audit/testSettings';
import { parseAuditArguments } from '../../src/cli/auditArguments';
import { UsageError } from '../../src/cli/usage';

describe('how tests are run, on the command line', () => {
  const testing = (values: Parameters<typeof parseAuditArguments>[1]) =>
    parseAuditArguments(['a.js'], values).testing;

  it('is as in the settings that nobody has touched, unless it is said', () => {
    assert.deepEqual(testing({}), defaultTestSettings);
    assert.deepEqual(testing({ runner: 'script', 'test-script': 'make test', tests: 'all' }), {
      runner: 'script',
      tests: 'all',
      script: 'make test',
    });
  });

  it('is one of what there is', () => {
    assert.throws(() => testing({ runner: 'ava' }), {
      message: /^--runner: unknown value "ava"; it is one of auto, node:test, .*, script$/,
    });
    assert.throws(() => testing({ tests: 'some' }), /^Error: --tests: unknown value "some"/);
    assert.throws(() => testing({ 'test-script': 'make' }), UsageError);
  });
});
