import assert from 'node:assert/strict';
import { DEFAULT_LIMITS } from '../../../src/sandbox/sandbox';
import type { SandboxRequest } from '../../../src/sandbox/sandbox';
import { supervisorInput } from '../../../src/sandbox/script';

function request(change: Partial<SandboxRequest>): SandboxRequest {
  return { image: 'any', files: [], steps: [], reports: [], limits: DEFAULT_LIMITS, ...change };
}

describe('supervisorInput', () => {
  it('gives a junk line, the secret, the lifetime, the budget, the calls, then the archive of the size told', () => {
    const steps = [
      {
        name: 'a',
        command: ['echo', "it's\ntwo lines"],
        cwd: 'src',
        env: { A: '1' },
        input: 'in',
        timeoutMs: 2500,
      },
    ];
    const files = [{ path: 'src/a', content: Buffer.from('x') }];
    const { start, again } = supervisorInput(request({ steps, files, reports: ['/tmp/r'] }), 'secret', 40);
    const input = Buffer.concat([...start]);
    const [junk, secret, password, lifetime, budget, lines, archive, ...rest] = input
      .toString('latin1')
      .split('\n');
    assert.deepEqual([junk, secret, lifetime, budget, lines], ['', 'secret', '40', '8000000', '8']);
    assert.match(rest.shift() ?? '', /^sweep\(\) \{ find \/tmp .* ! -path '\/tmp\/r' /);
    assert.deepEqual(rest.splice(0, 3), ['unpack', 'guard', 'tell layers "$filter" "$cpu" "$swap"']);
    assert.match(
      rest[0] ?? '',
      /^step 0 0 'in' '\/work\/src' timeout -s KILL 3 env -i PATH="\$PATH" .*'A=1' 'echo' 'it'\\''s$/,
    );
    assert.equal(rest[1], "two lines'");
    assert.deepEqual(rest.slice(2, 4), ['guard', "report 0 '/tmp' '/tmp/r'"]);
    assert.equal(rest.slice(4).join('\n').length, Number(archive));
    assert.match(password ?? '', /^[0-9a-f]{32}$/);
    assert.equal(
      Buffer.concat([...again()]).toString('latin1'),
      `\n${password}\n${rest.slice(4).join('\n')}`,
    );
  });

  it('keeps the moment of unpacking for those that follow a step alone', () => {
    const linesOf = (change: Partial<SandboxRequest>): string[] =>
      Buffer.concat([...supervisorInput(request(change), 's', 1).start])
        .toString('latin1')
        .split('\n');
    const step = { name: 'x', command: ['x'] };
    assert.ok(!linesOf({ steps: [step] }).includes('mark'));
    const lines = linesOf({ steps: [step, step] });
    assert.deepEqual(lines.slice(lines.indexOf('unpack')).slice(0, 3), ['unpack', 'mark', 'guard']);
    assert.equal(lines.filter((line) => line === 'guard').length, 1);
  });

  const bad: [string, Partial<SandboxRequest>][] = [
    ['a file above the folder', { files: [{ path: 'a/../../b', content: Buffer.alloc(0) }] }],
    ['an absolute file', { files: [{ path: '/etc/passwd', content: Buffer.alloc(0) }] }],
    ['a working directory above the folder', { steps: [{ name: 'x', command: ['x'], cwd: '../..' }] }],
    ['a report that is not absolute', { reports: ['work/r'] }],
    ['a report with dots', { reports: ['/work/../etc/passwd'] }],
    ['a variable that is none', { steps: [{ name: 'x', command: ['x'], env: { 'A;B': '1' } }] }],
    ['an empty command', { steps: [{ name: 'x', command: [] }] }],
    ['a NUL byte', { steps: [{ name: 'x', command: ['x', 'a\0b'] }] }],
  ];
  for (const [what, change] of bad) {
    it(`refuses ${what}`, () => {
      assert.throws(() => supervisorInput(request(change), 's', 1), TypeError);
    });
  }
});
