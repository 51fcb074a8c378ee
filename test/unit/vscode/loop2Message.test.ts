import assert from 'node:assert/strict';
import { readLoop2Message } from '../../../src/vscode/loops/readLoop2Message';

describe('a message of the page of Loop 2', () => {
  it('is taken as it was meant', () => {
    for (const message of [
      { type: 'ready' },
      { id: 1, type: 'pause' },
      { id: 2, type: 'look', taskId: '' },
      { id: 3, type: 'deed', deed: 'ready', taskId: 'T001' },
      { id: 4, type: 'openFile', taskId: 'T001', index: 0 },
      { id: 5, type: 'openFinding', verdictId: 'v', index: 2 },
    ])
      assert.deepEqual(readLoop2Message({ ...message, file: '/etc/passwd' }), message);
  });

  it('is nothing when it is none of them', () => {
    for (const message of [
      ...[undefined, null, 'pause', [], {}, { type: 'pause' }, { id: 0.5, type: 'pause' }],
      { id: 1, type: 'deed', deed: 'done', taskId: 'T001' },
      { id: 1, type: 'deed', deed: 'ready' },
      { id: 1, type: 'look', taskId: 'x'.repeat(5000) },
      { id: 1, type: 'openFile', taskId: 'T001', index: -1 },
      { id: 1, type: 'openReport', verdictId: 7, index: 0 },
      { id: 1, type: 'openFile', file: '/etc/passwd', index: 0 },
    ])
      assert.equal(readLoop2Message(message), undefined);
  });
});
