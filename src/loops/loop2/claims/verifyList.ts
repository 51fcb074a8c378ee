import * as fs from 'node:fs/promises';
import { hasCode, messageOf, UserError } from '../../../base/errors';
import { realPath, relativeInside } from '../../../base/paths';
import { readRegularFile } from '../../../base/regularFile';
import { count } from '../../../base/text';
import { plural, t } from '../../../base/texts';
import { readTaskList } from '../../taskList';
import type { ListedTask } from '../../taskList';
import { checkClaim } from './checkClaim';
import type { ClaimResult, ClaimVerdict } from './checkClaim';
import type { ClaimWorkspace, ClaimWorkspaces } from './claimWorkspace';
import { thingsIn } from './names';

/** A ticked task and how it stands. */
interface VerifiedTask extends ClaimResult {
  id: string;
  text: string;
  /** Of its box, from 1. */
  line: number;
}

export interface VerifiedList {
  /** Relative to the workspace, with forward slashes. */
  list: string;
  tasks: VerifiedTask[];
  /** Tasks without a tick, which claim nothing. */
  open: number;
  /** What could not be looked at, in sentences. */
  notes: string[];
}

export interface VerifyOptions {
  signal: AbortSignal;
  /** Told what is done, and how much of it: `done` of `total` tasks. */
  onProgress?: (message: string, done: number, total: number) => void;
}

const MAX_BYTES = 1_000_000;
/** How bad a verdict is, for what is made of parts. */
const ORDER: readonly ClaimVerdict[] = ['verified', 'untested', 'orphaned', 'partial', 'stub', 'missing'];

/**
 * Checks every ticked task of a list. `list` is absolute. Rejects with `UserError` where the list can't be read, lies outside the
 * workspace or has no ticked task, with `CancelledError` on abort.
 */
export async function verifyList(
  root: string,
  list: string,
  claims: ClaimWorkspaces,
  { signal, onProgress }: VerifyOptions,
): Promise<VerifiedList> {
  const { relative, text } = await readList(root, list);
  const all = readTaskList(text);
  const ticked = all.filter(({ isDone }) => isDone);
  if (all.length === 0)
    throw new UserError(
      t('{0} holds no task with a box', relative),
      t('A task is a line such as "- [x] T001 Create src/cart.ts".'),
    );
  if (ticked.length === 0)
    throw new UserError(
      plural(
        all.length,
        'None of the {0} task of {1} is ticked',
        'None of the {0} tasks of {1} is ticked',
        relative,
      ),
      t('Tick what is done with [x]; only that is checked.'),
    );
  onProgress?.(t('Reading the workspace'), 0, ticked.length);
  const workspace = await claims.open(root, signal, (message) => onProgress?.(message, 0, ticked.length));
  const results = new Map<string, VerifiedTask>();
  for (const [index, task] of ticked.entries()) {
    onProgress?.(t('Checking {0}', task.id), index, ticked.length);
    results.set(task.id, await verifyTask(workspace, task, all, signal));
  }
  // Parts stand below what they are part of, so that they are known by now.
  for (const task of [...ticked].reverse()) results.set(task.id, withParts(task, all, results));
  onProgress?.(t('Done'), ticked.length, ticked.length);
  const notes = workspace.isPartial
    ? ['The workspace has more files than were looked at: what is missing may be there.']
    : [];
  return {
    list: relative,
    tasks: ticked.flatMap(({ id }) => results.get(id) ?? []),
    open: all.length - ticked.length,
    notes,
  };
}

async function verifyTask(
  workspace: ClaimWorkspace,
  task: ListedTask,
  all: readonly ListedTask[],
  signal: AbortSignal,
): Promise<VerifiedTask> {
  const { id, text, line } = task;
  const hasParts = all.some(({ parent }) => parent === id);
  const claim = { id, text: claimText(task), files: [] };
  if (hasParts && thingsIn(claim.text).length === 0)
    return { id, text, line, verdict: 'verified', reason: '', evidence: [] };
  const { verdict, reason, evidence } = await checkClaim(workspace, claim, signal);
  return { id, text, line, verdict, reason, evidence };
}

