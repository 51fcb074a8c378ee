import * as vscode from 'vscode';
import { VIEWS } from './ids';

/** The *Loop Runs* view: empty until loops exist; its welcome text says so. */
export function createLoopRunsView(): vscode.Disposable {
  return vscode.window.createTreeView(VIEWS.loopRuns, {
    treeDataProvider: { getChildren: () => [], getTreeItem: (item: vscode.TreeItem) => item },
  });
}
