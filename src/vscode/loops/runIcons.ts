import * as vscode from 'vscode';
import type { RunStatus } from '../../loops/runStatus';

const color = (name: string): vscode.ThemeColor => new vscode.ThemeColor(name);

/** By how a run of either loop stands. */
export const RUN_ICONS: Record<RunStatus, vscode.ThemeIcon> = {
  pending: new vscode.ThemeIcon('circle-outline'),
  running: new vscode.ThemeIcon('loading~spin'),
  paused: new vscode.ThemeIcon('debug-pause'),
  'waiting for you': new vscode.ThemeIcon('bell-dot', color('charts.yellow')),
  interrupted: new vscode.ThemeIcon('warning', color('problemsWarningIcon.foreground')),
  completed: new vscode.ThemeIcon('pass', color('testing.iconPassed')),
  'not converged': new vscode.ThemeIcon('error', color('testing.iconFailed')),
  failed: new vscode.ThemeIcon('error', color('testing.iconFailed')),
  cancelled: new vscode.ThemeIcon('circle-slash'),
};
