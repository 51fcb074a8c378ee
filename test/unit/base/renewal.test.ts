import assert from 'node:assert/strict';
import { Renewal } from '../../../src/base/renewal';
import { pollFor } from '../../support/timeLimit';

const PAUSE = 1;
/** Timers of the same length end in their order: what was begun before has had its turn. */
const aPauseLater = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, PAUSE));

describe('Work that is done anew after changes', () => {
  /** Work that lasts until it is ended, with what it has seen when it began and how many went on at once. */
  function bench() {
    const ends: (() => void)[] = [];
    const began: number[] = [];
    let [version, atOnce, most] = [0, 0, 0];
    const renewal = new Renewal(async () => {
      began.push(version);
      most = Math.max(most, ++atOnce);
      await new Promise<void>((resolve) => ends.push(resolve));
      atOnce -= 1;
    }, PAUSE);
    return {
      ...{ renewal, began },
      change: () => {
        version += 1;
        renewal.changed();
      },
      begun: (number: number) => pollFor('the work to begin', 5000, async () => ends.length === number),
      end: () => ends[ends.length - 1]?.(),
      most: () => most,
    };
  }

  it('takes changes that come close together as one', async () => {
    const { change, begun, began, end } = bench();
    change();
    change();
    change();
    await begun(1);
    end();
    assert.deepEqual(began, [3]);
  });

  it('is never at it twice, and begins once more after what has changed meanwhile', async () => {
    const { change, begun, began, end, most } = bench();
    change();
    await begun(1);
    change();
    change();
    // Nothing may begin while the first is at it, however long that takes.
    await aPauseLater();
    assert.deepEqual(began, [1]);
    end();
    await begun(2);
    assert.deepEqual(began, [1, 3]);
    end();
    assert.equal(most(), 1);
  });

  it('begins nothing any more once it is stopped', async () => {
    const { change, begun, began, end, renewal } = bench();
    change();
    await begun(1);
    change();
    renewal.stop();
    end();
    change();
    // The end is heard of after this, and what would be begun then comes a pause later.
    await aPauseLater();
    await aPauseLater();
    assert.deepEqual(began, [1]);
  });
});
