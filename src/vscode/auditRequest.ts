import * as path from 'node:path';
import * as vscode from 'vscode';
import type { AuditRequest } from '../audit/audit';
import { BASELINE_FILE } from '../audit/baseline';
import type { Baseline } from '../audit/baseline';
import { readBaseline } from '../audit/baselineFile';
import type { OtherFinding, Severity, StageName } from '../audit/finding';
import { readSarif } from '../audit/sarifFile';
import { messageWithNextStep, UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { unsavedTexts } from './auditTarget';
import type { AuditTarget } from './auditTarget';
import { readImportedSarif, readRuleSettings, readTestSettings } from './configuration';
import { codeOf, problemsOfOthers } from './findings';

/** What other tools say of one file, as far as a report shows it. */
const MAX_CONTEXT = 200;

const SEVERITIES: Record<vscode.DiagnosticSeverity, Severity> = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'info',
  [vscode.DiagnosticSeverity.Hint]: 'hint',
};

/** What holds for every file of a folder; read once for an audit, however many files it is of. */
export class FolderFacts {
  private readonly folders = new Map<string, Promise<{ baseline?: Baseline; imported: OtherFinding[] }>>();

  /** `onProblem` is told what of the settings, the baseline and the imported logs can't be used. */
  constructor(private readonly onProblem: (problem: string) => void) {}

  /** What the audit of a target is asked for. */
  async requestFor(target: AuditTarget, stages?: readonly StageName[]): Promise<AuditRequest> {
    const { folder, uri, file } = target;
    const { settings, problems } = readRuleSettings(uri);
    const testing = readTestSettings(uri);
    for (const problem of [...problems, ...testing.problems]) this.onProblem(problem);
    const { baseline, imported } = await this.of(folder);
    const context = [...editorContext(uri, file), ...imported.filter((finding) => finding.file === file)];
    return {
      workspace: folder.uri.fsPath,
      file,
      overlays: unsavedTexts(target),
      trusted: vscode.workspace.isTrusted,
      testing: testing.settings,
      rules: settings,
      context: context.slice(0, MAX_CONTEXT),
      ...(baseline ? { baseline } : {}),
      ...(stages ? { stages } : {}),
    };
  }

  private of(folder: vscode.WorkspaceFolder): Promise<{ baseline?: Baseline; imported: OtherFinding[] }> {
    const key = folder.uri.toString();
    const known = this.folders.get(key) ?? this.read(folder);
    this.folders.set(key, known);
    return known;
  }

  private async read(
    folder: vscode.WorkspaceFolder,
  ): Promise<{ baseline?: Baseline; imported: OtherFinding[] }> {
    const root = folder.uri.fsPath;
    const baseline = await this.orTell(() => readBaseline(baselinePath(folder)));
    const imported: OtherFinding[] = [];
    for (const name of readImportedSarif(folder.uri)) {
      const log = await this.orTell(() => readSarif(path.resolve(root, name), root));
      for (const problem of log?.problems ?? []) this.onProblem(`${name}: ${problem}`);
      for (const finding of log?.findings ?? []) imported.push(finding);
    }
    return { imported, ...(baseline ? { baseline } : {}) };
  }

  /** A file that can't be used keeps nobody from auditing: it is told, and left out. */
  private async orTell<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      this.onProblem(messageWithNextStep(error).replace(/\.$/, ''));
      return undefined;
    }
  }
}

export function baselinePath(folder: vscode.WorkspaceFolder): string {
  return path.join(folder.uri.fsPath, BASELINE_FILE);
}

/** What the editor shows of the file already, from anyone but us. */
function editorContext(uri: vscode.Uri, file: string): OtherFinding[] {
  return problemsOfOthers(uri)
    .slice(0, MAX_CONTEXT)
    .map((problem) => ({
      tool: oneLine(problem.source ?? vscode.l10n.t('the editor'), 60),
      ruleId: oneLine(codeOf(problem), 100),
      severity: SEVERITIES[problem.severity],
      message: oneLine(problem.message, 300),
      file,
      startLine: problem.range.start.line + 1,
      endLine: problem.range.end.line + 1,
    }));
}
