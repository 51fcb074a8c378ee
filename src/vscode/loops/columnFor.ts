import * as vscode from 'vscode';

/** Where a file is shown beside the page: where it, or a difference of it, is open already. */
export function columnFor(uri: vscode.Uri): vscode.ViewColumn {
  const isIt = (other: vscode.Uri): boolean => other.toString() === uri.toString();
  const holds = ({ input }: vscode.Tab): boolean =>
    (input instanceof vscode.TabInputText && isIt(input.uri)) ||
    (input instanceof vscode.TabInputTextDiff && isIt(input.original));
  const group = vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(holds));
  return group?.viewColumn ?? vscode.ViewColumn.Beside;
}
