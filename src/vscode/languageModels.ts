import * as vscode from 'vscode';
import { orCancelled } from '../base/cancellation';
import { CancelledError, messageOf, throwIfCancelled, UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { MAX_ANSWER } from '../loops/loop1/premortem/modelAnswer';
import type { Model } from '../loops/loop1/premortem/modelScenarios';

const JUSTIFICATION = vscode.l10n.t(
  'Seaworthy asks for ways in which this project may fail. Names and parts of its files are sent, secrets left out.',
);
/** Room for what is added when an answer has to be repaired. */
const SHARE_OF_WINDOW = 0.9;
const OFF = 'off';

/** The language models of the editor, whoever provides them. Who was refused once is not asked for again in this window. */
export class LanguageModels {
  private readonly refused = new Set<string>();

  /** @param setting the name, id or family of the model to be asked; empty for the first that there is, "off" for none */
  constructor(
    private readonly access: vscode.LanguageModelAccessInformation,
    private readonly setting: () => string,
  ) {}

  /** Undefined where there is none, or none is wanted. One that can't be asked says why when it is. */
  async choose(signal: AbortSignal): Promise<Model | undefined> {
    const wanted = this.setting().trim().toLowerCase();
    if (wanted === OFF) return undefined;
    const models = await orCancelled(Promise.resolve(vscode.lm.selectChatModels()), signal);
    const chosen = models.find(
      ({ name, id, family }) =>
        wanted === '' || [name, id, family].some((each) => each.toLowerCase() === wanted),
    );
    if (chosen) return this.modelOf(chosen);
    return wanted === '' ? undefined : absent(wanted, models);
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
    if (this.refused.has(chat.id) && this.access.canSendRequest(chat) !== true) throw notAllowed(chat);
    const messages = [vscode.LanguageModelChatMessage.User(prompt)];
    try {
      return await withToken(signal, async (token) =>
        textOf(await chat.sendRequest(messages, { justification: JUSTIFICATION }, token)),
      );
    } catch (error) {
      throwIfCancelled(signal);
      throw this.explained(chat, error);
    }
  }

  private explained(chat: vscode.LanguageModelChat, error: unknown): Error {
    if (!(error instanceof vscode.LanguageModelError)) return new UserError(messageOf(error));
    switch (error.code) {
      case vscode.LanguageModelError.NoPermissions.name:
        this.refused.add(chat.id);
        return notAllowed(chat);
      case vscode.LanguageModelError.Blocked.name:
        return new UserError(
          vscode.l10n.t('It takes no questions now: {0}', oneLine(error.message, 200)),
          vscode.l10n.t(
            'Its quota may be used up: wait, or choose another in the setting seaworthy.loop1.model.',
          ),
        );
      case vscode.LanguageModelError.NotFound.name:
        return new UserError(
          vscode.l10n.t('It is gone'),
          vscode.l10n.t('Choose another in the setting seaworthy.loop1.model.'),
        );
      default:
        return new UserError(oneLine(messageOf(error.cause ?? error), 200));
    }
  }
}

function notAllowed({ name }: vscode.LanguageModelChat): UserError {
  return new UserError(
    vscode.l10n.t('You have not allowed it'),
    vscode.l10n.t(
      'Allow {0} with "Manage Language Model Access", or set seaworthy.loop1.model to "{1}".',
      oneLine(name, 80),
      OFF,
    ),
  );
}

function absent(wanted: string, models: readonly vscode.LanguageModelChat[]): Model {
  const names = models.map(({ name }) => oneLine(name, 80)).join(', ') || 'none';
  return {
    name: wanted,
    ask: async () => {
      throw new UserError(
        vscode.l10n.t('There is no such model'),
        vscode.l10n.t('The setting seaworthy.loop1.model can name: {0}.', names),
      );
    },
  };
}

/** All that it says, up to what is read of an answer at most. */
async function textOf({ text }: vscode.LanguageModelChatResponse): Promise<string> {
  let said = '';
  for await (const piece of text) {
    said += piece;
    if (said.length > MAX_ANSWER) break;
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
