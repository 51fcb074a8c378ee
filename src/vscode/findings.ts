import * as vscode from 'vscode';
import { ruleDocumentation } from '../audit/documentation';
import type { Finding, Severity } from '../audit/finding';
import { oneLine } from '../base/text';
import type { AuditEntry, AuditModel } from './auditModel';

const SEVERITIES: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

/** Keeps the Problems panel equal to the newest report of each file that still fits its text. */
export function showFindings(model: AuditModel, extensionUri: vscode.Uri): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('seaworthy');
  const refresh = (): void => {
    const files = new Map<string, { uri: vscode.Uri; diagnostics: vscode.Diagnostic[] }>();
    for (const entry of newestPerFile(model.all())) {
      if (entry.stale) continue;
      for (const finding of entry.report.stages.flatMap((stage) => stage.findings)) {
        const uri = findingUri(entry, finding);
        const known = files.get(uri.toString()) ?? { uri, diagnostics: [] };
        known.diagnostics.push(toDiagnostic(finding, extensionUri));
        files.set(uri.toString(), known);
      }
    }
    collection.clear();
    collection.set([...files.values()].map(({ uri, diagnostics }) => [uri, diagnostics]));
  };
  return vscode.Disposable.from(collection, model.onDidChange(refresh));
}

/** The newest audit of each document, newest first. */
export function newestPerFile(entries: readonly AuditEntry[]): AuditEntry[] {
  const seen = new Set<string>();
  return entries.filter((entry) => {
    const key = entry.uri.toString();
    return !seen.has(key) && seen.add(key);
  });
}

/** Where a finding lies: mostly the audited document, but a failing test lies in its own file. */
export function findingUri(entry: AuditEntry, finding: Finding): vscode.Uri {
  return finding.file === entry.report.file ? entry.uri : vscode.Uri.joinPath(entry.folder.uri, finding.file);
}

/** What is underlined: of a finding about many lines, such as a whole function, the first one. */
export function findingRange(finding: Finding): vscode.Range {
  const line = Math.max(finding.startLine - 1, 0);
  const start = Math.max((finding.startColumn ?? 1) - 1, 0);
  const isOneLine = finding.endLine <= finding.startLine && finding.endColumn !== undefined;
  const end = isOneLine ? Math.max((finding.endColumn ?? 1) - 1, start) : Number.MAX_SAFE_INTEGER;
  return new vscode.Range(line, start, line, end);
}

function toDiagnostic(finding: Finding, extensionUri: vscode.Uri): vscode.Diagnostic {
  const diagnostic = new vscode.Diagnostic(
    findingRange(finding),
    oneLine(finding.message, 500),
    SEVERITIES[finding.severity],
  );
  diagnostic.source = 'Seaworthy';
  diagnostic.code = {
    value: finding.ruleId,
    target: vscode.Uri.joinPath(extensionUri, ruleDocumentation(finding.ruleId)),
  };
  return diagnostic;
}
