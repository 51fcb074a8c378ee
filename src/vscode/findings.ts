import * as vscode from 'vscode';
import { ruleDocumentation } from '../audit/documentation';
import type { Finding, Severity } from '../audit/finding';
import { isShownByOther } from '../audit/sameMatter';
import type { ShownProblem } from '../audit/sameMatter';
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
  let findings = new Map<string, PlacedFindings>();
  const show = (placed: PlacedFindings): void => {
    const others = problemsOfOthers(placed.uri).map(toShownProblem);
    const own = placed.findings.filter((finding) => !isShownByOther(finding, others));
    collection.set(
      placed.uri,
      own.map((finding) => toDiagnostic(finding, placed, extensionUri)),
    );
  };
  const refresh = (): void => {
    findings = findingsByFile(model);
    collection.clear();
    for (const placed of findings.values()) show(placed);
  };
  // What another tool shows now need not be shown twice; what it shows no more must not be lost.
  const others = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
    for (const uri of uris) {
      const placed = findings.get(uri.toString());
      const signature = placed && problemsOfOthers(uri).map(signatureOf).join('\n');
      if (!placed || placed.others === signature) continue;
      placed.others = signature;
      show(placed);
    }
  });
  return vscode.Disposable.from(collection, others, model.onDidChange(refresh));
}

interface PlacedFindings {
  uri: vscode.Uri;
  /** The folder that other files of its findings are relative to. */
  folder: vscode.Uri;
  findings: Finding[];
  /** What other tools showed when it was looked at last. */
  others: string | undefined;
}

function findingsByFile(model: AuditModel): Map<string, PlacedFindings> {
  const files = new Map<string, PlacedFindings>();
  for (const entry of newestPerFile(model.all())) {
    if (entry.stale) continue;
    for (const finding of entry.report.stages.flatMap((stage) => stage.findings)) {
      const uri = findingUri(entry, finding);
      const placed = files.get(uri.toString()) ?? {
        uri,
        folder: entry.folder.uri,
        findings: [],
        others: undefined,
      };
      placed.findings.push(finding);
      files.set(uri.toString(), placed);
    }
  }
  return files;
}

const SOURCE = 'Seaworthy';

/** What other tools show of a document. */
export function problemsOfOthers(uri: vscode.Uri): vscode.Diagnostic[] {
  return vscode.languages.getDiagnostics(uri).filter(({ source }) => source !== SOURCE);
}

export function codeOf({ code }: vscode.Diagnostic): string {
  return String(typeof code === 'object' ? code.value : (code ?? ''));
}

function toShownProblem(problem: vscode.Diagnostic): ShownProblem {
  const { start, end } = problem.range;
  return {
    source: problem.source ?? '',
    code: codeOf(problem),
    startLine: start.line + 1,
    endLine: end.line + 1,
  };
}

function signatureOf(problem: vscode.Diagnostic): string {
  const { source, code, startLine, endLine } = toShownProblem(problem);
  return `${source} ${code} ${startLine} ${endLine}`;
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

function toDiagnostic(
  finding: Finding,
  { uri, folder }: Pick<PlacedFindings, 'uri' | 'folder'>,
  extensionUri: vscode.Uri,
): vscode.Diagnostic {
  // What is known already must not drown what is new.
  const severity = finding.known === true ? vscode.DiagnosticSeverity.Hint : SEVERITIES[finding.severity];
  const diagnostic = new vscode.Diagnostic(findingRange(finding), oneLine(finding.message, 500), severity);
  diagnostic.source = SOURCE;
  if (finding.ruleId === 'QC12') diagnostic.tags = [vscode.DiagnosticTag.Unnecessary];
  diagnostic.relatedInformation = (finding.related ?? []).map(
    (place) =>
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(
          place.file === undefined ? uri : vscode.Uri.joinPath(folder, place.file),
          findingRange({ ...finding, ...place }),
        ),
        oneLine(place.message, 200),
      ),
  );
  diagnostic.code = {
    value: finding.ruleId,
    target: vscode.Uri.joinPath(extensionUri, ruleDocumentation(finding.ruleId)),
  };
  return diagnostic;
}
