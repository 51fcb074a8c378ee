import assert from 'node:assert/strict';
import { describeEnd } from '../../../src/sandbox/runEnd';
import type { Stop } from '../../../src/sandbox/runEnd';
import { RunReader } from '../../../src/sandbox/runReader';
import { DEFAULT_LIMITS } from '../../../src/sandbox/sandbox';

const SECRET = '0123456789abcdef0123456789abcdef';
const EXIT = { exitCode: 0, outOfMemory: false, wasKilled: false };

/** How a run of one step ends whose supervisor told this usage: peak, memory kills, refusals, periods, throttled. */
function end(stop: Stop, usage: string, { isPodman = false, output = 'x', code = 0 } = {}): [string, string] {
  const request = {
    image: '',
    files: [],
    steps: [{ name: 's', command: ['x'] }],
    reports: [],
    limits: DEFAULT_LIMITS,
  };
  const reader = new RunReader(request, SECRET, { onStep: () => undefined });
  const say = (words: string): string => `${SECRET} ${words}\n`;
  const begun = `${say('layers 2 limited none')}${say('begin 0 1.00')}${output}`;
  reader.push(
    'stdout',
    Buffer.from(`${begun}${say(`end 0 2.00 ${code}`)}${say(`usage ${usage}`)}${say('done')}`),
  );
  reader.end();
  assert.equal(reader.tampered, false);
  const described = describeEnd(stop, reader, DEFAULT_LIMITS, isPodman);
  return [described.end, described.detail];
}

const NOTHING = '1000000 0 0 10 0';

describe('describeEnd', () => {
  it('is finished with no word when no limit was reached', () => {
    assert.deepEqual(end(EXIT, NOTHING), ['finished', '']);
  });

  it('names the memory limit and the peak, whoever noticed', () => {
    const full = ['out-of-memory', 'A program was killed at the memory limit of 512 MB (peak 512 MB).'];
    assert.deepEqual(end(EXIT, '536870912 1 0 10 0'), full);
    assert.deepEqual(end({ ...EXIT, outOfMemory: true }, '536870912 none none none none'), full);
    assert.equal(
      end({ ...EXIT, exitCode: 137 }, 'none none none none none', { isPodman: true })[0],
      'out-of-memory',
    );
  });

  it('names the process limit and how often it was reached', () => {
    const [kind, detail] = end(EXIT, '1000000 0 37 10 0');
    assert.equal(kind, 'process-limit');
    assert.equal(detail, 'The limit of 128 processes and threads was reached 37 times.');
    assert.match(end(EXIT, '1000000 0 1 10 0')[1], /once/);
  });

  it('names the output limit and what was printed', () => {
    const [kind, detail] = end('output-limit', NOTHING, { output: 'y'.repeat(1_040_000) });
    assert.equal(kind, 'output-limit');
    assert.equal(detail, 'Stopped at the output limit of 1 MB, after 1 MB.');
  });

  it('names the time limit, and the CPU limit where that held it back', () => {
    assert.equal(end('timeout', NOTHING)[1], 'Stopped at the time limit of 30 s.');
    assert.equal(
      end('timeout', '1000000 0 0 10 9')[1],
      'Stopped at the time limit of 30 s; the limit of 0.5 CPUs held it back 90 % of the time.',
    );
  });
});
