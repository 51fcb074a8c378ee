import assert from 'node:assert/strict';
import * as path from 'node:path';
import german from '../../../l10n/bundle.l10n.de.json';
import {
  errorClasses,
  htmlTexts,
  plainErrors,
  plainTexts,
  sourcesIn,
  tooEarly,
  translatedTexts,
} from '../../support/texts';

const root = path.join(__dirname, '../../..');
const inRepository = (file: string): string => path.relative(root, file).split(path.sep).join('/');

/** Words for language models, and what is kept in the log of operations, are English. */
const FOR_MODELS = /^src\/vscode\/(languageModelTool|toolHost|chatConversation)\.ts$/;

/** Errors that are English in any language, by file: why. */
const ENGLISH_ERRORS: Readonly<Record<string, string>> = {
  'src/audit/syntax/analyzeSource.ts': 'made in the thread of the parser, which is told no language',
  'src/store/indexService.ts': 'made in the thread that reads state',
  'src/store/recovery.ts': 'made in the thread that reads state',
  'src/store/singleFile.ts': 'made in the thread that reads state',
};

/** How a command of the chat is called: `/logs [PROJECT] [LINES]`. */
const USAGE = /^\/[a-z]+( \[[A-Z/.[\]]+\])+$/;

/** Of what is called: what shows nothing, and which arguments are shown. */
const SILENT = {
  calls: new RegExp(
    [
      '(^|\\.)(executeCommand|get|has|includes|replace|replaceAll|split|startsWith|operation)$',
      '^(element|post|fill|refill|icon|Error)$|logger\\.\\w+$',
      '\\.(closest|querySelector|querySelectorAll)$',
    ].join('|'),
  ),
  shows: { made: [1], around: [], button: [0], drawn: [2] },
};
/** What is kept in a run is English, as agents and the command line read it too. */
const KEPT = /^(named by a person|tasks written by hand|The audit was cancelled\.|Loop 1)$/;

/** What looks like words, and is read by programs: class names, documents, and the words of commands and operations. */
const NO_TEXTS =
  /^(needs you|Cards|Research|Run|probe failed|box warning|source source-0|not run|roll back|put back|containers status|the chat of the editor)$|^<!doctype|^default-src|exec sh$/i;

const PAGES = ['logs', 'details', 'deploy', 'loop1', 'loop2'].map((name) => `media/pages/${name}.html`);

const placeholders = (text: string): string[] => [...(text.match(/\{\d+\}|\$\([\w-]+\)/g) ?? [])].sort();

describe('Texts that people read in the editor', () => {
  const sources = [...sourcesIn('src'), ...sourcesIn('media/pages')];
  const from = (folder: string) =>
    sources.filter(({ fileName }) => inRepository(fileName).startsWith(folder));

  it('are looked up, all of them, in src/vscode and in the programs of pages', () => {
    const ready = [...from('src/vscode'), ...from('media/pages')].filter(({ fileName }) => {
      return !FOR_MODELS.test(inRepository(fileName));
    });
    assert.ok(ready.length > 60);
    const plain = ready
      .flatMap((source) => plainTexts(source, SILENT))
      .filter(({ text }) => !NO_TEXTS.test(text) && !KEPT.test(text));
    assert.deepEqual(plain, []);
  });

  it('are looked up in the chat', () => {
    assert.ok(from('src/chat').length > 3);
    const plain = from('src/chat').flatMap((source) => plainTexts(source, SILENT));
    assert.deepEqual(
      plain.filter(({ text }) => !USAGE.test(text)),
      [],
    );
  });

  it('are looked up where an error says what went wrong, below src/vscode too', () => {
    const below = from('src').filter(({ fileName }) => !/^src\/(vscode|cli)\b/.test(inRepository(fileName)));
    const classes = errorClasses(below);
    assert.ok(['NoEngine', 'RunIsBusy', 'SandboxUnavailable'].every((name) => classes.has(name)));
    const plain = (source: (typeof below)[number]) => plainErrors(source, classes, SILENT);
    const isExcepted = ({ fileName }: { fileName: string }): boolean =>
      inRepository(fileName) in ENGLISH_ERRORS;
    assert.deepEqual(below.filter((source) => !isExcepted(source)).flatMap(plain), []);
    const needless = Object.keys(ENGLISH_ERRORS).filter(
      (file) => !below.some((source) => inRepository(source.fileName) === file && plain(source).length > 0),
    );
    assert.deepEqual(needless, []);
  });

  it('have the times and numbers of the language in them', () => {
    const ready = sources;
    const others = ready.flatMap(({ text, fileName }) =>
      [...text.matchAll(/\.toLocale\w*String\((?!locale\(\)|language)[^)]*\)/g)].map(
        ([call]) => `${inRepository(fileName)}: ${call}`,
      ),
    );
    assert.deepEqual(others, []);
  });

  it('are not looked up before it is known which language it is', () => {
    assert.deepEqual(from('src').flatMap(tooEarly), []);
  });

  it('have a German text each in l10n/bundle.l10n.de.json, and no other is there', () => {
    const inPages = PAGES.flatMap(htmlTexts);
    const used = new Set([...sources.flatMap(translatedTexts), ...inPages]);
    const missing = [...used].filter((text) => !(text in german));
    const unused = Object.keys(german).filter((text) => !used.has(text));
    assert.deepEqual({ missing, unused }, { missing: [], unused: [] });
  });

  it('have the same placeholders in German', () => {
    for (const [text, translated] of Object.entries<string>(german))
      assert.deepEqual(placeholders(translated), placeholders(text), text);
  });
});
