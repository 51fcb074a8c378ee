import * as vscode from 'vscode';
import { orCancelled } from '../base/cancellation';
import { CancelledError, messageOf, throwIfCancelled, UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { MAX_ANSWER } from '../loops/loop1/premortem/modelAnswer';
import { MAX_ANSWER as MAX_STEP } from '../loops/loop2/model/step';
import { ModelBusy } from '../loops/model';
import type { Model } from '../loops/model';
import { SETTINGS, SETTINGS_SECTION } from './ids';

/** Room for what is added when an answer has to be repaired. */
const SHARE_OF_WINDOW = 0.9;
const OFF = 'off';

/** What models are asked for. */
interface Purpose {
  /** The setting that names the model to be asked. */
  setting: string;
  /** Name, id or family of the model; empty for the first that there is, "off" for none. */
  wanted: () => string;
  /** For the question whether the model may be used. */
  justification: string;
  /** More of an answer is not read, in characters. */
  maxAnswer: number;
}

/** The language models of the editor, whoever provides them. Who was refused once is not asked for again in this window. */
class LanguageModels {
  private readonly refused = new Set<string>();

  constructor(
    private readonly access: vscode.LanguageModelAccessInformation,
    private readonly purpose: Purpose,
  ) {}

  /** Undefined where there is none, or none is wanted. One that can't be asked says why when it is. */
  async choose(signal: AbortSignal): Promise<Model | undefined> {
    const wanted = this.purpose.wanted().trim().toLowerCase();
    if (wanted === OFF) return undefined;
    const models = await orCancelled(Promise.resolve(vscode.lm.selectChatModels()), signal);
    const chosen = models.find(
      ({ name, id, family }) =>
        wanted === '' || [name, id, family].some((each) => each.toLowerCase() === wanted),
    );
    if (chosen) return this.modelOf(chosen);
    return wanted === '' ? undefined : this.absent(wanted, models);
  }

  /** The same where there has to be one: rejects with `UserError` that says what to do about it. */
  async needed(signal: AbortSignal): Promise<Model> {
    const model = await this.choose(signal);
    if (model) return model;
    const { setting, wanted } = this.purpose;
    throw wanted().trim().toLowerCase() === OFF
      ? new UserError(
          vscode.l10n.t('The setting {0} is "{1}"', setting, OFF),
          vscode.l10n.t('Name a model in it, or clear it.'),
        )
      : new UserError(
          vscode.l10n.t('The editor offers no language model'),
          vscode.l10n.t(
            'Install an extension that provides one and sign in to it (such as GitHub Copilot Chat), or do the task yourself.',
          ),
        );
  }

  private modelOf(chat: vscode.LanguageModelChat): Model {
    return {
      name: chat.name,
      ask: (prompt, signal) => this.ask(chat, prompt, signal),
      fits: async (prompt, signal) => {
        const { maxInputTokens: most } = chat;
        if (!(most > 0)) return true;
        const tokens = await withToken(signal, (token) => chat.countTokens(prompt, token));
        return tokens <= most * SHARE_OF_WINDOW;
      },
    };
  }

  private async ask(chat: vscode.LanguageModelChat, prompt: string, signal: AbortSignal): Promise<string> {
    const { justification, maxAnswer } = this.purpose;
    if (this.refused.has(chat.id) && this.access.canSendRequest(chat) !== true) throw this.notAllowed(chat);
    const messages = [vscode.LanguageModelChatMessage.User(prompt)];
    try {
      return await withToken(signal, async (token) =>
        textOf(await chat.sendRequest(messages, { justification }, token), maxAnswer),
      );
    } catch (error) {
      throwIfCancelled(signal);
      throw this.explained(chat, error);
    }
  }

  private explained(chat: vscode.LanguageModelChat, error: unknown): Error {
    const { setting } = this.purpose;
    if (!(error instanceof vscode.LanguageModelError)) return new UserError(messageOf(error));
    switch (error.code) {
      case vscode.LanguageModelError.NoPermissions.name:
        this.refused.add(chat.id);
        return this.notAllowed(chat);
      case vscode.LanguageModelError.Blocked.name:
        return new ModelBusy(
          vscode.l10n.t('It takes no questions now: {0}', oneLine(error.message, 200)),
          vscode.l10n.t('Its quota may be used up: wait, or choose another in the setting {0}.', setting),
        );
      case vscode.LanguageModelError.NotFound.name:
        return new UserError(
          vscode.l10n.t('It is gone'),
          vscode.l10n.t('Choose another in the setting {0}.', setting),
        );
      default:
        return new UserError(oneLine(messageOf(error.cause ?? error), 200));
    }
  }

  private notAllowed({ name }: vscode.LanguageModelChat): UserError {
    return new UserError(
      vscode.l10n.t('You have not allowed it'),
      vscode.l10n.t(
        'Allow {0} with "Manage Language Model Access", or set {1} to "{2}".',
        oneLine(name, 80),
        this.purpose.setting,
        OFF,
      ),
    );
  }

  private absent(wanted: string, models: readonly vscode.LanguageModelChat[]): Model {
    const names = models.map(({ name }) => oneLine(name, 80)).join(', ') || 'none';
    const { setting } = this.purpose;
    return {
      name: wanted,
      ask: async () => {
        throw new UserError(
          vscode.l10n.t('There is no such model'),
          vscode.l10n.t('The setting {0} can name: {1}.', setting, names),
        );
      },
    };
  }
}

/** All that it says, up to what is read of an answer at most. */
async function textOf({ text }: vscode.LanguageModelChatResponse, most: number): Promise<string> {
  let said = '';
  for await (const piece of text) {
    said += piece;
    if (said.length > most) break;
  }
  return said;
}

/** Work that is cancelled by a token when `signal` aborts; rejects with `CancelledError` then, whatever the work does. */
async function withToken<T>(
  signal: AbortSignal,
  work: (token: vscode.CancellationToken) => Thenable<T>,
): Promise<T> {
  if (signal.aborted) throw new CancelledError();
  const source = new vscode.CancellationTokenSource();
  try {
    return await orCancelled(Promise.resolve(work(source.token)), signal);
  } finally {
    // Also where enough was heard before the end.
    source.cancel();
    source.dispose();
  }
}

/** Those for the scenarios of a Loop 1, and those for the tasks of a Loop 2. */
export function languageModels(access: vscode.LanguageModelAccessInformation): {
  scenarios: LanguageModels;
  tasks: LanguageModels;
} {
  const named = (key: string): string => vscode.workspace.getConfiguration(SETTINGS_SECTION).get(key, '');
  return {
    scenarios: new LanguageModels(access, {
      setting: `${SETTINGS_SECTION}.${SETTINGS.loop1Model}`,
      wanted: () => named(SETTINGS.loop1Model),
      justification: vscode.l10n.t(
        'Seaworthy asks for ways in which this project may fail. Names and parts of its files are sent, secrets left out.',
      ),
      maxAnswer: MAX_ANSWER,
    }),
    tasks: new LanguageModels(access, {
      setting: `${SETTINGS_SECTION}.${SETTINGS.loop2Model}`,
      wanted: () => named(SETTINGS.loop2Model).trim() || named(SETTINGS.loop1Model),
      justification: vscode.l10n.t(
        'Seaworthy lets it work on a task of Loop 2. It may see files of this project, secrets left out. What it writes is audited and shown before anything is changed.',
      ),
      maxAnswer: MAX_STEP,
    }),
  };
}
