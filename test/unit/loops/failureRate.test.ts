import assert from 'node:assert/strict';
import { failureRate, isBlocked, priorityOf, sharesOf } from '../../../src/loops/loop1/failureRate';
import type { ScenarioState } from '../../../src/loops/loop1/scenario';
import { randomFrom } from '../../support/random';

const STATES: ScenarioState[] = [
  'open',
  'open',
  'open',
  'gone',
  'accepted',
  'dismissed',
  'needs confirmation',
];

function randomScenarios(next: () => number) {
  return Array.from({ length: Math.floor(next() * 40) }, () => ({
    likelihood: next(),
    impact: next(),
    state: STATES[Math.floor(next() * STATES.length)] ?? ('open' as const),
  }));
}

describe('the failure rate', () => {
  it('is the product formula over what is open', () => {
    const card = (likelihood: number, impact: number, state: ScenarioState = 'open') => ({
      ...{ likelihood, impact, state },
    });
    assert.equal(failureRate([]), 0);
    assert.equal(failureRate([card(0.5, 0.5)]), 25);
    assert.equal(failureRate([card(0.5, 0.5), card(0.5, 1)]), 62.5);
    assert.equal(failureRate([card(0.5, 0.5), card(1, 1, 'accepted'), card(1, 1, 'needs confirmation')]), 25);
    assert.equal(failureRate([card(1, 1)]), 99);
    assert.equal(failureRate([card(Number.NaN, 1)]), 99, 'what is no number must not hide a risk');
  });

  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) {
    it(`stays within bounds, grows with each risk, and knows no order (seed ${seed})`, () => {
      const next = randomFrom(seed);
      for (let round = 0; round < 200; round++) {
        const scenarios = randomScenarios(next);
        const rate = failureRate(scenarios);
        assert.ok(rate >= 0 && rate <= 100);
        const more = { likelihood: next(), impact: next(), state: 'open' as const };
        assert.ok(failureRate([...scenarios, more]) >= rate);
        const [first, ...others] = scenarios;
        if (first) {
          const worse = { ...first, likelihood: Math.min(1, first.likelihood + next()) };
          assert.ok(failureRate([worse, ...others]) >= rate);
          const closed = { ...first, state: 'gone' as const };
          assert.ok(failureRate([closed, ...others]) <= rate);
        }
        const shuffled = [...scenarios].sort(() => next() - 0.5);
        assert.equal(failureRate(shuffled), rate);
        const sum = [...sharesOf(scenarios).values()].reduce((total, share) => total + share, 0);
        assert.ok(Math.abs(sum - rate) <= 0.01 * scenarios.length, `shares ${sum}, rate ${rate}`);
      }
    });
  }

  it('gives priorities by likelihood x impact alone', () => {
    assert.deepEqual(
      [priorityOf(1, 0.5), priorityOf(0.5, 0.5), priorityOf(0.2, 0.4), priorityOf(0.2, 0.39)],
      ['P0', 'P1', 'P2', 'P3'],
    );
  });

  it('is blocked by a P0 that is open, and by that alone', () => {
    assert.equal(isBlocked([{ priority: 'P0', state: 'open' }]), true);
    assert.equal(
      isBlocked([
        { priority: 'P0', state: 'accepted' },
        { priority: 'P1', state: 'open' },
      ]),
      false,
    );
  });
});
