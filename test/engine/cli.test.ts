import assert from 'node:assert/strict';
import * as path from 'node:path';
import type { AuditReport } from '../../src/audit/report';
import { LABEL } from '../../src/sandbox/owner';
import { runCli } from '../support/cli';
import { temporaryFolder, writeFiles } from '../support/temporaryFolder';
import { engine } from './realEngine';

const sample = path.join(__dirname, '../../media/sample');

describe('the command line, with a real engine', () => {
  it('tells the files of the sample apart', async () => {
    const files = ['src/cart.js', 'src/payment.js', 'src/shipping.ts', 'inventory/stock.py'];
    const result = await runCli(['audit', '--json', ...files], { cwd: sample });
    assert.equal(result.status, 1, result.stderr);
    const { reports } = JSON.parse(result.stdout) as { reports: AuditReport[] };
    assert.deepEqual(
      reports.map(({ file, verdict, stages }) => [file, verdict, ...stages.map((stage) => stage.status)]),
      [
        ['src/cart.js', 'pass', 'pass', 'pass', 'pass'],
        ['src/payment.js', 'fail', 'fail', 'fail', 'pass'],
        ['src/shipping.ts', 'not run', 'pass', 'not run', 'pass'],
        ['inventory/stock.py', 'pass', 'pass', 'pass', 'pass'],
      ],
    );
    assert.deepEqual(reports[0]?.stages[1]?.tests, { passed: 3, failed: 0, skipped: 0 });
    assert.deepEqual(reports[1]?.stages[1]?.tests, { passed: 1, failed: 1, skipped: 0 });
    assert.equal(reports[2]?.reason, 'production not run: no test reaches this file');
  });

  it('exits 0 for a pass alone', async () => {
    const result = await runCli(['audit', '--quiet', 'src/cart.js'], { cwd: sample });
    assert.equal(result.status, 0, result.stdout);
    assert.equal(result.stderr, '');
  });

  it('leaves no sandbox behind when it is interrupted', async () => {
    const workspace = temporaryFolder('interrupt');
    writeFiles(workspace, {
      'slow.js': 'exports.slow = true;\n',
      'slow.test.js': [
        "const { it } = require('node:test');",
        "const { slow } = require('./slow');",
        "it('takes its time', () => new Promise((resolve) => setTimeout(() => resolve(slow), 25_000)));",
      ].join('\n'),
    });
    const result = await runCli(['audit', 'slow.js'], {
      cwd: workspace,
      onStart: (child) => {
        child.stderr?.on('data', (text: string) => {
          if (/running|tests/i.test(text)) child.kill('SIGINT');
        });
      },
    });
    assert.equal(result.status, 130, result.stdout + result.stderr);
    assert.match(result.stderr, /cancelled/);
    const connection = await engine.connect();
    const left = await connection.listContainers({ labels: [LABEL.owner] });
    assert.deepEqual(
      left.filter((container) => container.image === 'node:24-slim' && container.state === 'running'),
      [],
    );
  });
});
