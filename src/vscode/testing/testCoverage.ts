import * as vscode from 'vscode';
import type { Place } from '../../audit/coverable';
import type { Reached } from '../../audit/production/coverage/measure';
import type { CoveredFile } from '../../audit/production/suite/projectCoverage';

/** A count is as high as the code under test likes; the editor shows it as it is. */
const MAX_COUNT = 1_000_000_000;

interface Known {
  file: CoveredFile;
  tests: Map<string, string>;
}

/** What the editor asks for when somebody opens a covered file. */
const known = new WeakMap<vscode.FileCoverage, Known>();

/** The coverage of a file as the editor sums it up; what is in it is worked out when somebody looks. */
export function summaryOf(
  file: CoveredFile,
  folder: vscode.Uri,
  itemOf: (test: string) => vscode.TestItem | undefined,
): vscode.FileCoverage {
  const { statements, branches } = file.reached;
  const paths = (branches ?? []).flatMap((branch) => branch.paths);
  const tests = file.tests.flatMap((test) => {
    const item = itemOf(test);
    return item ? [{ test, item }] : [];
  });
  const coverage = new vscode.FileCoverage(
    vscode.Uri.joinPath(folder, file.path),
    countOf(statements),
    paths.length > 0 ? countOf(paths) : undefined,
    undefined,
    tests.map(({ item }) => item),
  );
  known.set(coverage, { file, tests: new Map(tests.map(({ test, item }) => [item.id, test])) });
  return coverage;
}

export function detailsOf(coverage: vscode.FileCoverage): vscode.FileCoverageDetail[] {
  const { file } = known.get(coverage) ?? {};
  return file ? details(file.reached, file.text) : [];
}

/** What an item reached; the editor asks for files with what only that reached. */
export function detailsByTest(
  coverage: vscode.FileCoverage,
  item: vscode.TestItem,
): vscode.FileCoverageDetail[] {
  const { file, tests } = known.get(coverage) ?? {};
  const test = tests?.get(item.id);
  const reached = test === undefined ? undefined : file?.reachedBy(test);
  return file && reached ? details(reached, file.text) : [];
}

function countOf(places: readonly { count: number }[]): vscode.TestCoverageCount {
  return new vscode.TestCoverageCount(places.filter(({ count }) => count > 0).length, places.length);
}

function details({ statements, branches }: Reached, text: string): vscode.StatementCoverage[] {
  const starts = lineStarts(text);
  const rangeOf = ({ start, end }: Place): vscode.Range =>
    new vscode.Range(positionOf(start, starts), positionOf(end, starts));
  const made = statements.map(({ place, count }) => ({
    place,
    coverage: new vscode.StatementCoverage(Math.min(count, MAX_COUNT), rangeOf(place)),
  }));
  for (const branch of branches ?? []) {
    const owner = innermost(made, branch);
    const ways = branch.paths.map(
      ({ place, count }) =>
        new vscode.BranchCoverage(
          Math.min(count, MAX_COUNT),
          place ? rangeOf(place) : positionOf(branch.start, starts),
          place ? undefined : vscode.l10n.t('no way written here'),
        ),
    );
    if (owner) owner.coverage.branches = [...owner.coverage.branches, ...ways];
  }
  return made.map(({ coverage }) => coverage);
}

/** The smallest statement that holds a decision. */
function innermost<T extends { place: Place }>(made: readonly T[], { start, end }: Place): T | undefined {
  let best: T | undefined;
  for (const one of made) {
    const { place } = one;
    if (place.start > start || place.end < end) continue;
    if (!best || place.end - place.start <= best.place.end - best.place.start) best = one;
  }
  return best;
}

function lineStarts(text: string): number[] {
  const starts = [0];
  for (const { index } of text.matchAll(/\r\n|\r|\n/g))
    starts.push(index + (text.startsWith('\r\n', index) ? 2 : 1));
  return starts;
}

function positionOf(offset: number, starts: readonly number[]): vscode.Position {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] ?? Infinity) <= offset) low = middle;
    else high = middle;
  }
  return new vscode.Position(low, Math.max(0, offset - (starts[low] ?? 0)));
}
