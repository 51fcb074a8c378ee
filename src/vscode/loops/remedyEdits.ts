import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import { checkEdits } from '../../loops/loop1/remediation/applyEdits';
import type { Undo } from '../../loops/loop1/remediation/applyEdits';
import type { Remedy } from '../../loops/loop1/remediation/remedy';
import type { Loop1Run } from '../../loops/loop1/run';
import { changedLines } from '../../loops/loop1/remediation/changedLines';
import { REMEDY_SCHEME } from '../ids';
import { columnFor } from './columnFor';
import { showChanges } from './showChanges';

type EditRemedy = Extract<Remedy, { kind: 'edit' }>;

/** An edit that is offered for one scenario of a run. */
interface Offer {
  folder: vscode.WorkspaceFolder;
  runId: string;
  remedy: EditRemedy;
}

/** Edits that a Loop 1 offers: looked at as differences, made so that they can be undone, and taken back. */
export class RemedyEdits implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly texts = new Map<string, { text: string; offer: Offer }>();
  private readonly previewed = new Set<string>();
  private readonly applied = new Map<string, { offer: Offer; undo: readonly Undo[] }>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly registration = vscode.workspace.registerTextDocumentContentProvider(REMEDY_SCHEME, this);
  /** A look, an edit or its end. */
  readonly onDidDo = this.changed.event;

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.texts.get(uri.path)?.text ?? '';
  }

  /** Shows what would change, and nothing is changed. */
  async preview(folder: vscode.WorkspaceFolder, run: Loop1Run, scenarioId: string): Promise<void> {
    const offer = { folder, runId: run.id, remedy: editOf(run, scenarioId) };
    const before = await checkEdits(folder.uri.fsPath, offer.remedy.edits);
    const changes = offer.remedy.edits.map(({ file, after }, index) => {
      const key = `/${run.id}/${this.texts.size}/${file}`;
      this.texts.set(key, { text: after, offer });
      const right = vscode.Uri.from({ scheme: REMEDY_SCHEME, path: key });
      const own = vscode.Uri.joinPath(folder.uri, file);
      // What is not there yet has an empty left side.
      const isNew = before[index]?.text === null;
      return { file: own, left: isNew ? right.with({ path: `/none${key}` }) : own, right };
    });
    if (changes.length === 0) throw new UserError(t('There is nothing to change.'));
    await showChanges(offer.remedy.title, changes);
    this.previewed.add(keyOf(run.id, scenarioId));
    this.changed.fire();
  }

  /** Makes an edit that was looked at; one that was not is shown first. */
  async apply(folder: vscode.WorkspaceFolder, run: Loop1Run, scenarioId: string): Promise<string> {
    if (!this.previewed.has(keyOf(run.id, scenarioId))) {
      await this.preview(folder, run, scenarioId);
      return t('Look at the change first, then apply it.');
    }
    return this.make({ folder, runId: run.id, remedy: editOf(run, scenarioId) });
  }

  /** The same, from the tab that shows it. */
  async applyShown(uri: unknown): Promise<void> {
    const shown = uri instanceof vscode.Uri ? this.texts.get(uri.path) : undefined;
    if (!shown)
      throw new UserError(t('This edit is no longer offered'), t('Look at it again on the page of Loop 1.'));
    vscode.window.setStatusBarMessage(`Seaworthy: ${await this.make(shown.offer)}`, 8000);
  }

  /** Puts back what was there, unless it has changed since. */
  async takeBack(runId: string, scenarioId: string): Promise<string> {
    const done = this.applied.get(keyOf(runId, scenarioId));
    if (!done)
      throw new UserError(
        t('This edit was not made in this window'),
        t('Undo it in the editor or with git.'),
      );
    const { offer, undo } = done;
    const edit = new vscode.WorkspaceEdit();
    const documents: vscode.TextDocument[] = [];
    for (const { file, text } of undo) {
      const uri = vscode.Uri.joinPath(offer.folder.uri, file);
      const document = await vscode.workspace.openTextDocument(uri);
      const after = offer.remedy.edits.find((one) => one.file === file)?.after ?? '';
      if (sameLines(document.getText()) !== sameLines(after))
        throw new UserError(
          t('{0} has changed since', oneLine(file, 200)),
          t('Undo it in the editor or with git.'),
        );
      if (text === null) edit.deleteFile(uri);
      else {
        replaceLines(edit, document, text);
        documents.push(document);
      }
    }
    await carryOut(edit, documents);
    this.applied.delete(keyOf(runId, scenarioId));
    this.changed.fire();
    return t('What was there before is back.');
  }

  /** Ids of scenarios of a run. */
  stateOf(runId: string): { previewed: string[]; applied: string[] } {
    const own = (keys: Iterable<string>): string[] =>
      [...keys].filter((key) => key.startsWith(`${runId}\n`)).map((key) => key.slice(runId.length + 1));
    return { previewed: own(this.previewed), applied: own(this.applied.keys()) };
  }

  dispose(): void {
    this.registration.dispose();
    this.changed.dispose();
  }

  private async make(offer: Offer): Promise<string> {
    const { folder, runId, remedy } = offer;
    if (!vscode.workspace.isTrusted)
      throw new UserError(t('Nothing is changed in a workspace that is not trusted.'));
    const undo = await checkEdits(folder.uri.fsPath, remedy.edits);
    const edit = new vscode.WorkspaceEdit();
    const documents: vscode.TextDocument[] = [];
    for (const [index, { file, after }] of remedy.edits.entries()) {
      const uri = vscode.Uri.joinPath(folder.uri, file);
      if (undo[index]?.text === null) {
        edit.createFile(uri, { contents: Buffer.from(after) });
        continue;
      }
      const document = await vscode.workspace.openTextDocument(uri);
      if (document.isDirty)
        throw new UserError(
          t('{0} has text that is not saved', oneLine(file, 200)),
          t('Save it, and look at the edit again.'),
        );
      replaceLines(edit, document, after);
      documents.push(document);
    }
    await carryOut(edit, documents);
    this.applied.set(keyOf(runId, remedy.scenarioId), { offer, undo });
    this.changed.fire();
    // In an open editor it can be undone as anything that was typed.
    const [first] = documents;
    if (first)
      await vscode.window.showTextDocument(first, {
        viewColumn: columnFor(first.uri),
        preserveFocus: true,
      });
    return t('{0}: done. The next iteration looks whether it holds.', oneLine(remedy.title, 100));
  }
}

