import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { AuditReport } from '../../src/audit/report';

describe('in a workspace that is not trusted', () => {
  it('judges the text and does not run the code', async () => {
    assert.equal(vscode.workspace.isTrusted, false);
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder.uri, 'src/cart.js');
    const [report] = await vscode.commands.executeCommand<AuditReport[]>('seaworthy.auditFile', uri);
    assert.ok(report);
    assert.deepEqual(
      report.stages.map((stage) => stage.status),
      ['pass', 'not run', 'pass'],
    );
    assert.match(report.reason, /not trusted/);
    assert.equal(report.stages[1]?.nextStep, 'trust-workspace');
  });
});
