import * as path from 'node:path';
import * as vscode from 'vscode';
import { UserError } from '../base/errors';
import { COMMANDS, CONTEXT_KEYS, WALKTHROUGH } from './ids';

type Handler = (...parameters: unknown[]) => Promise<unknown>;

/** Key in the state that the editor keeps for all windows: the sample in which the walkthrough goes on. */
const GOES_ON = 'walkthroughGoesOn';
const MAX_COPIES = 100;

/** The walkthrough, and the sample workspace that it begins with. */
export function firstSteps({ extensionUri, globalState }: vscode.ExtensionContext): [string, Handler][] {
  if (globalState.get<unknown>(GOES_ON) === vscode.workspace.workspaceFolders?.[0]?.uri.toString())
    void globalState.update(GOES_ON, undefined).then(openWalkthrough);
  return [
    [COMMANDS.openWalkthrough, openWalkthrough],
    [
      COMMANDS.openSample,
      (place) => openSample(vscode.Uri.joinPath(extensionUri, 'media', 'sample'), globalState, place),
    ],
  ];
}

async function openWalkthrough(): Promise<void> {
  await vscode.commands.executeCommand('workbench.action.openWalkthrough', WALKTHROUGH, false);
  const hasFolder = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand('setContext', CONTEXT_KEYS.hasFolder, hasFolder);
}

/** Copies the sample to a folder of the user's choice, or the given one, and opens the copy: audits of it change nothing else. */
async function openSample(sample: vscode.Uri, state: vscode.Memento, place: unknown): Promise<void> {
  const parent = place instanceof vscode.Uri ? place : await choosePlace();
  if (!parent) return;
  const copy = await freeName(parent);
  try {
    await vscode.workspace.fs.copy(sample, copy);
  } catch (error) {
    throw new UserError(
      vscode.l10n.t('The sample could not be copied to {0}: {1}', copy.fsPath, (error as Error).message),
      vscode.l10n.t('Choose a folder that you may write to.'),
    );
  }
  await state.update(GOES_ON, copy.toString());
  const isInUse = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await vscode.commands.executeCommand('vscode.openFolder', copy, { forceNewWindow: isInUse });
}

async function choosePlace(): Promise<vscode.Uri | undefined> {
  const [chosen] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Where the Sample Is Copied To'),
      openLabel: vscode.l10n.t('Copy Here'),
      canSelectFiles: false,
      canSelectFolders: true,
    })) ?? [];
  return chosen;
}

/** A folder that is not there yet: what somebody has tried in an earlier copy stays. */
async function freeName(parent: vscode.Uri): Promise<vscode.Uri> {
  const taken = new Set((await vscode.workspace.fs.readDirectory(parent)).map(([name]) => name));
  for (let number = 1; number <= MAX_COPIES; number++) {
    const name = number === 1 ? 'seaworthy-sample' : `seaworthy-sample-${number}`;
    if (!taken.has(name)) return vscode.Uri.joinPath(parent, name);
  }
  throw new UserError(
    vscode.l10n.t('There are {0} copies of the sample in {1}', MAX_COPIES, path.basename(parent.fsPath)),
    vscode.l10n.t('Remove some of them.'),
  );
}
