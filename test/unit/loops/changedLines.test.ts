import assert from 'node:assert/strict';
import { changedLines } from '../../../src/loops/loop1/remediation/changedLines';

/** As the editor would make the change: whole lines are replaced. */
function carriedOut(before: string, after: string): string {
  const { from, to, text } = changedLines(before, after);
  const lines = before.split('\n');
  const kept = lines.slice(0, from).map((line) => `${line}\n`);
  return kept.join('') + text + (to >= lines.length ? '' : lines.slice(to).join('\n'));
}

describe('changedLines', () => {
  it('leaves alone what is the same before and after', () => {
    const before = 'services:\n  db:\n    image: postgres\nvolumes:\n';
    const after = before.replace('  db:\n', '  db:\n    restart: always\n');
    assert.deepEqual(changedLines(before, after), { from: 2, to: 2, text: '    restart: always\n' });
  });

  it('makes of any text any other', () => {
    const texts = [
      '',
      '\n',
      'a',
      'a\n',
      'a\nb',
      'a\nb\n',
      'b\n',
      'a\nc\nb\n',
      'a\na\na\n',
      'a\na\n',
      'x\ny\nz',
    ];
    for (const before of texts)
      for (const after of texts)
        assert.equal(carriedOut(before, after), after, JSON.stringify([before, after]));
  });
});
