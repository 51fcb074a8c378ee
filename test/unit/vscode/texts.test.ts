import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';
import german from '../../../l10n/bundle.l10n.de.json';

const folder = path.join(__dirname, '../../../src/vscode');

/**
 * What is not translated yet: the loops, and what unit tests run without an editor. Sentences of the layers below (reasons of
 * verdicts, messages of rules) are English everywhere.
 */
const LATER = /^loops\/|^containersModel\.ts$|^deploying\/(session|howItEnded)\.ts$/;

/** Words for language models, and what is kept in the log of operations, are English. */
const FOR_MODELS = /^(languageModelTool|toolHost|chatConversation)\.ts$/;

/** Calls whose texts people read. */
const SHOWING =
  /\b(show(Information|Warning|Error)Message|setStatusBarMessage|showQuickPick|createInputBox|UserError|TreeItem|CodeAction|askBefore|chooseContainers|chooseTarget|onTarget|withCancel|withProgress|createWebviewPanel)$/;

/** Properties whose texts people read. */
const SHOWN =
  /^(title|prompt|placeHolder|placeholder|detail|description|tooltip|label|message|question|hurts|done|action)$/;

/** Places in the code at which people would read English in any language. */
function plainTexts(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node, isShown: boolean): void => {
    if (ts.isCallExpression(node) && /l10n\.t$|^t$|^logger\.|\.logger\./.test(node.expression.getText()))
      return;
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node)) return;
    if (isShown && isText(node)) found.push(`${lineOf(source, node)}: ${node.getText()}`);
    // What a callback does is shown no more than anything else.
    const inside = isShown && !ts.isFunctionLike(node) && !ts.isBinaryExpression(node);
    const isCall = ts.isCallExpression(node);
    ts.forEachChild(node, (child) => {
      const isArgument = isCall && child !== node.expression;
      visit(child, (inside && !isArgument) || shows(node, child));
    });
  };
  visit(source, false);
  return found;
}

/** Whether a child is what a call shows, or the value of a property that is shown. */
function shows(node: ts.Node, child: ts.Node): boolean {
  if (ts.isCallExpression(node) || ts.isNewExpression(node))
    return child !== node.expression && SHOWING.test(node.expression.getText()) && !isNode(child);
  if (ts.isPropertyAssignment(node)) return child === node.initializer && SHOWN.test(node.name.getText());
  return false;
}

/** Objects are looked at by their properties; lists hold states and the like. */
const isNode = (node: ts.Node): boolean =>
  ts.isObjectLiteralExpression(node) || ts.isArrayLiteralExpression(node) || ts.isFunctionLike(node);

function isText(node: ts.Node): boolean {
  if (ts.isStringLiteralLike(node)) return isWords(node.text);
  if (!ts.isTemplateExpression(node)) return false;
  return isWords([node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join(' '));
}

/** Names, icons and marks need no translation. */
function isWords(text: string): boolean {
  return /[A-Za-z]{2}/.test(text.replace(/seaworthy(\.[\w.]+)?|\$\([\w~-]+\)|https?:\/\/|\bMB\b/gi, ''));
}

function lineOf(source: ts.SourceFile, node: ts.Node): string {
  return `${path.relative(folder, source.fileName)}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`;
}

/** The texts that are given to `l10n.t`. */
function translatedTexts(source: ts.SourceFile): string[] {
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /\bl10n\.t$|^t$/.test(node.expression.getText())) {
      const [text] = node.arguments;
      assert.ok(
        text && ts.isStringLiteralLike(text),
        `${lineOf(source, node)}: only a plain text can be looked up`,
      );
      found.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

const placeholders = (text: string): string[] => [...(text.match(/\{\d+\}|\$\([\w-]+\)/g) ?? [])].sort();

describe('Texts in src/vscode', () => {
  const sources = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => {
      const name = path.join(folder, file);
      return ts.createSourceFile(name, fs.readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true);
    });

  it('go through vscode.l10n.t where people read them', () => {
    const ready = sources.filter(({ fileName }) => {
      const name = path.relative(folder, fileName);
      return !LATER.test(name) && !FOR_MODELS.test(name);
    });
    assert.ok(ready.length > 40);
    assert.deepEqual(ready.flatMap(plainTexts), []);
  });

  it('have a German text each in l10n/bundle.l10n.de.json, and no other is there', () => {
    const used = [...new Set(sources.flatMap(translatedTexts))].sort();
    assert.deepEqual(Object.keys(german).sort(), used);
    for (const [text, translated] of Object.entries<string>(german))
      assert.deepEqual(placeholders(translated), placeholders(text), text);
  });
});
