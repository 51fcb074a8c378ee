import assert from 'node:assert/strict';
import { hostId, LABEL } from '../../../src/sandbox/owner';
import { isLeftBehind } from '../../../src/sandbox/sweep';

const NOW = 1_000_000_000_000;
const owner = { id: 'me', pid: 10, host: 'here' };

function left(
  labels: { owner?: string; pid?: string; host?: string; expires?: number },
  alive: number[] = [],
): boolean {
  return isLeftBehind(
    {
      [LABEL.owner]: labels.owner ?? 'other',
      [LABEL.pid]: labels.pid ?? '20',
      [LABEL.host]: labels.host ?? 'here',
      [LABEL.expires]: String(labels.expires ?? NOW + 1),
    },
    owner,
    NOW,
    (pid) => alive.includes(pid),
  );
}

describe('isLeftBehind', () => {
  it('spares our own and those of a living process', () => {
    assert.equal(left({ owner: 'me', pid: '10', expires: 0 }), false);
    assert.equal(left({}, [20]), false);
    assert.equal(left({ expires: NOW - 1 }, [20]), false);
  });

  it('names those of a dead process, also when its number is now ours', () => {
    assert.equal(left({}), true);
    assert.equal(left({ pid: '10' }, [10]), true);
    assert.equal(left({ pid: '-1' }, [-1]), true);
    assert.equal(left({ expires: NOW - 25 * 3_600_000 }, [20]), true);
  });

  it('goes by the time alone for another machine', () => {
    assert.equal(left({ host: 'there' }), false);
    assert.equal(left({ host: 'there', expires: NOW - 1 }, [20]), true);
  });
});

describe('hostId', () => {
  it('differs by machine and by process namespace', () => {
    assert.equal(new Set([hostId('a', ''), hostId('b', ''), hostId('a', 'pid:[1]')]).size, 3);
    assert.equal(hostId('a', 'x'), hostId('a', 'x'));
  });
});
