import assert from 'node:assert/strict';
import { findTestFiles } from '../../../src/audit/production/suite/findTestFiles';
import { listSources } from '../../../src/sandbox/sources';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

const find = (root: string, signal = new AbortController().signal): Promise<string[]> =>
  findTestFiles(root, listSources, signal);

describe('the search for test files', () => {
  const root = temporaryFolder('test-files');
  const testing = "test('a', () => {});";

  it('goes by names, and by the text where they leave it open', async () => {
    writeFiles(root, {
      '.gitignore': 'out/\n',
      'src/cart.js': 'export const cart = 1;',
      'src/cart.test.ts': '',
      'test/cart.js': testing,
      'test/helper.js': 'export const helper = 1;',
      'test/fixtures/broken.test.js': testing,
      'node_modules/x/x.test.js': testing,
      'out/cart.test.js': testing,
      'tests/test_cart.py': 'def test_total():\n    pass\n',
      'tests/test_data.py': 'PRICES = [1]\n',
      'tests/conftest.py': 'def test_fixture():\n    pass\n',
    });
    assert.deepEqual(await find(root), ['src/cart.test.ts', 'test/cart.js', 'tests/test_cart.py']);
  });

  it('can be cancelled', async () => {
    const cancel = new AbortController();
    cancel.abort();
    await assert.rejects(find(root, cancel.signal), { name: 'CancelledError' });
  });
});
