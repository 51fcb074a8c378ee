import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import { taskSheet } from '../../loops/loop2/runText';
import { TASK_SCHEME } from '../ids';
import { columnBesidePage } from './columnFor';
import { foldersOnDisk } from './folderLoops';
import type { Loop2Runs } from './loop2Runs';

interface Place {
  folder: vscode.WorkspaceFolder;
  taskId: string;
}

/** Read-only documents about a task: what is to be done, how it is seen to be, and each verdict over it. They follow the run. */
export class TaskDocuments
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.Disposable
{
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly subscriptions: vscode.Disposable[];
  /** Files that a document names, by its address. */
  private readonly named = new Map<string, readonly string[]>();
  readonly onDidChange = this.changed.event;

  constructor(private readonly runs: Loop2Runs) {
    this.subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(TASK_SCHEME, this),
      vscode.languages.registerDocumentLinkProvider({ scheme: TASK_SCHEME }, this),
      runs.onDidChange(() => this.tell()),
      runs.onDidProgress(() => this.tell()),
    ];
  }

  async show(folder: vscode.WorkspaceFolder, taskId: string): Promise<void> {
    const uri = vscode.Uri.from({
      scheme: TASK_SCHEME,
      path: `/${oneLine(taskId, 80).replaceAll('/', '_')}.txt`,
      query: JSON.stringify({ folder: folder.uri.toString(), taskId }),
    });
    const column = columnBesidePage(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), {
      ...{ preview: true, ...(column !== undefined && { viewColumn: column }) },
    });
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const { folder, taskId } = placeOf(uri);
    const loop = await this.runs.loopOf(folder);
    const task = (await loop.latest())?.tasks.find(({ id }) => id === taskId);
    if (!task) return `${t('There is no task {0} in the newest run.', oneLine(taskId, 80))}\n`;
    const verdicts = await loop.verdictsOf(taskId);
    const found = verdicts.flatMap(({ findings }) => findings.map(({ file }) => file));
    this.named.set(uri.toString(), [...new Set([...task.files, ...found])].filter(Boolean));
    return `${taskSheet(task, verdicts, loop.progress.get(taskId))}\n`;
  }

  provideDocumentLinks(document: vscode.TextDocument): vscode.DocumentLink[] {
    const { folder } = placeOf(document.uri);
    const text = document.getText();
    return (this.named.get(document.uri.toString()) ?? []).flatMap((file) => {
      const links: vscode.DocumentLink[] = [];
      for (let at = text.indexOf(file); at !== -1; at = text.indexOf(file, at + file.length)) {
        const [, line] = /^:(\d{1,7})/.exec(text.slice(at + file.length, at + file.length + 9)) ?? [];
        const end = at + file.length + (line === undefined ? 0 : line.length + 1);
        const range = new vscode.Range(document.positionAt(at), document.positionAt(end));
        const target = vscode.Uri.joinPath(folder.uri, file);
        links.push(
          new vscode.DocumentLink(range, line === undefined ? target : target.with({ fragment: `L${line}` })),
        );
      }
      return links;
    });
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.changed.dispose();
  }

  private tell(): void {
    for (const { uri } of vscode.workspace.textDocuments)
      if (uri.scheme === TASK_SCHEME) this.changed.fire(uri);
  }
}

/** Rejects with `UserError` for a folder that is not open. */
function placeOf({ query }: vscode.Uri): Place {
  const { folder: uri, taskId } = JSON.parse(query) as { folder: unknown; taskId: unknown };
  const folder = foldersOnDisk().find((each) => each.uri.toString() === uri);
  if (!folder) throw new UserError(t('The folder of this task is not open'), t('Open it.'));
  return { folder, taskId: String(taskId) };
}
