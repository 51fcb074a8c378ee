import assert from 'node:assert/strict';
import { Auditor } from '../../../src/audit/audit';
import type { ProductionRunner } from '../../../src/audit/audit';
import type { StaticAnalysis, StaticAnalyzer } from '../../../src/audit/stage';
import { CancelledError, UserError } from '../../../src/base/errors';
import { silentLogger } from '../../../src/base/logger';
import { finding, stageResult } from '../../support/reports';
import { temporaryFolder, writeFiles } from '../../support/temporaryFolder';

/** An auditor whose stages answer what the test wants, and a record of what stage 2 was asked. */
function auditorWith(parts: {
  analysis?: Partial<StaticAnalysis>;
  analyze?: StaticAnalyzer['analyze'];
  production?: ProductionRunner['run'];
}) {
  const asked: string[] = [];
  const analysis = { theater: [], quality: [], syntaxErrors: [], ...parts.analysis };
  const analyzer: StaticAnalyzer = {
    analyze: parts.analyze ?? (() => Promise.resolve(analysis)),
    dispose: () => Promise.resolve(),
  };
  const production: ProductionRunner = {
    run: (input, options) => {
      asked.push(input.file.text);
      const passed = { result: stageResult({ stage: 'production' }), notes: [] };
      return parts.production ? parts.production(input, options) : Promise.resolve(passed);
    },
  };
  return { auditor: new Auditor({ analyzer, production, logger: silentLogger }), asked };
}

describe('an audit', () => {
  const workspace = temporaryFolder('audit');
  writeFiles(workspace, { 'a.js': 'exports.a = 1;\n', 'empty.js': '' });
  const request = { workspace, file: 'a.js', trusted: true };

  it('passes when all stages pass', async () => {
    const report = await auditorWith({}).auditor.audit(request);
    assert.equal(report.verdict, 'pass');
    assert.deepEqual(
      report.stages.map(({ stage, status }) => `${stage} ${status}`),
      ['theater pass', 'production pass', 'quality pass'],
    );
    assert.match(report.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  });

  it('fails a static stage on a warning and not on information', async () => {
    const warning = finding({ severity: 'warning' });
    const info = finding({ severity: 'info', stage: 'quality', ruleId: 'QC02' });
    const { auditor } = auditorWith({ analysis: { theater: [warning], quality: [info] } });
    const report = await auditor.audit(request);
    assert.deepEqual(
      report.stages.map((stage) => stage.status),
      ['fail', 'pass', 'pass'],
    );
    assert.equal(report.reason, 'theater failed: 1 finding (TH01 at line 3)');
  });

  it('does not pass what could not be parsed as a whole', async () => {
    const { auditor } = auditorWith({ analysis: { syntaxErrors: [{ startLine: 7, endLine: 9 }] } });
    const report = await auditor.audit(request);
    assert.equal(report.verdict, 'not run');
    assert.match(report.reason, /line 7 could not be parsed/);
  });

  it('does not pass what no rule applies to', async () => {
    const { auditor } = auditorWith({ analysis: { unjudged: 'the file is generated' } });
    const report = await auditor.audit(request);
    assert.deepEqual(
      report.stages.map((stage) => stage.status),
      ['not run', 'pass', 'not run'],
    );
    assert.equal(report.reason, 'theater and quality not run: the file is generated');
  });

  it('reports an unreadable file in all stages and runs none of them', async () => {
    const { auditor, asked } = auditorWith({});
    const report = await auditor.audit({ ...request, file: 'empty.js' });
    assert.equal(report.verdict, 'not run');
    assert.equal(report.reason, 'the file is empty; there is nothing to audit');
    assert.equal(report.stages.length, 3);
    assert.deepEqual(asked, []);
  });

  it('never runs the code of a workspace that is not trusted', async () => {
    const { auditor, asked } = auditorWith({});
    const report = await auditor.audit({ ...request, trusted: false });
    assert.equal(report.verdict, 'not run');
    assert.equal(report.stages[1]?.nextStep, 'trust-workspace');
    assert.deepEqual(asked, []);
  });

  it('is not run when a stage was left out', async () => {
    const { auditor, asked } = auditorWith({});
    const report = await auditor.audit({ ...request, stages: ['theater', 'quality'] });
    assert.equal(report.verdict, 'not run');
    assert.equal(report.reason, 'production not run: left out on request');
    assert.deepEqual(asked, []);
  });

  it('audits the unsaved text and says so', async () => {
    const { auditor, asked } = auditorWith({});
    const report = await auditor.audit({ ...request, overlays: new Map([['a.js', 'exports.a = 2;\n']]) });
    assert.deepEqual(asked, ['exports.a = 2;\n']);
    assert.match(report.notes[0] ?? '', /unsaved text/);
  });

  it('keeps the other stages when one breaks', async () => {
    const analyze = (): Promise<never> => Promise.reject(new UserError('took too long', 'split the file'));
    const report = await auditorWith({ analyze }).auditor.audit(request);
    assert.deepEqual(
      report.stages.map((stage) => stage.status),
      ['not run', 'pass', 'not run'],
    );
    assert.equal(report.stages[0]?.reason, 'took too long. Split the file.');
  });

  it('names a defect of its own instead of passing', async () => {
    const production = (): Promise<never> => Promise.reject(new TypeError('x is undefined'));
    const report = await auditorWith({ production }).auditor.audit(request);
    assert.equal(report.verdict, 'not run');
    assert.match(report.stages[1]?.reason ?? '', /Seaworthy itself failed: x is undefined/);
  });

  it('rejects when it is cancelled', async () => {
    const production = (): Promise<never> => Promise.reject(new CancelledError());
    await assert.rejects(auditorWith({ production }).auditor.audit(request), CancelledError);
  });
});
