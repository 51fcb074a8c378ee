import { randomBytes } from 'node:crypto';
import * as path from 'node:path';
import * as vscode from 'vscode';
import { failsStage } from '../audit/finding';
import type { Finding, StageName } from '../audit/finding';
import { hashOf, MAX_FILE_BYTES } from '../audit/openFile';
import { escapeHtml, tag } from '../audit/html';
import type { ReportPage } from '../audit/reportHtml';
import type { PastAudit } from '../audit/reportHistoryHtml';
import type { AuditReport } from '../audit/report';
import type { RulePages } from '../audit/rulePages';
import { verdictLabel } from '../audit/verdict';
import { describeError, messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { printableJson } from '../base/text';
import { whatIsSpoken } from '../base/texts';
import type { AuditEntry, AuditModel } from './auditModel';
import type { Explanations } from './explain';
import { findingRange, findingUri } from './findings';
import { COMMANDS, REPORT_VIEW } from './ids';
import { parseFromPage } from './reportProtocol';
import type { ExportFormat, FromPage, ToPage } from './reportProtocol';

interface Parts {
  model: AuditModel;
  extensionUri: vscode.Uri;
  rules: RulePages;
  explanations: Explanations;
  version: string;
  logger: Logger;
}

/** The page of a report in the editor: one, which the next report takes over. */
export class ReportPanel implements vscode.Disposable {
  private panel: vscode.WebviewPanel | undefined;
  private shownId = '';
  private readonly subscriptions: vscode.Disposable[] = [];

  constructor(private readonly parts: Parts) {
    const serializer: vscode.WebviewPanelSerializer = {
      deserializeWebviewPanel: async (panel, state: unknown) => {
        const id = (state as { report?: unknown } | undefined)?.report;
        this.adopt(panel);
        await this.show(typeof id === 'string' ? id : '');
      },
    };
    this.subscriptions.push(
      vscode.window.registerWebviewPanelSerializer(REPORT_VIEW, serializer),
      parts.model.onDidChange(() => this.refreshWhenStale()),
    );
  }

  /** Shows the report of this id, in the open page or a new one. */
  async open(id: string): Promise<void> {
    if (!this.panel) {
      const options = { enableScripts: true, localResourceRoots: [this.mediaFolder()] };
      this.adopt(
        vscode.window.createWebviewPanel(
          REPORT_VIEW,
          vscode.l10n.t('Report'),
          vscode.ViewColumn.Active,
          options,
        ),
      );
    }
    await this.show(id);
    this.panel?.reveal();
  }

  dispose(): void {
    this.panel?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private adopt(panel: vscode.WebviewPanel): void {
    this.panel = panel;
    panel.iconPath = vscode.Uri.joinPath(this.parts.extensionUri, 'media', 'seaworthy.svg');
    panel.webview.onDidReceiveMessage((message: unknown) => void this.answer(message));
    panel.onDidDispose(() => {
      this.panel = undefined;
      this.shownId = '';
    });
  }

  private async show(id: string): Promise<void> {
    const { model } = this.parts;
    await model.load();
    const entry = model.find(id);
    this.shownId = id;
    this.wasStale = entry?.stale ?? false;
    const { reportHtml } = await import('./reportForms');
    const body = entry ? reportHtml(await this.pageOf(entry), true) : goneHtml();
    const { panel } = this;
    if (!panel || this.shownId !== id) return;
    panel.title = entry
      ? vscode.l10n.t('{0} (audit)', path.posix.basename(entry.report.file))
      : vscode.l10n.t('Report');
    panel.webview.html = this.documentOf(panel.webview, body);
  }

  private wasStale = false;

  /** That the file was changed is said at once; other news are other reports. */
  private refreshWhenStale(): void {
    const entry = this.parts.model.find(this.shownId);
    if (!this.panel || !entry || entry.stale === this.wasStale) return;
    void this.show(this.shownId);
  }

  private async pageOf(entry: AuditEntry): Promise<ReportPage> {
    const { model } = this.parts;
    const [outputs, source] = await Promise.all([model.outputs(entry), sourceOf(entry)]);
    return { report: entry.report, source, history: historyOf(model, entry), outputs, isStale: entry.stale };
  }

  private mediaFolder(): vscode.Uri {
    return vscode.Uri.joinPath(this.parts.extensionUri, 'media', 'report');
  }

  private documentOf(webview: vscode.Webview, body: string): string {
    const nonce = randomBytes(16).toString('base64');
    const file = (name: string): string =>
      webview.asWebviewUri(vscode.Uri.joinPath(this.mediaFolder(), name)).toString();
    const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
    return `<!doctype html>
<html lang="${escapeHtml(whatIsSpoken().language)}"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${file('report.css')}"><title>Report</title></head>
<body data-report="${escapeHtml(this.shownId)}">${body}<script nonce="${nonce}" src="${file('report.js')}"></script></body></html>`;
  }

  private async answer(message: unknown): Promise<void> {
    const asked = parseFromPage(message);
    const entry = this.parts.model.find(this.shownId);
    if (!asked) return this.parts.logger.warn('The page of a report sent what is no message of it');
    try {
      if (asked.type === 'openReport') return await this.show(asked.id);
      if (!entry)
        throw new UserError(
          vscode.l10n.t('This report is no longer kept'),
          vscode.l10n.t('audit the file again'),
        );
      const done = await this.act(asked, entry);
      if (done !== undefined) this.tell({ type: 'done', message: done });
    } catch (error) {
      if (!(error instanceof UserError)) this.parts.logger.error(describeError(error));
      this.tell({ type: 'failed', message: messageWithNextStep(error) });
    }
  }

  private async act(
    asked: Exclude<FromPage, { type: 'openReport' }>,
    entry: AuditEntry,
  ): Promise<string | undefined> {
    switch (asked.type) {
      case 'openFile': {
        const line = Math.max((asked.line ?? 1) - 1, 0);
        await openBeside(
          entry.uri,
          asked.line === undefined ? undefined : new vscode.Range(line, 0, line, 0),
        );
        return undefined;
      }
      case 'openFinding': {
        const finding = findingOf(entry, asked.stage, asked.index);
        await openBeside(findingUri(entry, finding), findingRange(finding));
        return undefined;
      }
      case 'explainFinding':
        await this.parts.explanations.show(findingOf(entry, asked.stage, asked.index));
        return undefined;
      case 'auditAgain':
        return this.auditAgain(entry);
      case 'export':
        return this.exportTo(asked.format, entry);
    }
  }

  private async auditAgain({ uri, report }: AuditEntry): Promise<string | undefined> {
    this.tell({ type: 'done', message: vscode.l10n.t('Auditing…') });
    const reports = await vscode.commands.executeCommand<AuditReport[] | undefined>(COMMANDS.auditFile, uri);
    const id = reports?.[0]?.id;
    if (id === undefined) return vscode.l10n.t('It was not audited again; this is the report from before.');
    if (this.shownId === report.id) await this.show(id);
    return undefined;
  }

  private async exportTo(format: ExportFormat, entry: AuditEntry): Promise<string> {
    const name = `${path.posix.basename(entry.report.file)}.audit.${format}`;
    const target = await vscode.window.showSaveDialog({
      defaultUri: vscode.Uri.joinPath(entry.folder.uri, name),
      title: vscode.l10n.t('Export Report'),
    });
    if (!target) return vscode.l10n.t('Nothing was exported.');
    await vscode.workspace.fs.writeFile(target, Buffer.from(await this.contentOf(format, entry)));
    return vscode.l10n.t('Exported to {0}.', vscode.workspace.asRelativePath(target));
  }

  private async contentOf(format: ExportFormat, entry: AuditEntry): Promise<string> {
    const { rules, version } = this.parts;
    if (format === 'json') return printableJson({ reports: [entry.report] });
    if (format === 'sarif') {
      const { toSarif } = await import('./reportForms');
      return printableJson(toSarif([entry.report], { version, pages: rules }));
    }
    const style = await vscode.workspace.fs.readFile(vscode.Uri.joinPath(this.mediaFolder(), 'report.css'));
    const { reportDocument } = await import('./reportForms');
    return reportDocument(await this.pageOf(entry), Buffer.from(style).toString('utf8'));
  }

  private tell(message: ToPage): void {
    void this.panel?.webview.postMessage(message);
  }
}

function goneHtml(): string {
  return tag(
    'main',
    {},
    tag('h1', {}, vscode.l10n.t('No report')),
    tag(
      'p',
      {},
      vscode.l10n.t(
        'This report is no longer kept. Audit the file again: right-click it and choose “Audit This File”.',
      ),
    ),
  );
}

function findingOf(entry: AuditEntry, stage: StageName, index: number): Finding {
  const finding = entry.report.stages.find((one) => one.stage === stage)?.findings[index];
  if (!finding)
    throw new UserError(
      vscode.l10n.t('This finding is not in the report'),
      vscode.l10n.t('audit the file again'),
    );
  return finding;
}

/** The text that was audited, where it is still to be had. */
async function sourceOf({ uri, report }: AuditEntry): Promise<ReportPage['source']> {
  if (report.sha256 === '') return { missing: vscode.l10n.t('The file could not be read.') };
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString());
  if (open && hashOf(open.getText()) === report.sha256) return { text: open.getText() };
  try {
    const bytes = Buffer.from(await vscode.workspace.fs.readFile(uri));
    if (bytes.length <= MAX_FILE_BYTES && hashOf(bytes) === report.sha256)
      return { text: bytes.toString('utf8') };
    return {
      missing: vscode.l10n.t(
        'The file has changed since the audit, so its lines would not fit. Audit it again to see them.',
      ),
    };
  } catch {
    return { missing: vscode.l10n.t('The file is not there any more.') };
  }
}

function historyOf(model: AuditModel, { uri }: AuditEntry): PastAudit[] {
  return model
    .all()
    .filter((entry) => entry.uri.toString() === uri.toString())
    .map(({ report }) => ({
      id: report.id,
      createdAt: report.createdAt,
      label: verdictLabel(report),
      failing: report.stages.flatMap(({ findings }) => findings).filter(failsStage).length,
    }))
    .reverse();
}

async function openBeside(uri: vscode.Uri, selection: vscode.Range | undefined): Promise<void> {
  const column = vscode.window.visibleTextEditors.find(
    (editor) => editor.document.uri.toString() === uri.toString(),
  )?.viewColumn;
  await vscode.window.showTextDocument(uri, {
    viewColumn: column ?? vscode.ViewColumn.Beside,
    ...(selection ? { selection } : {}),
  });
}
