import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import * as path from 'node:path';
import { notification } from '../support/notification';
import type { PageTestContext } from '../support/pageTest';
import { repository } from '../support/repository';

export const name =
  'a hook put in by command stops a commit that fails its audit until it is taken away, and the editor lists the MCP server';

const LIMIT = 60_000;
const FAKE = "export function calculateTrend(data) {\n  return 'STABLE';\n}\n";

export default async function (context: PageTestContext): Promise<void> {
  const { page, workspace, screenshotsDir, evaluate } = context;
  const picture = (file: string): Promise<unknown> =>
    page.screenshot({ path: path.join(screenshotsDir, `offers-${file}.png`) });
  const run = (command: string): Promise<unknown> =>
    evaluate((vscode, id) => void vscode.commands.executeCommand(id), command);
  const git = repository(workspace);
  const commit = (message: string) => {
    git('add', '.');
    const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.invalid'];
    return spawnSync('git', [...identity, 'commit', '-qm', message], { cwd: workspace, encoding: 'utf8' });
  };
  await evaluate((vscode) => vscode.commands.executeCommand('workbench.action.closeAuxiliaryBar'));

  await run('seaworthy.installCommitHook');
  const installed = await notification(context, 'is audited before each commit');
  await picture('hook');
  fs.writeFileSync(path.join(workspace, 'src/trend.mjs'), FAKE);
  const refused = commit('a trend');
  assert.notEqual(refused.status, 0);
  assert.match(`${refused.stdout}${refused.stderr}`, /src\/trend\.mjs/);
  await installed.getByRole('button', { name: 'Open Hook' }).click();
  await page.getByRole('tab', { name: 'pre-commit' }).waitFor({ timeout: LIMIT });
  await picture('hook-file');
  await run('seaworthy.removeCommitHook');
  await notification(context, 'are not audited any more');
  assert.equal(commit('a trend').status, 0);

  await evaluate((vscode) =>
    vscode.workspace.getConfiguration('seaworthy').update('agents.mcpServer', true, true),
  );
  await run('workbench.mcp.listServer');
  await page.getByRole('option', { name: /Seaworthy/ }).click({ timeout: LIMIT });
  await page.getByRole('option', { name: /Start Server/ }).click({ timeout: LIMIT });
  await picture('mcp-start');
  await run('workbench.mcp.listServer');
  await page.getByRole('option', { name: /Seaworthy.*Running/ }).waitFor({ timeout: LIMIT });
  await picture('mcp');
}
