import * as vscode from 'vscode';
import type { App } from '../app';
import { messageOf } from '../base/errors';
import { oneLine } from '../base/text';
import { isImageReference } from '../sandbox/imageReference';
import type { LocalImage } from '../sandbox/imageReference';
import { defaultSettings } from '../settings';
import type { Settings } from '../settings';
import { SETTINGS, SETTINGS_SECTION } from './ids';

type Family = keyof Settings['images'];

interface Choice extends vscode.QuickPickItem {
  /** What the setting gets; undefined asks for it. */
  reference?: string | undefined;
  /** The same for exactly this content. */
  pinned?: string;
}

const PIN: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('pin'),
  tooltip: vscode.l10n.t('Select exactly this content, by its digest'),
};
const LANGUAGES: Record<Family, string> = {
  node: vscode.l10n.t('JavaScript and TypeScript'),
  python: vscode.l10n.t('Python'),
};
const KEYS: Record<Family, string> = { node: SETTINGS.nodeImage, python: SETTINGS.pythonImage };

/** Handler of "Sandbox: Select Image": for which language, then an image of the engine, the default, or another by name. */
export async function selectImage(app: App, settings: () => Settings): Promise<string | undefined> {
  const { images } = settings();
  const languages = (Object.keys(LANGUAGES) as Family[]).map((family) => ({
    label: LANGUAGES[family],
    description: oneLine(images[family], 200),
    family,
  }));
  const language = await vscode.window.showQuickPick(languages, {
    title: vscode.l10n.t('Sandbox: Select Image'),
    placeHolder: vscode.l10n.t('What the image is for'),
  });
  if (!language) return undefined;
  const { family } = language;
  const chosen = await pick(family, images[family], (signal) => app.localImages(family, signal));
  if (chosen === undefined) return undefined;
  const reference = chosen === '' ? await askReference(images[family]) : chosen;
  if (reference === undefined) return undefined;
  await store(family, reference);
  return reference;
}

/** Resolves to a reference, an empty text for one that is to be asked for, undefined for none. */
function pick(
  family: Family,
  current: string,
  find: (signal: AbortSignal) => Promise<LocalImage[]>,
): Promise<string | undefined> {
  const list = vscode.window.createQuickPick<Choice>();
  const cancel = new AbortController();
  const fixed = fixedChoices(family);
  list.title = vscode.l10n.t('Image for {0}', LANGUAGES[family]);
  list.placeholder = vscode.l10n.t("Looking for the engine's images…");
  list.matchOnDescription = true;
  list.busy = true;
  list.items = fixed;
  list.show();
  const show = async (): Promise<void> => {
    try {
      const found = await find(cancel.signal);
      list.items = [...fixed, ...found.map((image) => choiceOf(image, current))];
      list.placeholder =
        found.length > 0
          ? vscode.l10n.t('The pin selects by digest: another image of the same name is then never used')
          : vscode.l10n.t('The engine has no images yet: the default is pulled with the first audit');
    } catch (error) {
      list.placeholder = vscode.l10n.t(
        "The engine's images are not known: {0}",
        oneLine(messageOf(error), 200),
      );
    }
    list.busy = false;
  };
  void show();
  return new Promise((resolve) => {
    list.onDidAccept(() => {
      const [choice] = list.selectedItems;
      if (!choice) return;
      resolve(choice.reference ?? '');
      list.hide();
    });
    list.onDidTriggerItemButton(({ item }) => {
      resolve(item.pinned ?? item.reference);
      list.hide();
    });
    list.onDidHide(() => {
      cancel.abort();
      list.dispose();
      resolve(undefined);
    });
  });
}

function fixedChoices(family: Family): Choice[] {
  const fallback = defaultSettings.images[family];
  return [
    { label: vscode.l10n.t('$(home) Default'), description: fallback, reference: fallback, alwaysShow: true },
    {
      label: vscode.l10n.t('$(edit) Enter a Reference…'),
      description: vscode.l10n.t('NAME:TAG, NAME@sha256:… or REGISTRY/NAME:TAG'),
      alwaysShow: true,
    },
  ];
}

function choiceOf({ name, pinned, size }: LocalImage, current: string): Choice {
  const icon = current === name || current === pinned ? 'check' : 'package';
  return {
    label: `$(${icon}) ${oneLine(name, 200)}`,
    description: `${Math.round(size / 1e6)} MB`,
    reference: name,
    pinned,
    buttons: [PIN],
  };
}

function askReference(current: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: vscode.l10n.t('Image Reference'),
    value: current,
    prompt: vscode.l10n.t(
      'Such as python:3.12-slim or registry.example/team/node@sha256:…; it is pulled with the first audit',
    ),
    validateInput: (text) =>
      isImageReference(text.trim()) ? undefined : vscode.l10n.t('This is no name of an image'),
  });
}

/** In the workspace's settings when they name one already, else in the user's. */
async function store(family: Family, reference: string): Promise<void> {
  const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
  const key = KEYS[family];
  const isOfWorkspace = configuration.inspect(key)?.workspaceValue !== undefined;
  const target = isOfWorkspace ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global;
  const value = reference.trim();
  await configuration.update(key, value === defaultSettings.images[family] ? undefined : value, target);
}
