import { filesNamed } from '../../namedFiles';
import { readTaskList } from '../../taskList';
import type { ListedTask } from '../../taskList';
import type { Acceptance, TaskDraft } from './task';

/** Tasks as one source has them, and what is to be known of how they were read. */
export interface PlanPart {
  drafts: TaskDraft[];
  notes: string[];
}

/** `Verify: ``npm test``` and the like, below a task: one command in a code span. */
const CHECK =
  /^[*_]*(?:verify|verified by|acceptance|check|test command)[*_]*:?[*_]*:?\s*`([^`\n]{1,400})`\.?$/i;
/** A file without a folder, in a code span. */
const BARE_FILE = /`([\w@-][\w.@-]*\.(?:[cm]?[jt]sx?|py|sql|go|rs|java|rb|sh|ya?ml|css|html|md|json|toml))`/g;

/**
 * The tasks of a list in Markdown that are not ticked off. The order of a spec-kit, Kiro or BMAD list counts: each waits for the one
 * before it, those that spec-kit marks `[P]` together for what is before them. Of a task with parts, the parts are the work.
 */
export function tasksOfList(file: string, text: string): PlanPart {
  const listed = readTaskList(text);
  const parents = new Set(listed.map(({ parent }) => parent));
  const leaves = listed.filter(({ id }) => !parents.has(id));
  const open = leaves.filter(({ isDone }) => !isDone);
  const known = new Map(listed.map((task) => [task.id, task]));
  const isOpen = new Set(open.map(({ id }) => id));
  const order = isOrdered(file, text, listed) ? orderOf(open) : new Map<string, readonly string[]>();
  const stated = (id: string): string[] =>
    known.has(id) ? leavesOf(id, listed, parents).filter((each) => isOpen.has(each)) : [id];
  const drafts = open.map((task): TaskDraft => {
    const said = [task.text, ...task.details].join('\n');
    const needs = [...task.dependsOn, ...(known.get(task.parent)?.dependsOn ?? [])];
    return {
      id: task.id,
      description: task.text,
      files: [...filesNamed(said), ...[...said.matchAll(BARE_FILE)].map(([, name = '']) => name)],
      dependencies: needs.length > 0 ? needs.flatMap(stated) : (order.get(task.id) ?? []),
      acceptance: acceptanceOf(task),
      origin: { file, line: task.line },
    };
  });
  const ticked = leaves.length - open.length;
  const notes =
    ticked === 0
      ? []
      : [`${file}: ${ticked} ticked off already and left out; "loop2 verify" tells whether they are done.`];
  return { drafts, notes };
}

function acceptanceOf({ details }: ListedTask): Acceptance {
  for (const detail of details) {
    const command = CHECK.exec(detail.trim())?.[1]?.trim() ?? '';
    if (command !== '') return { kind: 'command', command };
  }
  return { kind: 'words', words: details.join(' ').slice(0, 1000) };
}

/** Whether the order of the list is the order of work, as the programs that write such lists mean it. */
function isOrdered(file: string, text: string, listed: readonly ListedTask[]): boolean {
  return (
    /(^|\/)\.kiro\//.test(file) ||
    /(^|\/)stories\/[^/]+\.md$/.test(file) ||
    /^\s*[-*]?\s*_Requirements?:/im.test(text) ||
    listed.some(({ id }) => /^T\d{3,}/.test(id))
  );
}

/** What each task waits for by its place in the list. */
function orderOf(open: readonly ListedTask[]): Map<string, readonly string[]> {
  const waitsFor = new Map<string, readonly string[]>();
  let before: string[] = [];
  let together: string[] = [];
  let last: ListedTask | undefined;
  for (const task of open) {
    const joins = task.isParallel && last?.isParallel === true && last.section === task.section;
    if (!joins) {
      before = together;
      together = [];
    }
    waitsFor.set(task.id, before);
    together.push(task.id);
    last = task;
  }
  return waitsFor;
}

/** The tasks without parts that a task stands for. */
function leavesOf(id: string, listed: readonly ListedTask[], parents: ReadonlySet<string>): string[] {
  if (!parents.has(id)) return [id];
  return listed.filter(({ parent }) => parent === id).flatMap((child) => leavesOf(child.id, listed, parents));
}
