import assert from 'node:assert/strict';
import { PATIENCE_MS, PendingActions } from '../../../src/chat/pending';
import type { PendingAction } from '../../../src/chat/pending';
import { commandMeant, wordsOf } from '../../../src/chat/words';

describe('words of the chat', () => {
  const read: [prompt: string, name: string | undefined, number: number | undefined, more: string[]][] = [
    ['', undefined, undefined, []],
    ['50', undefined, 50, []],
    ['web 20', 'web', 20, []],
    ['20 web', 'web', 20, []],
    ['last 30 lines of shop', 'shop', 30, []],
    ['"my shop" web db', 'my shop', undefined, ['web', 'db']],
    ['shop/production 20260101-101010-abcd', 'shop/production', undefined, ['20260101-101010-abcd']],
  ];
  for (const [prompt, name, number, more] of read)
    it(`are read in "${prompt}"`, () => assert.deepEqual(wordsOf(prompt), { name, number, more }));

  const meant: [sentence: string, command: string][] = [
    ['roll back production please', 'rollback'],
    ['what is running?', 'status'],
    ['show me the logs', 'logs'],
    ['please restart the shop', 'restart'],
    ['deploy it', 'deploy'],
    ['will it hold?', 'audit'],
    ['how can this fail?', 'premortem'],
    ['hello', 'help'],
  ];
  for (const [sentence, command] of meant)
    it(`mean /${command} in "${sentence}"`, () => assert.equal(commandMeant(sentence), command));
});

describe('questions of the chat', () => {
  const action = { title: 'a restart' } as PendingAction;

  it('are good for one answer, and for five minutes', () => {
    let now = 0;
    const pending = new PendingActions(() => now);
    const first = pending.add(action);
    const second = pending.add(action);
    assert.equal(pending.take(first), action);
    assert.equal(pending.take(first), undefined);
    now = PATIENCE_MS + 1;
    assert.equal(pending.take(second), 'expired');
    for (const id of [undefined, {}, 'none']) assert.equal(pending.take(id), undefined);
  });
});
