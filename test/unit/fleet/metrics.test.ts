import assert from 'node:assert/strict';
import { readStats } from '../../../src/engine/stats';
import type { StatsSample } from '../../../src/engine/stats';
import { bytesText, metricsBetween, percentText, usageText } from '../../../src/fleet/metrics';

const at = '2026-11-28T10:00:00.500000000Z';

function sample(change: Partial<StatsSample> = {}): StatsSample {
  const sums = { received: 0, sent: 0, read: 0, written: 0 };
  return { at: 0, cpuMs: 0, memory: 0, memoryLimit: undefined, processes: 1, ...sums, ...change };
}

describe('readStats', () => {
  it('takes the cache from the memory, by the names of both kinds of cgroups', () => {
    const memoryOf = (stats: object): number | undefined =>
      readStats({ read: at, memory_stats: { usage: 1000, stats } })?.memory;
    assert.equal(memoryOf({ total_inactive_file: 300, inactive_file: 1 }), 700);
    assert.equal(memoryOf({ inactive_file: 200 }), 800);
    assert.equal(memoryOf({ inactive_file: 2000 }), 1000);
    assert.equal(memoryOf({}), 1000);
  });

  it('sums networks and devices, and tells none from nothing', () => {
    const blocks = [
      { op: 'Read', value: 10 },
      { op: 'read', value: 5 },
      { op: 'Write', value: 7 },
      { op: 'Total', value: 100 },
    ];
    const networks = { eth0: { rx_bytes: 1, tx_bytes: 2 }, eth1: { rx_bytes: 10, tx_bytes: 'x' } };
    const found = readStats({ read: at, networks, blkio_stats: { io_service_bytes_recursive: blocks } });
    assert.deepEqual([found?.received, found?.sent, found?.read, found?.written], [11, 2, 15, 7]);
    const none = readStats({ read: at, blkio_stats: { io_service_bytes_recursive: null } });
    assert.deepEqual([none?.received, none?.read, none?.memory], [undefined, undefined, 0]);
  });

  it('has nothing of a container that does not run, and of what is no answer', () => {
    for (const answer of [{ read: '0001-01-01T00:00:00Z' }, { read: 'x' }, {}, null, 'text', 7])
      assert.equal(readStats(answer), undefined);
  });
});

describe('metricsBetween', () => {
  it('counts 100 % a core, and bytes a second', () => {
    const before = sample({ at: 1000, cpuMs: 500, received: 1000, written: 0 });
    const now = sample({ at: 3000, cpuMs: 3500, received: 5000, written: 100 });
    const { cpuPercent, received, written, sent } = metricsBetween(before, now);
    assert.deepEqual([cpuPercent, received, written, sent], [150, 2000, 50, 0]);
  });

  it('tells no rate of a first sample, of one after a restart, and of what the engine does not count', () => {
    const now = sample({ at: 3000, cpuMs: 100, received: undefined });
    assert.equal(metricsBetween(undefined, now).cpuPercent, undefined);
    const restarted = metricsBetween(sample({ at: 1000, cpuMs: 500, sent: 10 }), { ...now, sent: 90 });
    assert.deepEqual([restarted.cpuPercent, restarted.sent], [undefined, undefined]);
    assert.equal(metricsBetween(sample({ at: 1000 }), now).received, undefined);
    assert.equal(metricsBetween(sample({ at: 3000 }), now).cpuPercent, undefined);
  });
});

describe('The words for metrics', () => {
  it('are short', () => {
    assert.deepEqual([0, 0.42, 9.96, 250.4].map(percentText), ['0 %', '0.4 %', '10 %', '250 %']);
    assert.deepEqual([0, 999, 1234, 9_960_000, 210_400_000, 3.2e15].map(bytesText), [
      '0 B',
      '999 B',
      '1.2 kB',
      '10 MB',
      '210 MB',
      '3200 TB',
    ]);
    const metrics = metricsBetween(undefined, sample({ memory: 5e6 }));
    assert.equal(usageText(metrics), '5.0 MB');
    assert.equal(usageText({ ...metrics, cpuPercent: 4 }), '4.0 % · 5.0 MB');
  });
});
