import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import * as vscode from 'vscode';

describe('Export State, in the editor', () => {
  const target = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-export-'));
  after(() => fs.rmSync(target, { recursive: true, force: true }));

  it('writes what is kept as JSON and as a SQLite file', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    await vscode.commands.executeCommand(
      'seaworthy.auditFile',
      vscode.Uri.joinPath(folder.uri, 'src/shipping.ts'),
    );
    await vscode.commands.executeCommand('seaworthy.exportState', vscode.Uri.file(target));
    const files = fs.readdirSync(target);
    const [json, sqlite] = ['.json', '.sqlite'].map((ending) => files.find((file) => file.endsWith(ending)));
    assert.ok(json && sqlite, files.join(', '));
    assert.match(fs.readFileSync(path.join(target, json), 'utf8'), /src\/shipping\.ts/);
    assert.equal(fs.readFileSync(path.join(target, sqlite)).subarray(0, 15).toString(), 'SQLite format 3');
  });
});
