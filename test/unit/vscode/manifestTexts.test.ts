import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import manifest from '../../../package.json';
import english from '../../../package.nls.json';
import german from '../../../package.nls.de.json';
import { NUMBERS } from '../../../src/settings';
import { COMMANDS, SETTINGS, WALKTHROUGH } from '../../../src/vscode/ids';

const root = path.join(__dirname, '../../..');

/** Fields of the manifest that the editor shows to people. */
const SHOWN =
  /^(title|shortTitle|category|displayName|label|description|markdownDescription|userDescription|contents|contextualTitle|deprecationMessage|markdownDeprecationMessage|errorMessage|patternErrorMessage|altText|fullName|sampleRequest|placeholder|enumDescriptions|markdownEnumDescriptions|enumItemLabels)$/;

/** What is written for language models is not shown, and stays in one language. */
const FOR_MODELS = /^(inputSchema|modelDescription|disambiguation|when)$/;

/** Texts that are the same word in both languages. */
const SAME = new Set(['Seaworthy', 'Audits', 'Audit', 'Sandbox']);

interface Shown {
  place: string;
  text: string;
}

/** Every text of the manifest that is shown, with where it stands. */
function shownTexts(node: unknown, place: string, isShown = false): Shown[] {
  if (typeof node === 'string') return isShown ? [{ place, text: node }] : [];
  if (Array.isArray(node))
    return node.flatMap((one, index) => shownTexts(one, `${place}[${index}]`, isShown));
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([key, value]) => {
    if (FOR_MODELS.test(key)) return [];
    // `name` is an id everywhere but in views.
    const isName = key === 'name' && /^contributes\.views\./.test(place);
    return shownTexts(value, place === '' ? key : `${place}.${key}`, SHOWN.test(key) || isName);
  });
}

const { displayName, description, capabilities, contributes } = manifest;
const shown = shownTexts({ displayName, description, capabilities, contributes }, '');

describe('texts of package.json', () => {
  it('stand in package.nls.json, every one', () => {
    const plain = shown.filter(({ text }) => !/^%[\w.:-]+%$/.test(text));
    assert.deepEqual(
      plain.map(
        ({ place, text }) => `${place}: "${text}" belongs into package.nls.json and package.nls.de.json`,
      ),
      [],
    );
    assert.ok(shown.length > 100);
  });

  it('are there for every key that is used, and for no other', () => {
    const used = new Set(JSON.stringify(manifest).match(/(?<="%)[\w.:-]+(?=%")/g));
    assert.deepEqual(Object.keys(english).sort(), [...used].sort());
  });

  it('are there in German too, with the same commands, links and code', () => {
    assert.deepEqual(Object.keys(german).sort(), Object.keys(english).sort());
    for (const [key, text] of Object.entries(english)) {
      const translated = (german as Record<string, string>)[key] ?? '';
      assert.deepEqual(marks(translated), marks(text), key);
      assert.equal(translated === text, SAME.has(text), `${key} is not translated: ${text}`);
    }
  });
});

describe('commands and settings of package.json', () => {
  it('gives every command a title and a category', () => {
    const bare = contributes.commands.filter(({ title, category }) => !title || category !== '%category%');
    assert.deepEqual(bare, []);
  });

  it('walks through steps that exist, with pictures in the colours of the theme', () => {
    const known = new Set([
      ...contributes.commands.map(({ command }) => `onCommand:${command}`),
      ...contributes.views.seaworthy.map(({ id }) => `onView:${id}`),
    ]);
    const [walkthrough] = contributes.walkthroughs;
    assert.equal(WALKTHROUGH, `${manifest.publisher}.${manifest.name}#${walkthrough?.id}`);
    assert.equal(walkthrough?.steps.length, 4);
    for (const { media, completionEvents } of walkthrough?.steps ?? []) {
      for (const event of completionEvents)
        assert.ok(known.has(event) || event.startsWith('onContext:'), event);
      const picture = fs.readFileSync(path.join(root, media.svg), 'utf8');
      assert.match(picture, /<svg [^>]*aria-label="[^"]+"/);
      const colours = [...picture.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour);
      assert.deepEqual(
        colours.filter((colour) => !/^(none|var\(--vscode-[\w-]+\))$/.test(colour ?? '')),
        [],
        media.svg,
      );
    }
  });

  it('lets every command be reached: from the palette, a menu or the light bulb', () => {
    const { commandPalette, ...menus } = contributes.menus;
    const inMenus = new Set(Object.values(menus).flatMap((entries) => entries.map(({ command }) => command)));
    const hidden = commandPalette.filter(({ when }) => when === 'false').map(({ command }) => command);
    const lightBulb = fs.readFileSync(path.join(root, 'src/vscode/codeActions.ts'), 'utf8');
    const nameOf = (id: string): string =>
      Object.entries(COMMANDS).find(([, each]) => each === id)?.[0] ?? id;
    const lost = hidden.filter((id) => !inMenus.has(id) && !lightBulb.includes(`COMMANDS.${nameOf(id)},`));
    assert.deepEqual(lost, []);
  });

  it('reads every setting somewhere', () => {
    const code = sources(path.join(root, 'src')).map((file) => fs.readFileSync(file, 'utf8'));
    const unread = Object.keys(SETTINGS).filter(
      (key) => !(key in NUMBERS) && !code.some((text) => new RegExp(`\\bSETTINGS\\.${key}\\b`).test(text)),
    );
    assert.deepEqual(unread, []);
    const reader = fs.readFileSync(path.join(root, 'src/vscode/configuration.ts'), 'utf8');
    assert.deepEqual(
      Object.keys(NUMBERS).filter((key) => !reader.includes(`number('${key}')`)),
      [],
    );
  });
});

/** What a translation has to keep: code, targets of links, and the dots that announce a question. */
function marks(text: string): string[] {
  return [...(text.match(/`[^`]+`|\]\([^)]+\)|\.\.\.$|…$|\n/g) ?? [])].sort();
}

function sources(folder: string): string[] {
  return fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => path.join(folder, file));
}
