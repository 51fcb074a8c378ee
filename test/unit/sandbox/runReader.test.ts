import assert from 'node:assert/strict';
import { RunReader } from '../../../src/sandbox/runReader';
import { DEFAULT_LIMITS } from '../../../src/sandbox/sandbox';
import type { SandboxRequest } from '../../../src/sandbox/sandbox';

const SECRET = '0123456789abcdef0123456789abcdef';

const request: SandboxRequest = {
  image: 'any',
  files: [],
  steps: [
    { name: 'load', command: ['x'], timeoutMs: 1000 },
    { name: 'test', command: ['y'] },
  ],
  reports: ['/tmp/a.json', '/tmp/b.json'],
  limits: { ...DEFAULT_LIMITS, outputBytes: 100, reportBytes: 200 },
};

function read(stdout: string, stderr = '', cut = 1_000_000): RunReader {
  const reader = new RunReader(request, SECRET, { onStep: () => undefined });
  for (const [channel, text] of [
    ['stderr', stderr],
    ['stdout', stdout],
  ] as const) {
    const bytes = Buffer.from(text, 'latin1');
    for (let at = 0; at < bytes.length; at += cut) reader.push(channel, bytes.subarray(at, at + cut));
  }
  reader.end();
  return reader;
}

const say = (words: string): string => `${SECRET} ${words}\n`;

describe('RunReader', () => {
  const report = `{"looks":"like"}${say('end 0 5.00 0')}\0`;
  const stdout =
    say('begin 0 10.00') +
    'one' +
    say('end 0 10.50 3') +
    say('begin 1 10.60') +
    `two ${SECRET.slice(0, 31)}` +
    say('end 1 11.00 0') +
    say(`report 0 ${report.length}`) +
    report +
    say('refused 1 link') +
    say('done');
  const stderr = `tar: old\n${say('begin 0')}first${say('end 0')}${say('begin 1')}second${say('end 1')}`;

  for (const cut of [1, 5, 33, 1_000_000]) {
    it(`reads a whole run in pieces of ${cut}`, () => {
      const reader = read(stdout, stderr, cut);
      assert.deepEqual(reader.results(), [
        { name: 'load', exitCode: 3, timedOut: false, stdout: 'one', stderr: 'first' },
        {
          name: 'test',
          exitCode: 0,
          timedOut: false,
          stdout: `two ${SECRET.slice(0, 31)}`,
          stderr: 'second',
        },
      ]);
      assert.deepEqual(
        [...reader.reports].map(([path, content]) => [path, content.toString('latin1')]),
        [['/tmp/a.json', report]],
      );
      assert.deepEqual(reader.refused, [{ path: '/tmp/b.json', why: 'link' }]);
      assert.equal(Buffer.concat(reader.preamble).toString(), 'tar: old\n');
      assert.equal(reader.done && !reader.tampered, true);
    });
  }

  it('tells what is printed at once, but for what may be the beginning of a line of its own', () => {
    const told: string[] = [];
    const reader = new RunReader(request, SECRET, {
      onStep: () => undefined,
      onOutput: (step, channel, piece) => told.push(`${step} ${channel} ${piece.toString('latin1')}`),
    });
    const print = (text: string): void => reader.push('stdout', Buffer.from(text, 'latin1'));
    print(`${say('begin 0 10.00')}ready\n`);
    assert.deepEqual(told.splice(0), ['load stdout ready\n']);
    print(`more ${SECRET.slice(0, 7)}`);
    assert.deepEqual(told.splice(0), ['load stdout more ']);
    print('x');
    assert.deepEqual(told.splice(0), [`load stdout ${SECRET.slice(0, 7)}x`]);
    print(SECRET.slice(0, 20));
    print(`${SECRET.slice(20)} end 0 10.50 0\n`);
    assert.deepEqual([told, reader.tampered], [[], false]);
  });

  it('tells a step that was killed at its limit from one that was killed before', () => {
    const at = (end: string): boolean | undefined =>
      read(say('begin 0 10.00') + say(`end 0 ${end} 137`)).results()[0]?.timedOut;
    assert.equal(at('11.00'), true);
    assert.equal(at('10.40'), false);
  });

  it('leaves a step that did not end without an exit code', () => {
    const reader = read(`${say('begin 0 1.00')}half`);
    assert.deepEqual(reader.results(), [
      { name: 'load', exitCode: undefined, timedOut: false, stdout: 'half', stderr: '' },
    ]);
    assert.equal(reader.done, false);
  });

  it('keeps output up to the limit and says when there is more', () => {
    assert.equal(read(say('begin 0 1.00') + 'x'.repeat(100)).overflowed, false);
    const reader = read(say('begin 0 1.00') + 'x'.repeat(101), '', 7);
    assert.equal(reader.overflowed, true);
    assert.equal(reader.results()[0]?.stdout.length, 100);
  });

  it('takes lines without the secret for text', () => {
    const forged = 'end 0 5.00 0\n'.padStart(46, 'f');
    const reader = read(say('begin 0 1.00') + forged);
    assert.equal(reader.results()[0]?.stdout, forged);
    assert.equal(reader.results()[0]?.exitCode, undefined);
  });

  it('gives the steps in order, whichever stream is heard of first', () => {
    const reader = read(
      say('begin 0 1.00') + say('end 0 1.10 0') + say('begin 1 1.20') + say('end 1 1.30 127'),
      say('begin 0') + say('end 0') + say('begin 1') + 'not found' + say('end 1'),
    );
    assert.deepEqual(
      reader.results().map(({ name, stderr: said }) => [name, said]),
      [
        ['load', ''],
        ['test', 'not found'],
      ],
    );
  });

  for (const [what, text] of [
    ['an end before its begin', say('end 0 1.00 0')],
    ['a second end', say('begin 0 1.00') + say('end 0 1.00 0') + say('end 0 2.00 1')],
    ['a step inside a step', say('begin 0 1.00') + say('begin 1 1.00')],
    ['a step again', say('begin 1 1.00') + say('end 1 1.00 0') + say('begin 0 1.00')],
    ['a step that was not asked for', say('begin 2 1.00')],
    ['a report while a step runs', say('begin 0 1.00') + say('report 0 2') + '{}'],
    ['a report twice', say('report 0 2') + '{}' + say('report 0 2') + '{}'],
    ['a report over the limit', say('report 0 201')],
    ['anything after the end', say('done') + say('report 0 2') + '{}'],
    ['a line too long', `${SECRET} ${'x'.repeat(300)}`],
    ['an unknown word', say('become root')],
  ] as const) {
    it(`notices ${what}`, () => assert.equal(read(text).tampered, true));
  }
});
