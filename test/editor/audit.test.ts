import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { AuditReport } from '../../src/audit/report';

const folder = (): vscode.WorkspaceFolder => {
  const [first] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(first, 'the fixture workspace is open');
  return first;
};
const inWorkspace = (file: string): vscode.Uri => vscode.Uri.joinPath(folder().uri, file);

async function audit(uri: vscode.Uri): Promise<AuditReport> {
  const reports = await vscode.commands.executeCommand<AuditReport[]>('seaworthy.auditFile', uri);
  const [report] = reports;
  assert.ok(report, 'the command gives the report back');
  return report;
}

const statuses = (report: AuditReport): string[] =>
  report.stages.map(({ stage, status }) => `${stage} ${status}`);

/** Ours alone: the editor's own language services report syntax errors too. */
function findings(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter((diagnostic) => diagnostic.source === 'Seaworthy');
}

describe('Audit This File, in the editor', () => {
  it('activates in the time it takes to register', async () => {
    const extension = vscode.extensions.getExtension<{ activationMilliseconds: number }>(
      'seaworthy.seaworthy',
    );
    assert.ok(extension);
    const { activationMilliseconds } = await extension.activate();
    assert.ok(activationMilliseconds > 0);
    console.log(`activation: ${activationMilliseconds.toFixed(1)} ms`);
  });

  it('passes a file whose tests really run and check it', async () => {
    const report = await audit(inWorkspace('src/cart.js'));
    assert.equal(report.verdict, 'pass', report.reason);
    assert.deepEqual(report.stages[1]?.tests, { passed: 3, failed: 0, skipped: 0 });
    assert.deepEqual(findings(inWorkspace('src/cart.js')), []);
  });

  it('fails theater, with findings at their lines that link to their rule', async () => {
    const uri = inWorkspace('src/payment.js');
    const report = await audit(uri);
    assert.equal(report.verdict, 'fail');
    assert.deepEqual(statuses(report), ['theater fail', 'production fail', 'quality pass']);
    const shown = findings(uri);
    const lines = (await vscode.workspace.openTextDocument(uri)).getText().split('\n');
    const random = shown.find((diagnostic) => lines[diagnostic.range.start.line]?.includes('Math.random()'));
    assert.ok(random, 'the invented rate is marked where it stands');
    const { code } = random;
    assert.ok(typeof code === 'object', 'the code of a finding is a link');
    assert.equal(code.value, 'TH02');
    assert.ok(fs.existsSync(code.target.fsPath), code.target.fsPath);
  });

  it('marks the failing test in its own file', () => {
    const uri = inWorkspace('test/payment.test.js');
    const [failed] = findings(uri);
    assert.ok(failed);
    assert.equal(failed.severity, vscode.DiagnosticSeverity.Error);
    assert.match(failed.message, /counts the charges that went through/);
  });

  it('runs Python as well', async () => {
    const report = await audit(inWorkspace('inventory/stock.py'));
    assert.equal(report.verdict, 'pass', report.reason);
    assert.deepEqual(report.stages[1]?.tests, { passed: 2, failed: 0, skipped: 0 });
  });

  it('never passes what no test reaches', async () => {
    const report = await audit(inWorkspace('src/shipping.ts'));
    assert.equal(report.verdict, 'not run');
    assert.match(report.reason, /no test reaches this file/);
  });

  const unreadable: [string, RegExp][] = [
    ['src/empty.js', /empty/],
    ['src/binary.js', /binary/],
    ['src/gone.js', /no such file/],
    ['src', /folder/],
  ];
  for (const [file, reason] of unreadable) {
    it(`says why ${file} is not audited`, async () => {
      const report = await audit(inWorkspace(file));
      assert.equal(report.verdict, 'not run');
      assert.match(report.reason, reason);
    });
  }

  it('does not pass a file with a syntax error', async () => {
    const report = await audit(inWorkspace('src/broken.js'));
    assert.equal(report.verdict, 'fail');
    const [load] = findings(inWorkspace('src/broken.js'));
    assert.ok(load);
    assert.equal(load.range.start.line, 3);
  });

  it('audits what is on the screen when the editor is not saved', async () => {
    const uri = inWorkspace('src/cart.js');
    const document = await vscode.workspace.openTextDocument(uri);
    const editor = await vscode.window.showTextDocument(document);
    const at = document.getText().indexOf('sum + item.cents');
    assert.ok(at > 0);
    const start = document.positionAt(at);
    await editor.edit((edit) => edit.replace(new vscode.Range(start, start.translate(0, 3)), '0'));
    assert.ok(document.isDirty);
    const report = await audit(uri);
    assert.equal(report.verdict, 'fail', report.reason);
    assert.deepEqual(report.stages[1]?.tests, { passed: 2, failed: 1, skipped: 0 });
    assert.match(report.notes.join('\n'), /unsaved text/);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    assert.ok(!document.isDirty);
    assert.equal((await audit(uri)).verdict, 'pass');
  });

  it('audits an editor that was never saved', async () => {
    const content =
      "function calculateRiskScore(data) {\n  return 'LOW';\n}\n\nmodule.exports = { calculateRiskScore };\n";
    const document = await vscode.workspace.openTextDocument({ language: 'javascript', content });
    await vscode.window.showTextDocument(document);
    const report = await audit(document.uri);
    assert.equal(report.stages[0]?.status, 'fail', report.reason);
    assert.equal(findings(document.uri)[0]?.range.start.line, 0);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('refuses a file outside the open folder', async () => {
    const outside = path.join(path.dirname(folder().uri.fsPath), 'outside.js');
    fs.writeFileSync(outside, 'module.exports = 1;\n');
    const result = await vscode.commands.executeCommand('seaworthy.auditFile', vscode.Uri.file(outside));
    assert.equal(result, undefined);
  });

  it('sends no secrets into the sandbox and says what was held back', async () => {
    const report = await audit(inWorkspace('src/cart.js'));
    assert.match(report.notes.join('\n'), /\.env/);
  });
});
