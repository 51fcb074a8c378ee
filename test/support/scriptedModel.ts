import type { Evaluate } from './evaluatorClient';

/** In the place of an answer: none comes until the question is taken back. */
export const NO_ANSWER = '(none)';

/** Has to be contributed by an extension: the one that carries the tests does. */
export const SCRIPTED_VENDOR = 'seaworthy-tests';

export interface ScriptedModel {
  /** What it was asked so far. */
  prompts(): Promise<string[]>;
}

/** A language model of the editor that gives these answers in turn, and the last one for ever. */
export async function registerScriptedModel(
  evaluate: Evaluate,
  answers: readonly string[],
): Promise<ScriptedModel> {
  await evaluate(
    (vscode, vendor, said, none) => {
      const prompts: string[] = [];
      (globalThis as { scriptedPrompts?: string[] }).scriptedPrompts = prompts;
      vscode.lm.registerLanguageModelChatProvider(vendor, {
        provideLanguageModelChatInformation: () => [
          {
            ...{ id: 'scripted', name: 'Scripted Model', family: 'scripted', version: '1' },
            ...{ maxInputTokens: 200_000, maxOutputTokens: 20_000, capabilities: {} },
          },
        ],
        provideLanguageModelChatResponse: async (_model, messages, _options, progress, token) => {
          const parts = messages.flatMap(({ content }) => content);
          const words = parts.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''));
          const answer = said[Math.min(prompts.push(words.join('')), said.length) - 1] ?? '';
          if (answer === none)
            return new Promise<void>((resolve) => token.onCancellationRequested(() => resolve()));
          // In pieces, as models answer.
          for (let at = 0; at < answer.length; at += 100)
            progress.report(new vscode.LanguageModelTextPart(answer.slice(at, at + 100)));
        },
        provideTokenCount: async (_model, text) => JSON.stringify(text).length / 4,
      });
    },
    SCRIPTED_VENDOR,
    [...answers],
    NO_ANSWER,
  );
  return {
    prompts: () => evaluate(() => (globalThis as { scriptedPrompts?: string[] }).scriptedPrompts ?? []),
  };
}
