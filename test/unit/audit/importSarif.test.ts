import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { UserError } from '../../../src/base/errors';
import { importSarif } from '../../../src/audit/importSarif';
import { readSarif } from '../../../src/audit/sarifFile';
import { temporaryFolder } from '../../support/temporaryFolder';

const workspace = '/project';

function log(results: unknown[], run: object = {}): string {
  const tool = {
    driver: {
      name: 'Lint',
      rules: [
        { id: 'R1', defaultConfiguration: { level: 'error' }, messageStrings: { m: { text: 'bad {0}' } } },
      ],
    },
  };
  return JSON.stringify({ version: '2.1.0', runs: [{ tool, ...run, results }] });
}

const at = (uri: unknown, startLine: unknown = 3, more: object = {}) => ({
  locations: [
    { physicalLocation: { artifactLocation: { uri, ...more }, region: { startLine, endLine: 4 } } },
  ],
});
const files = (text: string): string[] => importSarif(text, workspace).findings.map(({ file }) => file);

describe('imported SARIF', () => {
  it('gives tool, rule, level, message and place', () => {
    const result = { ruleId: 'R1', message: { id: 'm', arguments: ['name'] }, ...at('src/a%20b.js') };
    assert.deepEqual(importSarif(log([result]), workspace), {
      findings: [
        {
          tool: 'Lint',
          ruleId: 'R1',
          severity: 'error',
          message: 'bad name',
          file: 'src/a b.js',
          startLine: 3,
          endLine: 4,
        },
      ],
      problems: [],
    });
  });

  it('finds files by base, by artifact and by absolute address', () => {
    const run = {
      originalUriBaseIds: {
        ROOT: { uri: 'file:///project/' },
        SRC: { uri: 'src', uriBaseId: 'ROOT' },
        LOOP: { uriBaseId: 'LOOP' },
      },
      artifacts: [{ location: { uri: 'lib/b.js' } }],
    };
    const results = [
      at('a.js', 1, { uriBaseId: 'SRC' }),
      at(undefined, 1, { index: 0 }),
      at('file:///project/c.js'),
      at('d.js', 1, { uriBaseId: 'LOOP' }),
    ];
    assert.deepEqual(files(log(results, run)), ['src/a.js', 'lib/b.js', 'c.js', 'd.js']);
  });

  it('leaves out what its tool set aside, and says what lies elsewhere', () => {
    const results = [
      { ...at('a.js'), suppressions: [{ kind: 'inSource' }] },
      { ...at('a.js'), baselineState: 'absent' },
      { ...at('a.js'), kind: 'pass' },
      at('../../etc/passwd'),
      at('https://example.org/a.js'),
      at('%00.js'),
      at('%zz.js'),
      { message: { text: 'no place' } },
      at('a.js', 0),
      null,
      7,
    ];
    const { findings, problems } = importSarif(log(results), workspace);
    assert.deepEqual(findings, []);
    assert.deepEqual(problems, [
      '4 results left out: outside of this project',
      '4 results left out: no file and line',
    ]);
  });

  it('bounds what it takes', () => {
    const results = Array.from({ length: 20_005 }, () => ({
      ...at('a.js'),
      message: { text: 'x'.repeat(900) },
    }));
    const { findings, problems } = importSarif(log(results), workspace);
    assert.equal(findings.length, 20_000);
    assert.equal(findings[0]?.message.length, 500);
    assert.deepEqual(problems, ['5 results left out: more than 20000']);
  });

  it('does not take what its rule table has from the prototype', () => {
    const run = { originalUriBaseIds: {} };
    assert.deepEqual(files(log([at('a.js', 1, { uriBaseId: '__proto__' })], run)), ['a.js']);
  });

  for (const [what, text] of [
    ['no JSON', '{'],
    ['another format', '{"results": []}'],
    ['another version', '{"version": "1.0.0", "runs": []}'],
    ['nested a million deep', '['.repeat(1_000_000)],
    ['nothing', ''],
  ] as const) {
    it(`refuses ${what} in words`, () => {
      assert.throws(() => importSarif(text, workspace), UserError);
    });
  }

  it('refuses a folder, a missing and a huge file in words', async () => {
    const folder = temporaryFolder('sarif');
    const huge = path.join(folder, 'huge.sarif');
    fs.closeSync(fs.openSync(huge, 'w'));
    fs.truncateSync(huge, 60_000_000);
    await assert.rejects(readSarif(folder, workspace), /it is no file/);
    await assert.rejects(readSarif(path.join(folder, 'gone'), workspace), UserError);
    await assert.rejects(readSarif(huge, workspace), /larger than 50 MB/);
  });
});
