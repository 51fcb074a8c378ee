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

/** The same where one of our pages is in front, so that it stays in sight; undefined elsewhere, for the place that is used. */
export function columnBesidePage(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const { activeTab } = vscode.window.tabGroups.activeTabGroup;
  return activeTab?.input instanceof vscode.TabInputWebview ? columnFor(uri) : undefined;
}
