import * as vscode from 'vscode';
import type { ChosenTest } from '../../audit/production/suite/chosenTests';
import { relativeInside } from '../../base/paths';
import type { TestTree } from './testTree';

/** A test file that is to be run. */
interface WantedFile {
  item: vscode.TestItem;
  /** Undefined for all of its tests. */
  tests: vscode.TestItem[] | undefined;
}

/** Test files of one folder that are to be run, by their paths in it. */
export interface WantedFolder {
  folder: vscode.WorkspaceFolder;
  files: Map<string, WantedFile>;
}

/** What a request asks for, folder by folder. Items that belong to no open folder are left out. */
export function wantedOf(
  { include, exclude = [] }: vscode.TestRunRequest,
  all: vscode.TestItemCollection,
  tree: TestTree<vscode.TestItem>,
): WantedFolder[] {
  const items: vscode.TestItem[] = [];
  if (include) items.push(...include);
  else all.forEach((item) => items.push(item));
  const excluded = new Set(exclude);
  const files = new Map<vscode.TestItem, WantedFile>();
  for (const item of items) {
    const file = fileOf(item);
    const known = files.get(file);
    if (isExcluded(item, excluded)) continue;
    if (item === file) files.set(file, { item: file, tests: undefined });
    else if (!known) files.set(file, { item: file, tests: [item] });
    else known.tests?.push(item);
  }
  return byFolder([...files.values()].map((file) => without(file, excluded, tree)));
}

/** What the runner is told of a file's tests. */
export function chosenOf(
  { tests }: WantedFile,
  tree: TestTree<vscode.TestItem>,
): readonly ChosenTest[] | undefined {
  return tests?.flatMap((item) => tree.chosen(item) ?? []);
}

/** The item under which a file's coverage was counted: that of the one test or suite where no other was chosen. */
export function coveringItem({ item, tests }: WantedFile): vscode.TestItem {
  return tests?.length === 1 ? (tests[0] ?? item) : item;
}

/** The items whose results are expected; of a file whose tests are not known yet, its own. */
export function expectedOf({ item, tests }: WantedFile, tree: TestTree<vscode.TestItem>): vscode.TestItem[] {
  return (tests ?? [item]).flatMap((each) => tree.leaves(each));
}

function without(
  file: WantedFile,
  excluded: ReadonlySet<vscode.TestItem>,
  tree: TestTree<vscode.TestItem>,
): WantedFile {
  const expected = expectedOf(file, tree);
  const left = expected.filter((item) => !isExcluded(item, excluded));
  return left.length === expected.length ? file : { item: file.item, tests: left };
}

function isExcluded(item: vscode.TestItem, excluded: ReadonlySet<vscode.TestItem>): boolean {
  for (let at: vscode.TestItem | undefined = item; at; at = at.parent) if (excluded.has(at)) return true;
  return false;
}

function fileOf(item: vscode.TestItem): vscode.TestItem {
  let file = item;
  while (file.parent) file = file.parent;
  return file;
}

function byFolder(files: readonly WantedFile[]): WantedFolder[] {
  const folders = new Map<string, WantedFolder>();
  for (const file of files) {
    const { uri } = file.item;
    const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
    const path = folder && relativeInside(folder.uri.fsPath, uri.fsPath);
    if (!folder || path === undefined) continue;
    const wanted = folders.get(folder.uri.toString()) ?? { folder, files: new Map<string, WantedFile>() };
    folders.set(folder.uri.toString(), wanted);
    wanted.files.set(path, file);
  }
  return [...folders.values()];
}
