import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import type { AuditReport } from '../../src/audit/report';
import type { AuditSummary } from '../../src/audit/summary';
import { runCli } from '../support/cli';
import { assertValidSarif } from '../support/sarifSchema';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

const FAKE = "export function calculateTrend(data) {\n  return 'STABLE';\n}\n";
const STATIC = ['--stages', 'theater,quality', '--quiet'];

interface Output {
  status: number | null;
  stderr: string;
  reports: AuditReport[];
  summary: AuditSummary | undefined;
}

describe('the command line over a project', function () {
  this.timeout(60_000);
  const root = temporaryFolder('cli-audit');
  const env = {
    DOCKER_HOST: 'unix:///nonexistent/docker.sock',
    XDG_CACHE_HOME: path.join(root, 'cache'),
  };
  let workspace: string;
  let number = 0;

  beforeEach(() => {
    workspace = path.join(root, `project-${(number += 1)}`);
    writeFiles(workspace, {
      'package.json': '{}',
      'src/fake.js': FAKE,
      'src/fine.js': 'export const double = (number) => number * 2;\n',
      'scripts/tool.js': FAKE,
    });
  });

  const run = (...words: string[]) => runCli(['audit', ...words, ...STATIC], { cwd: workspace, env });
  const json = async (...words: string[]): Promise<Output> => {
    const { status, stdout, stderr } = await run(...words, '--json');
    const parsed = JSON.parse(stdout || '{}') as { reports: AuditReport[]; summary?: AuditSummary };
    return { status, stderr, reports: parsed.reports, summary: parsed.summary };
  };
  const files = ({ reports }: Output): string[] => reports.map(({ file }) => file);
  const rules = ({ reports }: Output): string[] =>
    reports.flatMap(({ stages }) => stages.flatMap(({ findings }) => findings.map(({ ruleId }) => ruleId)));

  it('audits a folder, with one verdict over all of it', async () => {
    const all = await json('.');
    assert.equal(all.status, 1);
    assert.deepEqual(files(all), ['scripts/tool.js', 'src/fake.js', 'src/fine.js']);
    assert.equal(all.summary?.verdict, 'fail');
    assert.match(all.summary?.reason ?? '', /2 of 3 files fail/);
    assert.deepEqual(files(await json('src')), ['src/fake.js', 'src/fine.js']);
    const text = await run('.');
    assert.match(text.stdout, /^FAIL {2}0 pass, 2 fail, 1 not run, 0 skipped$/m);
  });

  it('audits what has changed', async () => {
    const git = (...words: string[]): Buffer =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...words], {
        cwd: workspace,
      });
    assert.equal((await run('--changed')).status, 3);
    git('init', '-q', '-b', 'trunk');
    git('add', '.');
    git('commit', '-qm', 'one');
    const none = await json('--changed');
    assert.deepEqual([none.status, none.reports.length, none.summary?.verdict], [2, 0, 'not run']);
    writeFiles(workspace, { 'src/new.js': FAKE, 'scripts/tool.js': `${FAKE}\n` });
    assert.deepEqual(files(await json('--changed')), ['scripts/tool.js', 'src/new.js']);
    assert.deepEqual(files(await json('--changed', 'trunk')), ['scripts/tool.js', 'src/new.js']);
    assert.deepEqual(files(await json('--changed', 'src')), ['src/new.js']);
    assert.equal((await run('--changed', 'nowhere')).status, 3);
    git('add', 'src/new.js');
    writeFiles(workspace, { 'src/new.js': 'export const one = 1;\n' });
    const staged = await json('--staged');
    assert.deepEqual([files(staged), rules(staged)], [['src/new.js'], ['TH01']]);
    assert.equal((await run('--staged', '--changed')).status, 3);
  });

  it('adds the result to a page of Markdown, whatever it prints', async () => {
    const page = path.join(root, 'summary.md');
    fs.writeFileSync(page, '# Before\n');
    const { status, stdout } = await run('src', '--sarif', '--summary', page);
    assert.equal(status, 1);
    assertValidSarif(JSON.parse(stdout));
    const text = fs.readFileSync(page, 'utf8');
    assert.match(text, /^# Before\n# Audit: fail\n/);
    assert.match(text, /^\| fail \| src\/fake\\\.js \| .*TH01/m);
    assert.equal((await run('src/fine.js', '--summary', page)).status, 2);
    assert.match(fs.readFileSync(page, 'utf8'), /# Audit: not run\n\n0 pass, 0 fail, 1 not run/);
  });

  it('writes a baseline, whose findings fail nothing, and says what is stale', async () => {
    const first = await run('src', '--update-baseline');
    assert.equal(first.status, 0, first.stderr);
    assert.match(first.stderr, /seaworthy-baseline\.json: 1 finding, 0 before/);
    fs.writeFileSync(path.join(workspace, 'src/fake.js'), `import './fine.js';\n\n${FAKE}`);
    const known = await json('src');
    assert.equal(known.summary?.files.fail, 0);
    assert.equal(known.reports[0]?.stages[0]?.findings[0]?.known, true);
    fs.writeFileSync(path.join(workspace, 'src/fake.js'), 'export const a = 1;\n');
    assert.match((await json('src')).reports[0]?.notes.join() ?? '', /fits nothing in this file any more/);
    await run('src', '--update-baseline');
    assert.doesNotMatch(fs.readFileSync(path.join(workspace, 'seaworthy-baseline.json'), 'utf8'), /TH01/);
  });

  it('takes a baseline from elsewhere, and refuses one that is none', async () => {
    const file = path.join(root, 'other-baseline.json');
    await run('src', '--update-baseline', '--baseline', file);
    assert.ok(!fs.existsSync(path.join(workspace, 'seaworthy-baseline.json')));
    assert.equal((await json('src', '--baseline', file)).summary?.files.fail, 0);
    fs.writeFileSync(file, '{');
    const broken = await run('src', '--baseline', file);
    assert.equal(broken.status, 3);
    assert.match(broken.stderr, /baseline is not valid JSON/);
    assert.match((await run('src', '--baseline', '/nonexistent/b.json')).stderr, /no such baseline/);
  });

  it('gives valid SARIF of a real audit', async () => {
    const { stdout } = await run('.', '--sarif');
    const log: unknown = JSON.parse(stdout);
    assertValidSarif(log);
    assert.match(stdout, /"functionText\/v1": "[0-9a-f]{32}:0"/);
  });

  it('shows what another tool says, which decides nothing', async () => {
    const location = { artifactLocation: { uri: 'src/fine.js' }, region: { startLine: 1 } };
    const result = {
      ruleId: 'no-magic',
      message: { text: 'why two?' },
      locations: [{ physicalLocation: location }],
    };
    const log = { version: '2.1.0', runs: [{ tool: { driver: { name: 'Lint' } }, results: [result] }] };
    const file = path.join(root, 'lint.sarif');
    fs.writeFileSync(file, JSON.stringify(log));
    const { reports } = await json('src/fine.js', '--import-sarif', file);
    assert.deepEqual(
      reports[0]?.stages[2]?.context?.map(({ tool, message }) => [tool, message]),
      [['Lint', 'why two?']],
    );
    assert.equal(reports[0]?.stages[2]?.status, 'pass');
    assert.match(
      (await run('src/fine.js', '--import-sarif', file)).stdout,
      /Lint no-magic {2}src\/fine\.js:1 {2}why two\?/,
    );
    const missing = await run('src/fine.js', '--import-sarif', 'gone.sarif');
    assert.equal(missing.status, 3);
    assert.match(missing.stderr, /gone\.sarif can't be imported/);
  });

  it('skips hostile source in words, and goes on with the rest', async () => {
    const folder = path.join(workspace, 'hostile');
    writeFiles(folder, {
      'deep.js': `${'f(\n'.repeat(10_000)}1${')'.repeat(10_000)};\n`,
      'line.js': `x = [${'"aaaaaaaaaaaaaaaa",'.repeat(300_000)}1];\n`,
      'stars.js': `/* ${'*'.repeat(400_000)}\n${'\n'.repeat(200_000)} */\n// ${'*'.repeat(300_000)}\n`,
      'invalid.js': Buffer.from([0x78, 0x3d, 0x22, 0xff, 0xfe, 0x22]),
    });
    fs.writeFileSync(path.join(folder, 'huge.js'), 'x = 1;\n');
    fs.truncateSync(path.join(folder, 'huge.js'), 50_000_000);
    const result = await json('.');
    assert.deepEqual(rules(result), ['TH01', 'TH01']);
    const skipped = result.summary?.skipped.map(({ path: file, why }) => [file, why]);
    assert.deepEqual(skipped, [
      ['hostile/huge.js', 'over the limit of 10 MB for one file'],
      ['hostile/line.js', 'larger than 1 MB'],
    ]);
    const reasonOf = (file: string) => result.reports.find((one) => one.file === file)?.stages[0];
    assert.match(reasonOf('hostile/invalid.js')?.reason ?? '', /not valid UTF-8 \(line 1\)/);
    assert.equal(reasonOf('hostile/deep.js')?.status, 'pass');
    assert.equal(reasonOf('hostile/stars.js')?.status, 'pass');
  });

  describe('with settings for its rules', () => {
    const settings = (value: unknown): void =>
      fs.writeFileSync(
        path.join(workspace, 'seaworthy.json'),
        typeof value === 'string' ? value : JSON.stringify(value),
      );

    it('takes levels and overrides from seaworthy.json', async () => {
      settings({ rules: { TH01: 'error' }, overrides: [{ files: 'scripts/**', rules: { TH01: 'off' } }] });
      const result = await json('.');
      assert.deepEqual(rules(result), ['TH01']);
      assert.equal(result.reports[1]?.stages[0]?.findings[0]?.severity, 'error');
    });

    it('lets the command line have the last word', async () => {
      settings({ rules: { TH01: 'error' } });
      assert.deepEqual(rules(await json('src', '--rule', 'TH01=off')), []);
      assert.deepEqual(rules(await json('src', '--rule', 'TH*=off', '--rule', 'TH01=hint')), ['TH01']);
    });

    it('takes a preset, and functions that assert', async () => {
      writeFiles(workspace, {
        'test/a.test.js':
          "import { test } from 'node:test';\nimport { run } from '../src/fine.js';\ntest('a', () => { holds(run()); });\n",
      });
      assert.deepEqual(rules(await json('test')), ['TT01']);
      settings({ assertFunctions: ['holds'] });
      assert.deepEqual(rules(await json('test')), []);
      settings({});
      writeFiles(workspace, {
        'src/long.js': `export function long(a) {\n${'  a += 1;\n'.repeat(70)}  return a;\n}\n`,
      });
      const severities = async (...words: string[]): Promise<string[]> =>
        (await json('src/long.js', ...words)).reports.flatMap(({ stages }) =>
          stages.flatMap(({ findings }) => findings.map(({ severity }) => severity)),
        );
      assert.deepEqual(await severities(), ['info']);
      assert.deepEqual(await severities('--preset', 'nasa'), ['error']);
    });

    it('reads another file with --config', async () => {
      const config = path.join(root, 'other-settings.json');
      fs.writeFileSync(config, '{"rules": {"TH*": "off"}}');
      assert.deepEqual(rules(await json('src', '--config', config)), []);
    });

    for (const [value, words, message] of [
      ['{', [], /seaworthy\.json: .*JSON/],
      ['{"presett": "nasa"}', [], /"presett" is no setting/],
      ['{"rules": {"TH99": "off"}}', [], /no rule "TH99"/],
      ['{}', ['--rule', 'TH01=loud'], /--rule TH01: "loud" is no level/],
      ['{}', ['--preset', 'soft'], /--preset: "soft" is no preset/],
      ['{}', ['--config', 'gone.json'], /no such file/],
      ['{}', ['--update-baseline', '--stages', 'theater'], /needs the stages theater and quality/],
    ] as const) {
      it(`refuses ${value} ${words.join(' ')} with status 3`, async () => {
        settings(value);
        const result = await runCli(['audit', 'src', '--quiet', ...words], { cwd: workspace, env });
        assert.equal(result.status, 3);
        assert.match(result.stderr, message);
      });
    }
  });
});
