import { t } from '../base/texts';
import { cardsText } from '../loops/loop1/runText';
import { asMaterial, FOLDER } from './properties';
import { folderNamed } from './places';
import type { Tool } from './tool';

interface CardsInput {
  folder?: string;
}

export const premortemCards: Tool<CardsInput> = {
  name: 'premortem_cards',
  title: () => t('Show the Pre-Mortem Cards'),
  description:
    'Gives the cards of the last Loop 1 of the workspace: ways in which the project may fail, each with its priority (P0 worst), evidence by file and line, and what prevents it, and the failure rate now. Use it before you plan or begin a change, so that it does not make a known risk worse. Does not begin a Loop 1; the user does.',
  inputSchema: { type: 'object', properties: { folder: FOLDER }, additionalProperties: false },
  isReadOnly: true,
  run: async ({ folder }, host, call) => {
    const run = await (await host.loop1Of(folderNamed(host, folder))).latest();
    if (!run)
      return t(
        'There is no pre-mortem of this workspace yet. "Seaworthy: Start Loop 1" begins one, or "seaworthy loop1 start" on the command line.',
      );
    return asMaterial(t('a pre-mortem of the workspace, with words of its files'), cardsText(run), call);
  },
};
