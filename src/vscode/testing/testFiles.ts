import * as vscode from 'vscode';
import type { Production } from '../../appProduction';
import { languageOf } from '../../audit/language';
import { testFileByPath } from '../../audit/production/discovery/testNames';
import { isCancelled, messageWithNextStep, UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { relativeInside } from '../../base/paths';
import { followChanges } from './followChanges';
import { TestTree } from './testTree';

/** The test items of the open folders: files when somebody looks for them, tests of a file when it is opened or unfolded. */
export class TestFiles implements vscode.Disposable {
  readonly tree: TestTree<vscode.TestItem>;
  private finding: Promise<void> | undefined;
  private following: vscode.Disposable | undefined;
  private readonly outlining = new Map<string, AbortController>();

  constructor(
    private readonly controller: vscode.TestController,
    private readonly production: Production,
    private readonly logger: Logger,
  ) {
    this.tree = new TestTree<vscode.TestItem>({
      create: (id, label, file) => controller.createTestItem(id, label, file.uri),
      isChosen: (name, chosen) => production.isChosen(name, chosen),
      place: (item, { startLine, endLine }) => {
        item.range = new vscode.Range(startLine - 1, 0, endLine - 1, Number.MAX_SAFE_INTEGER);
      },
    });
  }

  dispose(): void {
    this.following?.dispose();
    for (const cancel of this.outlining.values()) cancel.abort();
  }

  /** Looks for test files, once. */
  found(): Promise<void> {
    this.finding ??= this.find(new AbortController().signal).catch((error: unknown) => {
      this.finding = undefined;
      throw error;
    });
    return this.finding;
  }

  /** Looks for test files once more, and reads anew those whose tests are known. */
  async refresh(signal: AbortSignal): Promise<void> {
    this.finding = this.find(signal);
    await this.finding;
    const items: vscode.TestItem[] = [];
    this.controller.items.forEach((item) => items.push(item));
    for (const item of items) if (item.children.size > 0) await this.outline(item);
  }

  /** The item of a test file; one is made for a file that holds tests by its name. */
  fileItem(uri: vscode.Uri): vscode.TestItem | undefined {
    const known = this.controller.items.get(uri.toString());
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    const file = folder && relativeInside(folder.uri.fsPath, uri.fsPath);
    if (known || file === undefined || testFileByPath(file) !== 'yes') return known;
    return this.add(uri, file);
  }

  /** Reads the tests of a file, from the screen where it is open. A newer call takes the place of one that is under way. */
  async outline(item: vscode.TestItem): Promise<void> {
    const { uri } = item;
    if (!uri || !languageOf(uri.fsPath)) return;
    this.outlining.get(item.id)?.abort();
    const cancel = new AbortController();
    this.outlining.set(item.id, cancel);
    item.busy = true;
    try {
      const text = await textOf(uri);
      const name = vscode.workspace.asRelativePath(uri, false);
      const outline = await this.production.outlineOf({ path: name, text }, cancel.signal);
      if (cancel.signal.aborted) return;
      this.tree.sync(item, outline);
      item.error = undefined;
    } catch (error) {
      if (isCancelled(error)) return;
      if (!(error instanceof UserError)) this.logger.warn(`${uri.fsPath}: ${messageWithNextStep(error)}`);
      item.error = messageWithNextStep(error);
    } finally {
      if (this.outlining.get(item.id) === cancel) {
        this.outlining.delete(item.id);
        item.busy = false;
      }
    }
  }

  private async find(signal: AbortSignal): Promise<void> {
    this.following ??= followChanges({
      listChanged: () => this.find(new AbortController().signal),
      textChanged: (uri) => this.textChanged(uri),
      logger: this.logger,
    });
    const found = new Set<string>();
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      if (folder.uri.scheme !== 'file') continue;
      for (const file of await this.production.findTests(folder.uri.fsPath, signal)) {
        const uri = vscode.Uri.joinPath(folder.uri, file);
        found.add(uri.toString());
        if (!this.controller.items.get(uri.toString())) this.add(uri, file);
      }
    }
    const gone: string[] = [];
    this.controller.items.forEach(({ id }) => {
      if (!found.has(id)) gone.push(id);
    });
    for (const id of gone) this.controller.items.delete(id);
    for (const editor of vscode.window.visibleTextEditors) await this.textChanged(editor.document.uri);
  }

  private async textChanged(uri: vscode.Uri): Promise<void> {
    const item = this.controller.items.get(uri.toString());
    const isSeen = vscode.window.visibleTextEditors.some(
      ({ document }) => document.uri.toString() === item?.id,
    );
    if (item && (isSeen || item.children.size > 0)) await this.outline(item);
  }

  private add(uri: vscode.Uri, file: string): vscode.TestItem {
    // No description: the editor would tell it to screen readers instead of the label.
    const item = this.controller.createTestItem(uri.toString(), file, uri);
    item.canResolveChildren = true;
    this.controller.items.add(item);
    return item;
  }
}

async function textOf(uri: vscode.Uri): Promise<string> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  return open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
