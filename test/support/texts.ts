import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import * as path from 'node:path';
import ts from 'typescript';

const root = path.join(__dirname, '../..');

/** The program texts of a folder of the repository, and of the folders in it. */
export function sourcesIn(folder: string): ts.SourceFile[] {
  return fs
    .readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
    .map((file) => {
      const name = path.join(root, folder, file);
      return ts.createSourceFile(name, fs.readFileSync(name, 'utf8'), ts.ScriptTarget.Latest, true);
    });
}

/** The texts that are looked up in the bundle of a language: those given to `l10n.t`, and to `t` and `plural` of src/base/texts. */
export function translatedTexts(source: ts.SourceFile): string[] {
  const found: string[] = [];
  visitCalls(source, (call) => {
    const name = lookUp(call);
    if (name === undefined) return;
    for (const text of name === 'plural' ? call.arguments.slice(1, 3) : call.arguments.slice(0, 1)) {
      assert.ok(ts.isStringLiteralLike(text), `${placeOf(call)}: only a plain text can be looked up`);
      found.push(text.text);
    }
  });
  return found;
}

/** Calls of `t` and `plural` that are made before anybody has said which language it is. */
export function tooEarly(source: ts.SourceFile): string[] {
  const found: string[] = [];
  visitCalls(source, (call) => {
    if (lookUp(call) === undefined || call.expression.getText().includes('l10n.')) return;
    if (!ts.findAncestor(call, ts.isFunctionLike)) found.push(placeOf(call));
  });
  return found;
}

/** The texts of a page's HTML: between its tags, and in attributes that are shown or read out. */
export function htmlTexts(file: string): string[] {
  const html = fs.readFileSync(path.join(root, file), 'utf8');
  const attributes = [...html.matchAll(/\s(?:title|aria-label|placeholder)="([^"]*)"/g)];
  return [...html.split(/<[^>]*>/), ...attributes.map(([, text = '']) => text)]
    .map((text) => text.trim().replace(/\s+/g, ' '))
    .filter((text) => /[a-z]{2}/i.test(text));
}

/** How a text is looked up; undefined for any other call. */
function lookUp(call: ts.CallExpression): 't' | 'plural' | undefined {
  const name = call.expression.getText();
  if (/(^|\.)l10n\.t$/.test(name)) return 't';
  if (name !== 't' && name !== 'plural') return undefined;
  return /from '[./]+\/(base\/)?texts'|= vscode\.l10n|^export function speak/m.test(call.getSourceFile().text)
    ? name
    : undefined;
}

function visitCalls(node: ts.Node, hear: (call: ts.CallExpression) => void): void {
  visitNodes(node, (each) => {
    if (ts.isCallExpression(each)) hear(each);
  });
}

function visitNodes(node: ts.Node, hear: (each: ts.Node) => void): void {
  hear(node);
  ts.forEachChild(node, (child) => visitNodes(child, hear));
}

/** What of the calls in a program is no text for people, whatever stands in it. */
interface Silent {
  /** Calls none of whose texts are shown. */
  calls: RegExp;
  /** Of some calls, which of the texts are: `made` shows its second. */
  shows: Readonly<Record<string, readonly number[]>>;
}

export interface PlainText {
  place: string;
  text: string;
}

/** Sentences and titles in a program that are not looked up, so that people would read English in any language. */
export function plainTexts(source: ts.Node, silent: Silent): PlainText[] {
  const found: PlainText[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return;
    const text = textOf(node);
    if (text !== undefined && (isSaid(text) || (isShown(node) && /[a-z]{2}/i.test(withoutNames(text)))))
      found.push({ place: placeOf(node), text });
    ts.forEachChild(node, (child) => {
      if (!isSilent(node, child, silent)) visit(child);
    });
  };
  visit(source);
  return found;
}

