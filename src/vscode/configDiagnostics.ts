import * as vscode from 'vscode';
import { oneLine } from '../base/text';
import type { ConfigProblem } from '../deploy/project';
import { CONFIG_FILE, readProjectTexts, SEED_FILE } from '../deploy/projectFiles';
import type { FolderProjects, ProjectConfigs } from './projectConfigs';

/** Longer than any line: the editor ends it where the line ends. */
const WHOLE_LINE = 10_000;

/** Shows what is wrong in the files that tell of projects: as they lie on the disk, or as they are being written. */
export function showConfigProblems(configs: ProjectConfigs): vscode.Disposable {
  const collection = vscode.languages.createDiagnosticCollection('seaworthy.projects');
  const show = (): void => {
    collection.clear();
    for (const folder of configs.folders())
      for (const file of [CONFIG_FILE, SEED_FILE]) {
        const problems = problemsOf(folder, file);
        if (problems.length > 0) collection.set(uriOf(folder, file), problems.map(diagnosticOf));
      }
  };
  const showFor = (document: vscode.TextDocument): void => {
    if (/(?:^|\/)(?:seaworthy|\.scar-projects)\.json$/.test(document.uri.path)) show();
  };
  show();
  return vscode.Disposable.from(
    collection,
    configs.onDidChange(show),
    vscode.workspace.onDidChangeTextDocument(({ document }) => showFor(document)),
    vscode.workspace.onDidCloseTextDocument(showFor),
  );
}

function problemsOf(folder: FolderProjects, file: string): readonly ConfigProblem[] {
  const uri = uriOf(folder, file).toString();
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri);
  if (!open?.isDirty) return folder.problems.filter((problem) => problem.file === file);
  const text = open.getText();
  const texts = {
    config: file === CONFIG_FILE ? text : undefined,
    seed: file === SEED_FILE ? text : undefined,
  };
  return readProjectTexts(texts, folder.folder.uri.fsPath).problems;
}

function uriOf({ folder }: FolderProjects, file: string): vscode.Uri {
  return vscode.Uri.joinPath(folder.uri, file);
}

function diagnosticOf({ line, message }: ConfigProblem): vscode.Diagnostic {
  const range = new vscode.Range(line - 1, 0, line - 1, WHOLE_LINE);
  const diagnostic = new vscode.Diagnostic(range, oneLine(message, 1000), vscode.DiagnosticSeverity.Error);
  diagnostic.source = 'Seaworthy';
  return diagnostic;
}
