import { oneLine } from '../base/text';

/** An entry with a box of a task list: spec-kit's, Kiro's, a BMAD story's or a plain check list's. */
export interface ListedTask {
  /** As written (`T001`, `2.1`), otherwise `L12` by its line; each id of a list is there once. */
  id: string;
  /** Without box, id, `[P]` and `[US1]`. */
  text: string;
  /** Of the box, from 1. */
  line: number;
  isDone: boolean;
  /** Kiro's star behind the box: it may be left out. */
  isOptional: boolean;
  /** Marked to be done beside others: spec-kit's `[P]`. */
  isParallel: boolean;
  /** Such as `US1`; empty for none. */
  story: string;
  /** The heading above it; empty for none. */
  section: string;
  /** Id of the task it is a part of; empty for none. */
  parent: string;
  /** Ids it says it needs: `(depends on T001)`, `Depends: 1.2`. */
  dependsOn: string[];
  /** Lines below it that belong to it and are no tasks. */
  details: string[];
}

const BOX = /^(\s*)(?:[-*+]|\d{1,3}[.)])\s+\[([ xX✓✔])\](\*?)\s+(.+)$/;
/** `T001`, `AUTH-12`, `BE07:`, `2.1`, `3.` or `Task 4`, so that neither `H264` nor `3 users` is taken for one. */
const ID =
  /^(?:\*\*)?(?:(?:[Ss]ub)?[Tt]ask\s+(\d+(?:\.\d+)*)|(T\d{1,5}[a-z]?|[A-Z]{1,5}-\d{1,5}[a-z]?|[A-Z]{1,5}\d{2,5}(?=[*:.)])|\d+(?:\.\d+)+|\d+(?=[.):])))(?:\*\*)?(?:[.):]\s*(?:\*\*)?|\s+[-–—]\s+|\s)\s*/;
const MARKS = /^\s*\[(P|US-?\d+)\]\s*/i;
const NEEDS =
  /\b(?:depends on|depends|dependencies|requires|needs|blocked by|after)\b:?\s+((?:(?:task\s+)?(?:[A-Z]{1,5}-?\d+[a-z]?|\d+\.\d+)(?:\s*(?:,|and|&)\s*)?)+)/gi;
const FENCE = /^\s*(```+|~~~+)/;
const MAX_LINE = 2000;
const MAX_TEXT = 1000;
const MAX_TASKS = 2000;
const MAX_DETAILS = 60;

/** Reads the boxes of a Markdown text, up to 2,000. Examples in code fences and in comments are no tasks. */
export function readTaskList(text: string): ListedTask[] {
  const reader = new Reader();
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (reader.tasks.length >= MAX_TASKS) break;
    reader.take(line.slice(0, MAX_LINE), index + 1);
  }
  return reader.tasks;
}

class Reader {
  readonly tasks: ListedTask[] = [];
  private readonly ids = new Set<string>();
  /** Tasks that a line can belong to, each with the width of the space before its box. */
  private open: { task: ListedTask; indent: number }[] = [];
  private section = '';
  private fence = '';
  private isComment = false;

  take(line: string, number: number): void {
    if (this.isSkipped(line)) return;
    const heading = /^#{1,6}\s+(.+?)\s*#*$/.exec(line);
    if (heading) {
      this.section = oneLine(heading[1] ?? '', MAX_TEXT);
      this.open = [];
      return;
    }
    const [, space, mark, star, said] = BOX.exec(line) ?? [];
    if (space === undefined || said === undefined) return this.addDetail(line);
    const indent = width(space);
    this.open = this.open.filter((one) => one.indent < indent);
    const task = { ...this.makeTask(said, number), isDone: mark !== ' ', isOptional: star === '*' };
    this.tasks.push(task);
    this.open.push({ task, indent });
  }

  private isSkipped(line: string): boolean {
    const [, fence = ''] = FENCE.exec(line) ?? [];
    if (this.fence !== '') {
      if (fence.startsWith(this.fence)) this.fence = '';
      return true;
    }
    if (fence !== '' && !this.isComment) {
      this.fence = fence;
      return true;
    }
    const wasComment = this.isComment;
    const opened = line.lastIndexOf('<!--');
    const closed = line.lastIndexOf('-->');
    if (opened >= 0 || closed >= 0) this.isComment = opened > closed;
    return wasComment || this.isComment;
  }

  private addDetail(line: string): void {
    if (line.trim() === '') return;
    const indent = width(/^\s*/.exec(line)?.[0] ?? '');
    this.open = this.open.filter((one) => one.indent < indent);
    const task = this.open.at(-1)?.task;
    if (!task || task.details.length >= MAX_DETAILS) return;
    const detail = oneLine(line.replace(/^\s*(?:[-*+]|\d{1,3}[.)])\s+/, ''), MAX_TEXT);
    task.details.push(detail);
    task.dependsOn = [...new Set([...task.dependsOn, ...needsOf(detail)])];
  }

  private makeTask(said: string, line: number): Omit<ListedTask, 'isDone' | 'isOptional'> {
    const [whole = '', numbered, named] = ID.exec(said) ?? [];
    let rest = said.slice(whole.length);
    const marks: string[] = [];
    for (let mark = MARKS.exec(rest); mark; mark = MARKS.exec(rest)) {
      marks.push((mark[1] ?? '').toUpperCase());
      rest = rest.slice(mark[0].length);
    }
    return {
      id: this.idOf(numbered ?? named, line),
      text: oneLine(rest, MAX_TEXT),
      line,
      isParallel: marks.includes('P'),
      story: marks.find((mark) => mark !== 'P') ?? '',
      section: this.section,
      parent: this.open.at(-1)?.task.id ?? this.numberedParent(numbered ?? named),
      dependsOn: needsOf(rest),
      details: [],
    };
  }

  /** Of `2.1` in a list that is not indented, the task `2`. */
  private numberedParent(id = ''): string {
    const above = /^(\d+(?:\.\d+)*)\.\d+$/.exec(id)?.[1] ?? '';
    return this.ids.has(above) ? above : '';
  }

  private idOf(written: string | undefined, line: number): string {
    const free = written !== undefined && !this.ids.has(written) ? written : `L${line}`;
    const id = this.ids.has(free) ? `${free}-${line}` : free;
    this.ids.add(id);
    return id;
  }
}

function needsOf(text: string): string[] {
  return [...text.matchAll(NEEDS)].flatMap(
    ([, ids = '']) => ids.match(/[A-Z]{1,5}-?\d+[a-z]?|\d+\.\d+/gi) ?? [],
  );
}

/** A tab goes to the next multiple of four. */
function width(space: string): number {
  let columns = 0;
  for (const character of space) columns += character === '\t' ? 4 - (columns % 4) : 1;
  return columns;
}
