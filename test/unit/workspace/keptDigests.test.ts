import assert from 'node:assert/strict';
import { KeptDigests } from '../../../src/audit/workspace/keptDigests';
import type { FileDigest } from '../../../src/audit/workspace/digest';

describe('the digests that are kept of a workspace', () => {
  const digest = (role: FileDigest['role']): FileDigest => ({
    family: 'python',
    role,
    imports: [],
    functions: [],
    classes: [],
    compared: [],
  });
  const text = JSON.stringify(digest('production'));

  it('closes what was asked for the longest ago, and opens it again', () => {
    const closed: string[] = [];
    const kept = new KeptDigests((file) => closed.push(file), 2 * text.length);
    for (const file of ['a', 'b', 'c']) kept.set(file, `key of ${file}`, digest('production'), text);
    closed.length = 0;
    const a = kept.get('a');
    kept.get('b');
    kept.get('c');
    assert.equal(kept.get('a'), a, 'a function stays the same object within a question');
    kept.closeOldest();
    assert.deepEqual(closed, ['b']);
    assert.equal(kept.get('a'), a);
    assert.deepEqual(kept.get('b'), digest('production'));
    kept.closeOldest();
    assert.deepEqual(closed, ['b', 'c']);
    assert.deepEqual([...kept.files()], ['a', 'b', 'c']);
  });

  it('forgets what is replaced or deleted', () => {
    const kept = new KeptDigests(() => undefined);
    kept.set('a', 'first', digest('production'), text);
    assert.deepEqual([kept.keyOf('a'), kept.get('a')?.role, kept.tests()], ['first', 'production', []]);
    kept.set('a', 'second', digest('test'), JSON.stringify(digest('test')));
    assert.deepEqual([kept.keyOf('a'), kept.get('a')?.role, kept.tests()], ['second', 'test', ['a']]);
    kept.delete('a');
    assert.deepEqual([kept.has('a'), kept.get('a'), kept.tests()], [false, undefined, []]);
  });
});
