import * as vscode from 'vscode';
import type { App } from '../../app';
import { CancelledError, UserError } from '../../base/errors';
import { plainText } from '../../base/text';
import { t } from '../../base/texts';
import { summaryOf, verifiedText } from '../../loops/loop2/claims/verifiedText';
import type { VerifiedList } from '../../loops/loop2/claims/verifyList';
import { VERIFIED_SCHEME } from '../ids';
import { findPlans } from './startLoop1';

/** `src/cart.ts:12  what stands there` */
const PLACE = /^ {10}(\S.*?):(\d+) {2}/;
const nextStep = (): string =>
  t('Open a Markdown file with ticked tasks, such as "- [x] T001 Create src/cart.ts", and run this again.');

/** "Verify Completed Tasks": a read-only document with what ticked tasks come to, each place of it a link. */
export class VerifiedTasks implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<vscode.Uri>();
  private readonly texts = new Map<string, { text: string; folder: vscode.Uri }>();
  private readonly registrations: vscode.Disposable;

  constructor(private readonly app: App) {
    const selector = { scheme: VERIFIED_SCHEME };
    this.registrations = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(VERIFIED_SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: (uri) =>
          this.texts.get(uri.toString())?.text ??
          `${t('Nothing is known yet. Run "Seaworthy: Verify Completed Tasks".')}\n`,
      }),
      vscode.languages.registerDocumentLinkProvider(selector, {
        provideDocumentLinks: (document) => this.links(document),
      }),
    );
  }

  /** Checks the tasks of a list: that of the file, of the active editor, or the one that is picked. */
  async verify(about: unknown): Promise<VerifiedList | undefined> {
    const list = await chooseList(about);
    const folder = vscode.workspace.getWorkspaceFolder(list);
    if (!folder)
      throw new UserError(t('The list lies in no folder that is open'), t('Open the folder of the project.'));
    const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === list.toString());
    if (open?.isDirty)
      throw new UserError(t('The list has changes that are not saved'), t('Save it, and run this again.'));
    const verified = await this.work(folder, list);
    const uri = vscode.Uri.from({ scheme: VERIFIED_SCHEME, path: `/${verified.list} (verified).txt` });
    this.texts.set(uri.toString(), { text: `${plainText(verifiedText(verified))}\n`, folder: folder.uri });
    this.changed.fire(uri);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
    vscode.window.setStatusBarMessage(`Seaworthy: ${summaryOf(verified)}`, 10_000);
    return verified;
  }

  dispose(): void {
    this.registrations.dispose();
    this.changed.dispose();
  }

  private work(folder: vscode.WorkspaceFolder, list: vscode.Uri): Thenable<VerifiedList> {
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true };
    return vscode.window.withProgress(
      { ...options, title: t('Verifying completed tasks') },
      async (progress, token) => {
        const cancel = new AbortController();
        const subscription = token.onCancellationRequested(() => cancel.abort());
        let told = 0;
        const onProgress = (message: string, done: number, total: number): void => {
          progress.report({
            message: t('{0} ({1} of {2})', message, done, total),
            increment: (100 * (done - told)) / total,
          });
          told = done;
        };
        try {
          const { verifyList } = await import('../../loops/loop2/claims/verifyList');
          return await verifyList(folder.uri.fsPath, list.fsPath, this.app.claims, {
            signal: cancel.signal,
            onProgress,
          });
        } finally {
          subscription.dispose();
        }
      },
    );
  }

  private links(document: vscode.TextDocument): vscode.DocumentLink[] {
    const folder = this.texts.get(document.uri.toString())?.folder;
    if (!folder) return [];
    const found: vscode.DocumentLink[] = [];
    for (let index = 0; index < document.lineCount; index++) {
      const [, file, line] = PLACE.exec(document.lineAt(index).text) ?? [];
      if (file === undefined || line === undefined) continue;
      const target = vscode.Uri.joinPath(folder, file).with({ fragment: `L${line}` });
      found.push(
        new vscode.DocumentLink(new vscode.Range(index, 10, index, 11 + file.length + line.length), target),
      );
    }
    return found;
  }
}

async function chooseList(about: unknown): Promise<vscode.Uri> {
  if (about instanceof vscode.Uri) return about;
  const active = vscode.window.activeTextEditor?.document;
  if (active?.uri.scheme === 'file' && active.languageId === 'markdown') return active.uri;
  const folders = vscode.workspace.workspaceFolders ?? [];
  const plans = (await Promise.all(folders.map(findPlans))).flat();
  if (plans.length === 0) throw new UserError(t('No task list was found in this workspace'), nextStep());
  const items = plans.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const title = t('Verify Completed Tasks');
  const chosen = await vscode.window.showQuickPick(items, {
    title,
    placeHolder: t('The list whose ticked tasks are checked'),
  });
  if (!chosen) throw new CancelledError();
  return chosen.uri;
}
