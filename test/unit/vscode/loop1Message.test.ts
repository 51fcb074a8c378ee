import assert from 'node:assert/strict';
import { readLoop1Message } from '../../../src/vscode/loops/readMessage';

const CARD = {
  ...{ title: 'It burns', category: 'people', likelihood: 0.5, impact: 1 },
  ...{ prevention: '', earlyWarning: '', place: 'a.js:1' },
};
const DECISION = { id: 1, type: 'decide', scenarioId: 'a', kind: 'accepted', reason: 'why', days: 30 };

describe('a message of the page of Loop 1', () => {
  it('is taken as it was meant', () => {
    for (const message of [
      { type: 'ready' },
      { id: 1, type: 'start' },
      { id: 2, type: 'openEvidence', scenarioId: 'no-ci:package.json', index: 0 },
      { id: 3, type: 'addCard', card: CARD },
      { id: 4, type: 'export', format: 'html' },
      { id: 5, type: 'addConstraint', text: 'no cloud' },
      DECISION,
    ])
      assert.deepEqual(readLoop1Message({ ...message, more: 'is left out' }), message);
  });

  it('is nothing when it is none of them', () => {
    for (const message of [
      ...[undefined, null, 'start', 7, [], {}, { type: 'start' }, { id: -1, type: 'start' }],
      { id: 1.5, type: 'start' },
      { id: 1, type: 'delete' },
      { id: 1, type: 'preview' },
      { id: 1, type: 'openEvidence', scenarioId: 'a', index: '0' },
      { id: 1, type: 'export', format: 'exe' },
      { id: 1, type: 'addConstraint', text: 'x'.repeat(5000) },
      { id: 1, type: 'addCard', card: { ...CARD, likelihood: 2 } },
      { id: 1, type: 'addCard', card: { ...CARD, category: 'weather' } },
      { id: 1, type: 'addCard', card: { ...CARD, impact: NaN } },
      // What only an audit may say.
      { ...DECISION, kind: 'task passed' },
      { ...DECISION, days: -1 },
      { ...DECISION, days: 1e9 },
    ])
      assert.equal(readLoop1Message(message), undefined, JSON.stringify(message));
  });
});