/** What a task says, without references to requirements. */
function claimText({ text, details }: ListedTask): string {
  const said = details.filter(
    (detail) => !/^[_*]*(?:requirements?|validates|refs?|acceptance criteria|AC)\b/i.test(detail),
  );
  return [text, ...said].map((line) => line.replace(/\((?:AC|Requirements?):[^)]*\)/gi, '')).join('. ');
}

/** A task with parts is as good as the worst of them. */
function withParts(
  task: ListedTask,
  all: readonly ListedTask[],
  results: ReadonlyMap<string, VerifiedTask>,
): VerifiedTask {
  const own = results.get(task.id) ?? { ...task, verdict: 'missing', reason: '', evidence: [] };
  const parts = all.filter(({ parent }) => parent === task.id);
  if (parts.length === 0) return own;
  const open = parts.filter(({ isDone, isOptional }) => !isDone && !isOptional);
  const done = parts.flatMap(({ id }) => results.get(id) ?? []);
  const bad = done.filter(({ verdict }) => verdict !== 'verified');
  if (open.length > 0 && own.verdict === 'verified') {
    return {
      ...own,
      verdict: 'partial',
      reason: `Of its parts ${open.map(({ id }) => id).join(', ')} ${open.length === 1 ? 'is' : 'are'} not ticked.`,
    };
  }
  const [worst] = [...bad].sort((a, b) => ORDER.indexOf(b.verdict) - ORDER.indexOf(a.verdict));
  if (!worst || own.verdict !== 'verified')
    return own.reason === ''
      ? { ...own, reason: `All of its ${count(parts.length, 'part')} are there.` }
      : own;
  const isAll = bad.length === done.length && done.every(({ verdict }) => verdict === worst.verdict);
  return {
    ...own,
    verdict: isAll ? worst.verdict : 'partial',
    reason: `Of its parts ${bad.map(({ id, verdict }) => `${id} (${verdict})`).join(', ')} ${bad.length === 1 ? 'does' : 'do'} not hold.`,
    evidence: worst.evidence,
  };
}

async function readList(root: string, list: string): Promise<{ relative: string; text: string }> {
  const lexical = relativeInside(root, list);
  try {
    const [realRoot, real] = await Promise.all([fs.realpath(root), realPath(list)]);
    const relative = relativeInside(realRoot, real);
    if (relative === undefined)
      throw new UserError(
        t('The list {0} lies outside of the workspace {1}', list, root),
        t('Name the workspace it belongs to with --workspace.'),
      );
    if ((await fs.stat(real)).isDirectory())
      throw new UserError(t('{0} is a folder', list), t('Name the Markdown file with the tasks.'));
    const bytes = await readRegularFile(real, MAX_BYTES);
    if (bytes.includes(0))
      throw new UserError(t('{0} is binary, not a list of tasks', list), t('Name a Markdown file.'));
    return { relative: lexical ?? relative, text: bytes.toString('utf8') };
  } catch (error) {
    if (error instanceof UserError) throw error;
    if (hasCode(error, 'ENOENT'))
      throw new UserError(
        t('There is no list {0}', list),
        t('Name a Markdown file with ticked tasks, such as specs/001/tasks.md.'),
      );
    if (hasCode(error, 'ELOOP'))
      throw new UserError(t('The list {0} is a link that leads to itself', list), t('Name the file itself.'));
    if (messageOf(error) === 'too big')
      throw new UserError(
        t('The list {0} is larger than {1} MB', list, MAX_BYTES / 1e6),
        t('Split it, or name another one.'),
      );
    throw new UserError(
      t('The list {0} can not be read: {1}', list, messageOf(error)),
      t('Name a Markdown file with ticked tasks.'),
    );
  }
}
