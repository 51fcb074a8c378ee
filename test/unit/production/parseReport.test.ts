import assert from 'node:assert/strict';
import { parseReport } from '../../../src/audit/production/report/parseReport';

function report(...lines: unknown[]) {
  return parseReport(
    Buffer.from(lines.map((line) => `${typeof line === 'string' ? line : JSON.stringify(line)}\n`).join('')),
  );
}

const END = { type: 'end', passed: 1, failed: 0, skipped: 0 };
const FILE = '/work/src/a.test.js';

describe('reports from the sandbox', () => {
  it('are read with paths of the workspace', () => {
    const result = report(
      {
        type: 'test',
        file: FILE,
        name: 'a',
        status: 'failed',
        line: 3,
        message: `at ${FILE}`,
        derived: true,
      },
      { type: 'file', file: FILE },
      { type: 'file-error', file: FILE, message: 'no', missing: '/work/src/b' },
      { type: 'loaded', file: '/work/src/a.js', by: FILE },
      { type: 'load', status: 'failed', name: 'TypeError', message: 'm', file: '/work/src/a.js', line: 9 },
      END,
    );
    assert.deepEqual(result.tests, [
      {
        type: 'test',
        file: 'a.test.js',
        name: 'a',
        status: 'failed',
        line: 3,
        message: 'at a.test.js',
        derived: true,
      },
    ]);
    assert.deepEqual([...result.finished], ['a.test.js']);
    assert.deepEqual(result.fileErrors, [
      { type: 'file-error', file: 'a.test.js', message: 'no', missing: '/work/src/b' },
    ]);
    assert.deepEqual([...result.loadedBy], ['a.test.js']);
    assert.deepEqual(result.load, {
      type: 'load',
      status: 'failed',
      name: 'TypeError',
      message: 'm',
      file: 'a.js',
      line: 9,
    });
    assert.deepEqual(result.end, END);
    assert.equal(result.damage, undefined);
  });

  it('may be missing or empty', () => {
    for (const content of [undefined, Buffer.alloc(0)]) {
      const { end, tests, damage } = parseReport(content);
      assert.deepEqual([end, tests, damage], [undefined, [], undefined]);
    }
  });

  it('lose paths outside of the workspace', () => {
    const outside = [
      '/etc/passwd',
      '/work/src/../../etc/passwd',
      '/work/srcs/a.js',
      '../a.js',
      'a.js',
      7,
      null,
    ];
    for (const file of outside) {
      const result = report({ type: 'test', file, name: 'a', status: 'passed' });
      assert.equal(result.tests[0]?.file, '', String(file));
    }
  });

  it('are damaged by anything of another shape', () => {
    const bad: unknown[] = [
      'not json',
      '[]',
      'null',
      '"text"',
      '{"type":"__proto__"}',
      '{"__proto__":{"type":"end"}}',
      { type: 'unknown' },
      { type: 'test', name: 'a', status: 'ok' },
      { type: 'test', status: 'passed' },
      { type: 'end', passed: -1, failed: 0, skipped: 0 },
      { type: 'end', passed: 1.5, failed: 0, skipped: 0 },
      { type: 'end', passed: '1', failed: 0, skipped: 0 },
      { type: 'load', status: 'great' },
    ];
    for (const line of bad)
      assert.equal(report(line).damage, 'it has an entry of an unknown shape', JSON.stringify(line));
  });

  it('are damaged when cut off, overlong or continued after their end', () => {
    assert.equal(
      parseReport(Buffer.from('{"type":"file","file":"/work/src/a"}\n{"type":"te')).damage,
      'its last line is cut off',
    );
    assert.equal(
      report({ type: 'unavailable', message: 'x'.repeat(40_000) }).damage,
      'it has a line that is too long',
    );
    assert.equal(report(END, END).damage, 'it goes on after its end');
    const many = Array.from({ length: 50_001 }, () => '{"type":"file","file":""}');
    assert.match(report(...many).damage ?? '', /more than 50000 entries/);
  });

  it('keep no control characters and ignore senseless numbers', () => {
    const [test] = report({
      type: 'test',
      name: '\u001b[31mred\u001b[0m \u0007bell \u202egnp.exe\r',
      status: 'passed',
      line: -4,
      file: FILE,
    }).tests;
    assert.equal(test?.name, 'red bell gnp.exe');
    assert.equal(test?.line, undefined);
  });

  it('survive bytes that are no text and deep nesting', () => {
    assert.notEqual(parseReport(Buffer.from([0xff, 0xfe, 0x00, 0x0a])).damage, undefined);
    const deep = `{"type":"unavailable","message":${'['.repeat(10_000)}${']'.repeat(10_000)}}`;
    assert.equal(report(deep).unavailable, '');
  });
});