async function carryOut(
  edit: vscode.WorkspaceEdit,
  documents: readonly vscode.TextDocument[],
): Promise<void> {
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new UserError(t('The editor did not make the change'), t('See whether the file can be written.'));
  // The next iteration reads the disk.
  for (const document of documents)
    if (!(await document.save()))
      throw new UserError(
        t('{0} could not be saved', oneLine(path.basename(document.fileName), 100)),
        t('Save it yourself.'),
      );
}

function replaceLines(edit: vscode.WorkspaceEdit, document: vscode.TextDocument, after: string): void {
  const { from, to, text } = changedLines(sameLines(document.getText()), sameLines(after));
  edit.replace(document.uri, document.validateRange(new vscode.Range(from, 0, to, 0)), text);
}

/** The editor keeps the ends of lines as they are. */
function sameLines(text: string): string {
  return text.replaceAll('\r\n', '\n');
}

function editOf(run: Loop1Run, scenarioId: string): EditRemedy {
  const found = run.remediation?.remedies.find((remedy) => remedy.scenarioId === scenarioId);
  if (found?.kind === 'edit') return found;
  throw new UserError(t('There is no edit for this card any more'), t('Run the next iteration.'));
}

function keyOf(runId: string, scenarioId: string): string {
  return `${runId}\n${scenarioId}`;
}
