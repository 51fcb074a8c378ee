import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import { exportView } from '../../loops/loop1/exportView';
import { viewOf } from '../../loops/loop1/view';
import type { Loop1ExportFormat } from '../../protocol';
import type { RunEntry } from './loop1Runs';

const ENDINGS: Record<Loop1ExportFormat, string> = { markdown: 'md', json: 'json', html: 'html' };

/** Writes what stands to a file that is asked for. Resolves to what is said of it. */
export async function exportRun(
  folder: vscode.WorkspaceFolder,
  entry: RunEntry | undefined,
  format: Loop1ExportFormat,
): Promise<string> {
  if (!entry) throw new UserError(t('There is no run to export yet'), t('Start one.'));
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.joinPath(folder.uri, `loop1.${ENDINGS[format]}`),
    title: t('Export Loop 1'),
  });
  if (!target) return t('Nothing was exported.');
  await vscode.workspace.fs.writeFile(target, Buffer.from(exportView(viewOf(entry.run, new Date()), format)));
  return t('Exported to {0}.', vscode.workspace.asRelativePath(target));
}
