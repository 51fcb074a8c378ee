import * as vscode from 'vscode';
import type { App } from '../../app';
import { oneLine } from '../../base/text';
import { STEP_NAMES } from '../../loops/loop1/run';

interface Answers {
  resume: (folder: vscode.WorkspaceFolder) => Promise<void>;
  show: (folder: vscode.WorkspaceFolder) => Promise<void>;
}

/** Tells once, at start, of runs whose window or command ended without a word, and offers to go on with them. */
export async function tellInterruptedRuns(
  app: App,
  folders: readonly vscode.WorkspaceFolder[],
  answers: Answers,
): Promise<void> {
  await Promise.all(folders.map((folder) => tellOf(app, folder, answers)));
}

async function tellOf(app: App, folder: vscode.WorkspaceFolder, { resume, show }: Answers): Promise<void> {
  const state = app.stateOf(folder.uri.toString());
  // A folder that nothing is kept of stays that way.
  if (!(await state.exists())) return;
  await state.interruptOrphans();
  const [run] = await state.loop1Runs.list(1);
  if (run?.status !== 'interrupted') return;
  const at =
    run.nextStep === null ? '' : ` before the ${STEP_NAMES[run.nextStep]} of iteration ${run.iteration}`;
  const text = `Loop 1 of ${oneLine(folder.name, 60)} was interrupted${at}. Nothing that was finished is lost.`;
  const chosen = await vscode.window.showInformationMessage(text, 'Resume', 'Show');
  if (chosen === 'Resume') await resume(folder);
  if (chosen === 'Show') await show(folder);
}
