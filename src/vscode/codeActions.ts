import * as vscode from 'vscode';
import type { Finding } from '../audit/finding';
import { hashOf } from '../audit/openFile';
import type { AuditEntry, AuditModel } from './auditModel';
import { findingRange, findingUri, newestPerFile } from './findings';
import { COMMANDS } from './ids';

const SELECTOR = ['javascript', 'javascriptreact', 'typescript', 'typescriptreact', 'python'].map(
  (language) => ({
    language,
  }),
);

/** What can be done about a finding where it is shown: mend it, or set it aside with a reason. */
export function offerCodeActions(model: AuditModel): vscode.Disposable {
  const provider: vscode.CodeActionProvider = {
    provideCodeActions: (document, range) =>
      findingsAt(model, document, range).flatMap((finding) => actionsFor(document, finding)),
  };
  return vscode.languages.registerCodeActionsProvider(SELECTOR, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

/** Findings of the newest audit that still fits the text on the screen. */
function findingsAt(model: AuditModel, document: vscode.TextDocument, range: vscode.Range): Finding[] {
  const entries: AuditEntry[] = newestPerFile(model.all()).filter(({ stale }) => !stale);
  return entries
    .filter(
      ({ report, uri }) =>
        uri.toString() !== document.uri.toString() || report.sha256 === hashOf(document.getText()),
    )
    .flatMap((entry) =>
      entry.report.stages
        .flatMap((stage) => stage.findings)
        .filter((finding) => findingUri(entry, finding).toString() === document.uri.toString()),
    )
    .filter((finding) => findingRange(finding).intersection(range) !== undefined);
}

function actionsFor(document: vscode.TextDocument, finding: Finding): vscode.CodeAction[] {
  const actions: vscode.CodeAction[] = [];
  if (finding.fix) {
    const action = new vscode.CodeAction(
      `${finding.fix.title} (${finding.ruleId})`,
      vscode.CodeActionKind.QuickFix,
    );
    action.edit = new vscode.WorkspaceEdit();
    for (const { startLine, startColumn, endLine, endColumn, text } of finding.fix.edits) {
      const range = new vscode.Range(startLine - 1, startColumn - 1, endLine - 1, endColumn - 1);
      action.edit.replace(document.uri, range, text);
    }
    actions.push(action);
  }
  if (finding.ruleId.startsWith('MT')) {
    const title = 'Prove with Mutants';
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = { title, command: COMMANDS.proveWithMutants, arguments: [document.uri] };
    actions.push(action);
  }
  if (!/^(TH|TT|QC|SE)/.test(finding.ruleId)) return actions;
  for (const scope of ['line', 'file'] as const) {
    const title = `Ignore ${finding.ruleId} ${scope === 'line' ? 'Here' : 'in This File'}...`;
    const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
    action.command = {
      title,
      command: COMMANDS.ignoreFinding,
      arguments: [document.uri, finding.ruleId, finding.startLine, scope],
    };
    actions.push(action);
  }
  return actions;
}

/** Asks for a reason and writes the comment that sets a finding aside. Called by the code actions only. */
export async function ignoreFinding([uri, ruleId, line, scope]: readonly unknown[]): Promise<void> {
  if (!(uri instanceof vscode.Uri) || typeof ruleId !== 'string' || typeof line !== 'number') return;
  const reason = await vscode.window.showInputBox({
    title: `Ignore ${ruleId}`,
    prompt: 'Why is this all right here? The reason is written into the comment.',
    validateInput: (text) => (/\p{L}{2}/u.test(text) ? undefined : 'A reason is required'),
  });
  if (reason === undefined) return;
  const document = await vscode.workspace.openTextDocument(uri);
  const edit = new vscode.WorkspaceEdit();
  const mark = document.languageId === 'python' ? '#' : '//';
  const words = reason.replace(/\s+/g, ' ').trim();
  const isShebang = document.lineAt(0).text.startsWith('#!');
  const at = scope === 'file' ? (isShebang ? 1 : 0) : Math.min(Math.max(line - 1, 0), document.lineCount - 1);
  const indent = scope === 'file' ? '' : (/^\s*/.exec(document.lineAt(at).text)?.[0] ?? '');
  const word = scope === 'file' ? 'seaworthy-ignore-file' : 'seaworthy-ignore';
  edit.insert(uri, new vscode.Position(at, 0), `${indent}${mark} ${word} ${ruleId}: ${words}\n`);
  await vscode.workspace.applyEdit(edit);
}
