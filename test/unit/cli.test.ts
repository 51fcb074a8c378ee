import assert from 'node:assert/strict';
import type { AuditReport } from '../../src/audit/report';
import { runCli } from '../support/cli';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';

/** An address where nobody listens: these tests are about what happens without an engine. */
const env = { DOCKER_HOST: 'unix:///nonexistent/docker.sock' };

describe('the command line, without an engine', () => {
  const workspace = temporaryFolder('cli');
  writeFiles(workspace, {
    'package.json': '{}',
    'src/fine.js': 'exports.double = (number) => number * 2;\n',
    'src/fake.js': "exports.calculateTrend = function calculateTrend(data) {\n  return 'STABLE';\n};\n",
    'src/empty.py': '',
  });

  const audit = async (...parameters: string[]) => {
    const result = await runCli(['audit', '--workspace', workspace, ...parameters], { cwd: workspace, env });
    return { ...result, reports: () => (JSON.parse(result.stdout) as { reports: AuditReport[] }).reports };
  };

  it('gives the documented JSON on standard output and nothing else', async () => {
    const result = await audit('--json', 'src/fake.js');
    assert.equal(result.status, 1);
    const [report] = result.reports();
    assert.ok(report);
    assert.equal(report.file, 'src/fake.js');
    assert.equal(report.verdict, 'fail');
    assert.deepEqual(
      report.stages.map(({ stage, status }) => [stage, status]),
      [
        ['theater', 'fail'],
        ['production', 'not run'],
        ['quality', 'pass'],
      ],
    );
    const [finding] = report.stages[0]?.findings ?? [];
    assert.equal(finding?.ruleId, 'TH01');
    assert.equal(finding.severity, 'warning');
    assert.equal(finding.file, 'src/fake.js');
    assert.equal(finding.startLine, 1);
    assert.match(finding.evidence, /calculateTrend/);
    for (const stage of report.stages) assert.ok(stage.durationMs >= 0 && stage.tests === null);
  });

  it('is not run, with the reason, when nothing but the engine is missing', async () => {
    const result = await audit('--json', 'src/fine.js');
    assert.equal(result.status, 2);
    const [report] = result.reports();
    assert.match(report?.reason ?? '', /production not run: .*engine.*nonexistent/i);
    assert.equal(report?.stages[1]?.nextStep, 'start-engine');
  });

  it('runs the stages asked for and never calls the rest a pass', async () => {
    const result = await audit('--json', '--stages', 'theater,quality', 'src/fine.js');
    assert.equal(result.status, 2);
    assert.deepEqual(
      result.reports()[0]?.stages.map((stage) => stage.status),
      ['pass', 'not run', 'pass'],
    );
  });

  it('audits several files, and the worst decides the status', async () => {
    const result = await audit('--json', 'src/fine.js', 'src/fake.js', 'src/empty.py', 'gone.js');
    assert.equal(result.status, 1);
    assert.deepEqual(
      result.reports().map((report) => report.verdict),
      ['not run', 'fail', 'not run', 'not run'],
    );
  });

  it('prints SARIF', async () => {
    const result = await audit('--sarif', 'src/fake.js');
    const log = JSON.parse(result.stdout) as { version: string; runs: { results: { ruleId: string }[] }[] };
    assert.equal(log.version, '2.1.0');
    assert.deepEqual(
      log.runs[0]?.results.map((found) => found.ruleId),
      ['TH01'],
    );
  });

  it('prints text for people', async () => {
    const result = await audit('src/fake.js');
    assert.match(result.stdout, /^FAIL {2}src\/fake\.js/);
    assert.match(result.stdout, /theater +fail/);
    assert.match(result.stderr, /src\/fake\.js: /);
  });

  const wrong: [string[], RegExp][] = [
    [[], /no command given/],
    [['inspect', 'a.js'], /unknown command: inspect/],
    [['audit'], /at least one file/],
    [['audit', '--stages', 'theatre', 'a.js'], /unknown stage "theatre"/],
    [['audit', '--json', '--sarif', 'a.js'], /exclude one another/],
    [['audit', '--workspace', '/nonexistent', 'a.js'], /no such folder/],
    [['audit', '--fast', 'a.js'], /--fast/],
  ];
  for (const [parameters, message] of wrong) {
    it(`refuses "${parameters.join(' ')}" with status 3`, async () => {
      const result = await runCli(parameters, { cwd: workspace });
      assert.equal(result.status, 3);
      assert.match(result.stderr, message);
      assert.equal(result.stdout, '');
    });
  }

  it('explains itself', async () => {
    const help = await runCli(['--help']);
    assert.equal(help.status, 0);
    assert.match(help.stdout, /seaworthy audit FILE/);
    assert.match((await runCli(['--version'])).stdout, /^\d+\.\d+\.\d+\n$/);
  });
});
