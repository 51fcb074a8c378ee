import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { TaskRecord } from '../../loops/loop2/taskRecord';
import { KEPT_SCHEME } from '../ids';
import { columnFor } from './columnFor';
import { foldersOnDisk } from './folderLoops';
import type { Loop2Runs } from './loop2Runs';

type Moment = 'begun' | 'passed';

/** Shows what the files of a task were beside what they are. */
export class TaskChanges implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(KEPT_SCHEME, this);

  constructor(private readonly runs: Loop2Runs) {}

  /** Since it passed, where that was not the last word on its files; since it was begun otherwise. Rejects with `UserError`. */
  async show(folder: vscode.WorkspaceFolder, task: TaskRecord): Promise<void> {
    const moment: Moment = task.outdated?.why === 'changed' && task.passed ? 'passed' : 'begun';
    const kept = task[moment];
    if (!kept || kept.files.length === 0)
      throw new UserError(
        t('It is not known what the files of {0} were', oneLine(task.id, 40)),
        t('Ask git.'),
      );
    const pairs = kept.files.map(({ file }) => {
      const query = JSON.stringify({ folder: folder.uri.toString(), taskId: task.id, moment, file });
      const left = vscode.Uri.from({ scheme: KEPT_SCHEME, path: `/${file}`, query });
      return { left, right: vscode.Uri.joinPath(folder.uri, file) };
    });
    const title =
      moment === 'begun'
        ? t('{0}, before it was begun and now', oneLine(task.id, 40))
        : t('{0}, as it passed and now', oneLine(task.id, 40));
    const [first] = pairs;
    if (pairs.length > 1 || !first) {
      const rows = pairs.map(({ left, right }) => [right, left, right]);
      await vscode.commands.executeCommand('vscode.changes', title, rows);
      return;
    }
    const name = path.posix.basename(first.right.path);
    const options = { preview: true, viewColumn: columnFor(first.right) };
    await vscode.commands.executeCommand(
      'vscode.diff',
      first.left,
      first.right,
      `${name} (${title})`,
      options,
    );
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const asked = JSON.parse(query) as { folder: string; taskId: string; moment: Moment; file: string };
    const folder = foldersOnDisk().find(({ uri }) => uri.toString() === asked.folder);
    if (!folder) return '';
    const loop = await this.runs.loopOf(folder);
    return (await loop.contentOf(asked.taskId, asked.moment, asked.file))?.toString('utf8') ?? '';
  }

  dispose(): void {
    this.registration.dispose();
  }
}
