import * as vscode from 'vscode';
import { fingerprintOf, isOfMutants } from '../audit/baseline';
import type { Finding } from '../audit/finding';
import { hashOf } from '../audit/openFile';
import { UserError } from '../base/errors';
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
      findingsAt(model, document, range).flatMap(({ entry, finding }) =>
        actionsFor(document, entry, finding),
      ),
  };
  return vscode.languages.registerCodeActionsProvider(SELECTOR, provider, {
    providedCodeActionKinds: [vscode.CodeActionKind.QuickFix],
  });
}

interface FoundFinding {
  entry: AuditEntry;
  finding: Finding;
}

/** Findings of the newest audit that still fits the text on the screen. */
function findingsAt(model: AuditModel, document: vscode.TextDocument, range: vscode.Range): FoundFinding[] {
  const entries: AuditEntry[] = newestPerFile(model.all()).filter(({ stale }) => !stale);
  return entries
    .filter(
      ({ report, uri }) =>
        uri.toString() !== document.uri.toString() || report.sha256 === hashOf(document.getText()),
    )
    .flatMap((entry) =>
      entry.report.stages.flatMap(({ findings }) => findings).map((finding) => ({ entry, finding })),
    )
    .filter(({ entry, finding }) => findingUri(entry, finding).toString() === document.uri.toString())
    .filter(({ finding }) => findingRange(finding).intersection(range) !== undefined);
}

/** The finding that a code action or a row of the tree speaks of. Throws a `UserError` when it is gone. */
export function findingAt(model: AuditModel, id: unknown, fingerprint: unknown): FoundFinding {
  const entry = typeof id === 'string' ? model.find(id) : undefined;
  const finding = entry?.report.stages
    .flatMap(({ findings }) => findings)
    .find((one) => fingerprintOf(one) === fingerprint);
  if (!entry || !finding)
    throw new UserError(
      vscode.l10n.t('This finding is not there any more'),
      vscode.l10n.t('audit the file again'),
    );
  return { entry, finding };
}

function actionsFor(
  document: vscode.TextDocument,
  { report }: AuditEntry,
  finding: Finding,
): vscode.CodeAction[] {
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
  if (finding.ruleId.startsWith('MT') || finding.ruleId === 'TT01')
    actions.push(
      commandAction(vscode.l10n.t('Prove with Mutants'), COMMANDS.proveWithMutants, [document.uri]),
    );
  const about = [report.id, fingerprintOf(finding)];
  actions.push(
    commandAction(vscode.l10n.t('Explain Evidence ({0})', finding.ruleId), COMMANDS.explainFinding, about),
  );
  if ((finding.stage !== 'production' || isOfMutants(finding.ruleId)) && finding.known !== true)
    actions.push(
      commandAction(vscode.l10n.t('Add to Baseline ({0})', finding.ruleId), COMMANDS.addToBaseline, about),
    );
  if (!/^(TH|TT|QC|SE)/.test(finding.ruleId)) return actions;
  for (const scope of ['line', 'file'] as const) {
    const title =
      scope === 'line'
        ? vscode.l10n.t('Ignore {0} Here...', finding.ruleId)
        : vscode.l10n.t('Ignore {0} in This File...', finding.ruleId);
    const place = [document.uri, finding.ruleId, finding.startLine, scope];
    actions.push(commandAction(title, COMMANDS.ignoreFinding, place));
  }
  return actions;
}

function commandAction(title: string, command: string, about: unknown[]): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { title, command, arguments: about };
  return action;
}

/** Asks for a reason and writes the comment that sets a finding aside. Called by the code actions only. */
export async function ignoreFinding([uri, ruleId, line, scope]: readonly unknown[]): Promise<void> {
  if (!(uri instanceof vscode.Uri) || typeof ruleId !== 'string' || typeof line !== 'number') return;
  const reason = await vscode.window.showInputBox({
    title: vscode.l10n.t('Ignore {0}', ruleId),
    prompt: vscode.l10n.t('Why is this all right here? The reason is written into the comment.'),
    validateInput: (text) => (/\p{L}{2}/u.test(text) ? undefined : vscode.l10n.t('A reason is required')),
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
