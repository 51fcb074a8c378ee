import * as vscode from 'vscode';
import { oneLine } from '../base/text';
import type { FoundEngine } from '../engine/discovery';
import { SETTINGS, SETTINGS_SECTION } from './ids';

/** Stands for the setting of a place where nothing answers. */
const UNANSWERED = '-';

type Choice = vscode.QuickPickItem & { setting?: string };

/** Handler of "Select Engine": what was found, why the others failed, and an address of one's own. */
export async function selectEngine(find: (signal: AbortSignal) => Promise<FoundEngine[]>): Promise<void> {
  const chosen = await pick(find);
  if (!chosen) return;
  const setting = chosen.setting ?? (await askAddress());
  if (setting === undefined) return;
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  await configuration.update(SETTINGS.engineHost, setting || undefined, vscode.ConfigurationTarget.Global);
}

/** The list is there at once and fills as soon as every place was looked at. */
function pick(find: (signal: AbortSignal) => Promise<FoundEngine[]>): Promise<Choice | undefined> {
  const list = vscode.window.createQuickPick<Choice>();
  const cancel = new AbortController();
  list.title = vscode.l10n.t('Select Engine');
  list.placeholder = vscode.l10n.t('Looking for container engines…');
  list.matchOnDescription = true;
  list.matchOnDetail = true;
  list.busy = true;
  list.items = fixedChoices();
  list.show();
  const show = async (): Promise<void> => {
    try {
      const found = await find(cancel.signal);
      list.items = [...fixedChoices(), ...found.map(choiceOf).sort(byAnswer)];
      list.placeholder = vscode.l10n.t('The engine that audits use and the Containers view shows');
    } catch (error) {
      list.placeholder = vscode.l10n.t('Looking failed: {0}', oneLine(String(error), 200));
    }
    list.busy = false;
  };
  void show();
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      const [chosen] = list.selectedItems;
      // A place where nothing answers is no choice.
      if (!chosen || chosen.setting === UNANSWERED) return;
      resolve(chosen);
      list.hide();
    });
    list.onDidHide(() => {
      cancel.abort();
      list.dispose();
      resolve(undefined);
    });
  });
}

function fixedChoices(): Choice[] {
  return [
    {
      label: vscode.l10n.t('$(search) Find It'),
      detail: vscode.l10n.t('DOCKER_HOST, the current Docker context, then the usual places'),
      setting: '',
      alwaysShow: true,
    },
    {
      label: vscode.l10n.t('$(edit) Enter an Address…'),
      detail: vscode.l10n.t('unix://, tcp://, ssh:// or npipe://'),
      alwaysShow: true,
    },
  ];
}

function choiceOf({ address, sources, setting, answer }: FoundEngine): Choice {
  const by = oneLine(sources.join(', '), 200);
  return answer.found
    ? {
        label: `$(pass) ${oneLine(address, 200)}`,
        description: oneLine(answer.description, 100),
        detail: by,
        setting,
      }
    : {
        label: `$(circle-slash) ${oneLine(address, 200)}`,
        detail: `${by}: ${oneLine(answer.why, 300)}`,
        setting: UNANSWERED,
      };
}

/** Those that answer first; the order of wanting stays otherwise. */
function byAnswer(a: Choice, b: Choice): number {
  return Number(a.setting === UNANSWERED) - Number(b.setting === UNANSWERED);
}

function askAddress(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Engine Address'),
    prompt: vscode.l10n.t(
      'Such as ssh://user@host, tcp://127.0.0.1:2375, unix:///run/user/1000/docker.sock or context:NAME',
    ),
    validateInput: (text) => (text.trim() === '' ? vscode.l10n.t('An address is needed') : undefined),
  });
}