/** Names of the classes of errors whose messages people read: `UserError`, and what is derived from it. */
export function errorClasses(sources: readonly ts.SourceFile[]): Set<string> {
  const known = new Set(['UserError']);
  const derived = new Map<string, string>();
  for (const source of sources)
    visitNodes(source, (node) => {
      if (!ts.isClassDeclaration(node)) return;
      const base = node.heritageClauses?.[0]?.types[0]?.expression.getText();
      if (node.name && base) derived.set(node.name.text, base);
    });
  for (let size = 0; size !== known.size;) {
    size = known.size;
    for (const [name, base] of derived) if (known.has(base)) known.add(name);
  }
  return known;
}

/** What errors say that is not looked up: where they are made, and in the constants and functions of their file that say it for them. */
export function plainErrors(
  source: ts.SourceFile,
  classes: ReadonlySet<string>,
  silent: Silent,
): PlainText[] {
  const made = new Map<string, ts.Node>();
  visitNodes(source, (node) => {
    if (ts.isVariableDeclaration(node) && node.initializer) made.set(node.name.getText(), node.initializer);
    if (ts.isFunctionDeclaration(node) && node.name && node.body) made.set(node.name.text, node.body);
  });
  const found = new Map<string, PlainText>();
  const look = (said: ts.Node): void => {
    for (const each of plainTexts(said, silent)) found.set(`${each.place} ${each.text}`, each);
  };
  visitNodes(source, (node) => {
    const isError = ts.isNewExpression(node) && classes.has(node.expression.getText());
    if (!isError && !isSuperOf(node, classes)) return;
    for (const argument of node.arguments ?? []) {
      look(argument);
      const name = ts.isCallExpression(argument) ? argument.expression : argument;
      const says = ts.isIdentifier(name) ? made.get(name.text) : undefined;
      if (says) look(says);
    }
  });
  return [...found.values()];
}

function isSuperOf(node: ts.Node, classes: ReadonlySet<string>): node is ts.CallExpression {
  if (!ts.isCallExpression(node) || node.expression.kind !== ts.SyntaxKind.SuperKeyword) return false;
  return classes.has(ts.findAncestor(node, ts.isClassDeclaration)?.name?.text ?? '');
}

/** Properties whose texts people read, be they a word or two. */
const SHOWN =
  /^(title|prompt|placeHolder|placeholder|detail|description|tooltip|label|message|question|hurts|done|action)$/;

function isShown({ parent }: ts.Node): boolean {
  return ts.isPropertyAssignment(parent) && SHOWN.test(parent.name.getText());
}

function isSilent(node: ts.Node, child: ts.Node, silent: Silent): boolean {
  if (ts.isPropertyAssignment(node)) return child === node.name;
  if (ts.isElementAccessExpression(node)) return child === node.argumentExpression;
  if (ts.isCaseClause(node)) return child === node.expression;
  if (textOf(child) === undefined) return false;
  if (ts.isBinaryExpression(node))
    return /^[!=]==$|^in$/.test(node.operatorToken.getText()) || /\.className$/.test(node.left.getText());
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return false;
  const name = node.expression.getText();
  if (silent.calls.test(name) || (ts.isCallExpression(node) && lookUp(node) !== undefined)) return true;
  const shown = silent.shows[name];
  return shown !== undefined && !shown.includes(node.arguments?.findIndex((each) => each === child) ?? -1);
}

/** What is written there, with `0` for each value in it. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteralLike(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)].join('0');
}

/** Words with a space between them, or one that begins as a title does. */
function isSaid(text: string): boolean {
  const words = withoutNames(text);
  return /^[A-Z][a-z]/.test(words) || (/[a-z]{2}/i.test(words) && /[a-z,.;:)] | [a-z]{2}/i.test(words));
}

/** Names, icons, addresses and units are the same in any language. */
function withoutNames(text: string): string {
  return text.replace(/seaworthy(\.[\w.]+)?|\$\([\w~-]+\)|https?:\/\/\S*|\bMB\b/gi, '');
}

function placeOf(node: ts.Node): string {
  const source = node.getSourceFile();
  const { line } = source.getLineAndCharacterOfPosition(node.getStart());
  return `${path.relative(root, source.fileName)}:${line + 1}`;
}
