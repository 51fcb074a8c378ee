import assert from 'node:assert/strict';
import * as vscode from 'vscode';

describe('after a restart of the editor', () => {
  it('shows the findings of the session before without being asked', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const uri = vscode.Uri.joinPath(folder.uri, 'src/payment.js');
    const findings = await new Promise<vscode.Diagnostic[]>((resolve) => {
      const look = (): void => {
        const found = vscode.languages.getDiagnostics(uri).filter(({ source }) => source === 'Seaworthy');
        if (found.length === 0) return;
        subscription.dispose();
        resolve(found);
      };
      const subscription = vscode.languages.onDidChangeDiagnostics(look);
      look();
    });
    assert.ok(findings.some(({ code }) => typeof code === 'object' && code.value === 'TH02'));
  });
});
