import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
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

  it('deploys nothing, whoever asks', async () => {
    const [folder] = vscode.workspace.workspaceFolders ?? [];
    assert.ok(folder);
    const marker = vscode.Uri.joinPath(folder.uri, 'was-run');
    const live = { path: `${folder.uri.fsPath}-live`, confirm: 'none', pre: [['touch', marker.fsPath]] };
    const config = JSON.stringify({ projects: { shop: { environments: { live } } } });
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(folder.uri, 'seaworthy.json'),
      Buffer.from(config),
    );
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(folder.uri, 'compose.yaml'),
      Buffer.from('services: {web: {image: "node:24-slim"}}\n'),
    );
    for (const command of ['deploy', 'rollBack', 'promote', 'showDeployments'])
      await vscode.commands.executeCommand(`seaworthy.${command}`);
    assert.equal(fs.existsSync(marker.fsPath), false);
    assert.equal(fs.existsSync(live.path), false);
    assert.equal(
      fs.existsSync(path.join(path.dirname(live.path), `.seaworthy-${path.basename(live.path)}`)),
      false,
    );
  });

  it('refuses the tools of models', async () => {
    for (const { name } of vscode.lm.tools.filter(({ tags }) => tags.includes('seaworthy')))
      await assert.rejects(
        async () => vscode.lm.invokeTool(name, { input: {}, toolInvocationToken: undefined }),
        /not trusted/,
        name,
      );
  });

  it('begins no Loop 1, and asks nothing about it', async () => {
    // Were it begun, it would ask what is to be built, and wait.
    await vscode.commands.executeCommand('seaworthy.startLoop1');
    const { tabGroups } = vscode.window;
    const isOpen = (): boolean =>
      tabGroups.all.flatMap(({ tabs }) => tabs).some(({ label }) => label === 'Loop 1');
    assert.equal(isOpen(), false);
    // What is kept can be looked at.
    await vscode.commands.executeCommand('seaworthy.openLoop1');
    await new Promise<void>((resolve) => {
      const look = (): void => {
        if (!isOpen()) return;
        subscription.dispose();
        resolve();
      };
      const subscription = tabGroups.onDidChangeTabs(look);
      look();
    });
  });
});
