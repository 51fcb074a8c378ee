import * as vscode from 'vscode';
import { reportText } from '../audit/reportText';
import type { StageName } from '../audit/finding';
import type { StageOutput } from '../audit/report';
import { plainText } from '../base/text';
import type { AuditModel } from './auditModel';
import { REPORT_SCHEME } from './ids';

/** Read-only documents with a whole report in plain text: what audited code printed must not become markup. */
export function provideReports(model: AuditModel): vscode.Disposable {
  return vscode.workspace.registerTextDocumentContentProvider(REPORT_SCHEME, {
    provideTextDocumentContent: async (uri) => {
      await model.load();
      const entry = model.find(uri.query);
      if (!entry) return vscode.l10n.t('This report is no longer kept. Audit the file again.');
      const outputs = await model.outputs(entry);
      const output = entry.report.stages.flatMap(({ stage }) => outputLines(stage, outputs.get(stage)));
      return [
        reportText(entry.report),
        `  ${vscode.l10n.t('audited: {0}', entry.report.createdAt)}`,
        ...output,
        '',
      ].join('\n');
    },
  });
}

/** Opens the report of an audit beside nothing: a preview tab that the next report replaces. */
export async function openReport(model: AuditModel, id: string): Promise<void> {
  await model.load();
  const entry = model.find(id);
  const name = entry ? entry.report.file : 'report';
  const uri = vscode.Uri.from({ scheme: REPORT_SCHEME, path: `/${name} (audit).txt`, query: id });
  await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
}

function outputLines(stage: StageName, output: StageOutput | undefined): string[] {
  if (!output) return [];
  const { stdout, stderr, truncated } = output;
  const lines: string[] = [];
  for (const [name, text] of [
    [vscode.l10n.t('standard output of the code'), stdout],
    [vscode.l10n.t('standard error of the code'), stderr],
  ] as const) {
    if (text.trim() !== '') lines.push('', `--- ${stage}: ${name} ---`, plainText(text).trimEnd());
  }
  if (truncated) lines.push(vscode.l10n.t('(the output was longer; the rest was cut off)'));
  return lines;
}
