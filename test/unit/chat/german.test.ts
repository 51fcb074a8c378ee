import assert from 'node:assert/strict';
import german from '../../../l10n/bundle.l10n.de.json';
import type { App } from '../../../src/app';
import { silentLogger } from '../../../src/base/logger';
import { speak } from '../../../src/base/texts';
import { Conversation } from '../../../src/chat/conversation';
import { DeployDesk } from '../../../src/chat/deployDesk';
import { PendingActions } from '../../../src/chat/pending';
import { isYes } from '../../../src/chat/words';
import { NoEngine } from '../../../src/engine/errors';
import type { ToolHost } from '../../../src/tools/tool';

describe('The chat of a German window', () => {
  const app = {
    connectEngine: () => Promise.reject(new NoEngine('keine Engine', 'eine starten')),
  } as unknown as App;
  const host: ToolHost = {
    app,
    folders: () => [],
    isTrusted: () => true,
    audit: () => Promise.resolve([]),
    loop1Of: () => Promise.resolve({ latest: async () => undefined } as never),
    loop2Of: () => Promise.resolve({ latest: async () => undefined } as never),
  };
  const pending = new PendingActions();
  const desk = new DeployDesk(app, async () => undefined);
  const chat = new Conversation({ host, desk, activeFile: () => undefined, logger: silentLogger, pending });
  async function say(prompt: string, command?: string, asked?: string): Promise<string> {
    const said: string[] = [];
    const write = (text: string): void => void said.push(text);
    const { suggestions } = await chat.turn(
      { command, prompt, asked, signal: new AbortController().signal },
      { say: write, show: write, print: write, progress: write },
    );
    return [...said, ...suggestions.map(({ label }) => label)].join('\n');
  }
  before(() => speak('de', german));
  after(() => speak('en', undefined));

  it('answers in German alone', async () => {
    const answers = await Promise.all([
      say('', 'help'),
      say('', 'audit'),
      say('', 'deploy'),
      say('shop', 'restart'),
      say('x'.repeat(400), 'status'),
    ]);
    assert.match(answers.join('\n'), /ohne ein Sprachmodell zu fragen[\s\S]*Keine Datei ist geöffnet/);
    for (const answer of answers) assert.doesNotMatch(answer, /\b(the|is|of|and|no|you|not|with)\b/i, answer);
  });

  it('takes a yes in either language, and nothing else', async () => {
    const answers = ['ja', 'Ja.', 'yes', 'nein', 'jawohl', 'y'].map(async (prompt) => {
      const id = pending.add({
        command: 'restart',
        title: 'X',
        question: '',
        run: async () => 'Erledigt',
        next: [],
      });
      return (await say(prompt, undefined, id)).includes('Erledigt');
    });
    assert.deepEqual(await Promise.all(answers), [true, true, true, false, false, true]);
    speak('en', undefined);
    assert.equal(isYes('ja'), false);
    speak('de', german);
  });
});
