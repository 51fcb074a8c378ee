import * as vscode from 'vscode';
import type { FileOutcome, FileProblem, TestOutcome } from '../../audit/production/suite/fileOutcome';
import { capitalize, plainText } from '../../base/text';
import type { TestTree } from './testTree';

/** Writes what came of test files into a run of the editor. */
export class TestResults {
  private readonly waiting = new Map<vscode.TestItem, Set<vscode.TestItem>>();

  constructor(
    private readonly run: vscode.TestRun,
    private readonly tree: TestTree<vscode.TestItem>,
  ) {}

  /** The items whose results a file owes. */
  expect(file: vscode.TestItem, items: readonly vscode.TestItem[]): void {
    this.waiting.set(file, new Set(items));
    for (const item of items) if (item !== file) this.run.enqueued(item);
  }

  started(file: vscode.TestItem): void {
    file.busy = true;
    for (const item of this.waiting.get(file) ?? []) if (item !== file) this.run.started(item);
  }

  /** What a test says must not steer the terminal that shows it. */
  print(text: string, file?: vscode.TestItem): void {
    this.run.appendOutput(plainText(text).replaceAll('\n', '\r\n'), undefined, file);
  }

  /** A line of ours. */
  note(text: string): void {
    this.print(`${capitalize(text)}\n`);
  }

  add(file: vscode.TestItem, { tests, problem, skipped }: FileOutcome): void {
    file.busy = false;
    const waiting = this.waiting.get(file) ?? new Set();
    for (const [name, outcomes] of byName(tests)) {
      const item = this.tree.itemFor(file, name);
      this.tell(item, file, outcomes);
      for (let at: vscode.TestItem | undefined = item; at; at = at.parent) waiting.delete(at);
    }
    this.waiting.delete(file);
    if (skipped !== undefined) for (const item of [...waiting, file]) this.run.skipped(item);
    else if (problem) this.refuse(file, waiting, tests.length > 0, problem);
    else for (const item of waiting) if (item !== file) this.unheardOf(item);
  }

  /** For all files that have said nothing. */
  refuseAll(problem: FileProblem): void {
    for (const [file, waiting] of [...this.waiting]) {
      this.waiting.delete(file);
      file.busy = false;
      this.refuse(file, waiting, false, problem);
    }
  }

  /** The run is cancelled: what has not come will not come. */
  leave(): void {
    for (const file of this.waiting.keys()) file.busy = false;
    this.waiting.clear();
  }

  private refuse(
    file: vscode.TestItem,
    waiting: ReadonlySet<vscode.TestItem>,
    hasResults: boolean,
    problem: FileProblem,
  ): void {
    const message = new vscode.TestMessage(capitalize(plainText(problem.message)));
    const at = problem.line === undefined ? undefined : place(file, problem.line);
    if (at) message.location = at;
    const items = new Set(waiting);
    // The reason stands at the file too, unless that holds results and is owed none.
    if (!hasResults || items.size === 0) items.add(file);
    for (const item of items) this.run.errored(item, message);
    this.print(`${file.label}: ${problem.message}\n`, file);
  }

  private unheardOf(item: vscode.TestItem): void {
    const text = vscode.l10n.t(
      'The runner said nothing of this test: it was not run, or has another name when it is.',
    );
    this.run.errored(item, new vscode.TestMessage(text));
  }

  /** Of tests that share a name the worst counts. */
  private tell(item: vscode.TestItem, file: vscode.TestItem, outcomes: readonly TestOutcome[]): void {
    const { run } = this;
    const of = (status: TestOutcome['status']): TestOutcome[] =>
      outcomes.filter((one) => one.status === status);
    const took = outcomes.reduce((sum, { durationMs }) => sum + (durationMs ?? 0), 0);
    const [errored, failed, passed] = [of('errored'), of('failed'), of('passed')];
    if (!item.range) {
      const line = outcomes.find(({ line: known }) => known !== undefined)?.line;
      if (line !== undefined) item.range = new vscode.Range(line - 1, 0, line - 1, 0);
    }
    if (failed.length > 0)
      run.failed(
        item,
        failed.map((one) => messageOf(one, file)),
        took,
      );
    else if (errored.length > 0)
      run.errored(
        item,
        errored.map((one) => messageOf(one, file)),
        took,
      );
    else if (passed.length > 0) run.passed(item, took);
    else {
      run.skipped(item);
      const why = outcomes.find(({ message }) => message)?.message;
      if (why) run.appendOutput(`${plainText(why).replaceAll('\n', '\r\n')}\r\n`, undefined, item);
    }
  }
}

function byName(tests: readonly TestOutcome[]): Map<string, TestOutcome[]> {
  const found = new Map<string, TestOutcome[]>();
  for (const test of tests) found.set(test.name, [...(found.get(test.name) ?? []), test]);
  return found;
}

function messageOf(
  { message = '', expected, actual, line }: TestOutcome,
  file: vscode.TestItem,
): vscode.TestMessage {
  const text = plainText(message).trim() || vscode.l10n.t('The test failed and gave no reason.');
  const made =
    expected !== undefined && actual !== undefined
      ? vscode.TestMessage.diff(text, plainText(expected), plainText(actual))
      : new vscode.TestMessage(text);
  const at = line === undefined ? undefined : place(file, line);
  if (at) made.location = at;
  return made;
}

/** A line of a report, which may name more lines than there are. */
function place({ uri }: vscode.TestItem, line: number): vscode.Location | undefined {
  return uri && new vscode.Location(uri, new vscode.Position(Math.min(line, 1_000_000) - 1, 0));
}
