import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { pollFor } from '../support/timeLimit';

const FAKE =
  "function calculateRiskScore(data) {\n  return 'LOW';\n}\nmodule.exports = { calculateRiskScore };\n";
const FINE = 'const double = (number) => number * 2;\nmodule.exports = { double };\n';
const LIMIT = 20_000;

describe('an audit on save', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const uri = vscode.Uri.joinPath(folder.uri, 'src/saved.js');
  const settings = () => vscode.workspace.getConfiguration('seaworthy', uri);
  const finds = (ruleId: string): boolean =>
    vscode.languages
      .getDiagnostics(uri)
      .some(
        ({ source, code }) => source === 'Seaworthy' && typeof code === 'object' && code.value === ruleId,
      );

  after(async () => {
    await settings().update('audit.onSave', undefined, vscode.ConfigurationTarget.Workspace);
    await vscode.workspace.fs.delete(uri);
  });

  it('is made where it is wanted, and the newest save counts', async () => {
    await vscode.workspace.fs.writeFile(uri, Buffer.from(FINE));
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const save = async (text: string): Promise<void> => {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(0, 0, document.lineCount, 0), text);
      await vscode.workspace.applyEdit(edit);
      assert.ok(await document.save());
    };
    await settings().update('audit.onSave', 'static', vscode.ConfigurationTarget.Workspace);
    await save(FAKE);
    await pollFor('the audit of what was saved', LIMIT, () => finds('TH01'));
    await save(`// ${FAKE}`);
    await save(FINE);
    await pollFor('the audit of what was saved last', LIMIT, () => !finds('TH01'));
    await vscode.commands.executeCommand('workbench.action.closeActiveEditor');
  });
});
