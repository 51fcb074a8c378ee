import { oneLine } from '../../../base/text';

/** Who owns tasks: each princess those of some kinds. */
export const PRINCESSES = ['development', 'quality', 'coordination', 'documentation'] as const;
export type Princess = (typeof PRINCESSES)[number];

/** What is to be done, and whose it is. */
const PRINCESS_OF = {
  code: 'development',
  review: 'development',
  debug: 'development',
  integrate: 'development',
  test: 'quality',
  enforce: 'quality',
  analyze: 'quality',
  plan: 'coordination',
  orchestrate: 'coordination',
  track: 'coordination',
  document: 'documentation',
} as const satisfies Record<string, Princess>;

export type TaskKind = keyof typeof PRINCESS_OF;

function princessOf(kind: TaskKind): Princess {
  return PRINCESS_OF[kind];
}

/**
 * How a task is seen to hold, besides the audit of its files. `command`: run in the sandbox, has to end with 0. `probe`: Loop 1's probe
 * looks again and must find nothing at the linked scenarios. `words`: nothing that could be run.
 */
export type Acceptance =
  | { kind: 'command'; command: string }
  | { kind: 'probe'; probe: string; words: string }
  | { kind: 'words'; words: string };

/** One piece of work of a plan. */
export interface Task {
  /** Unique in its plan. */
  id: string;
  /** One line. */
  description: string;
  kind: TaskKind;
  princess: Princess;
  /** Files it makes or changes, relative to the workspace with forward slashes. */
  files: readonly string[];
  /** Ids of tasks that have to be done before. */
  dependencies: readonly string[];
  acceptance: Acceptance;
  /** Ids of Loop 1's scenarios that it speaks to. */
  scenarios: readonly string[];
  /** Where it stands in a task list. */
  origin: { file: string; line: number } | null;
}

/** What may be missing of a task that is to be put into a plan. */
export type TaskDraft = Pick<Task, 'id' | 'description'> & Partial<Omit<Task, 'princess'>>;

const MAX_DESCRIPTION = 300;
const MAX_FILES = 50;
const MAX_DEPENDENCIES = 500;
const MAX_ID = 80;

/** A task out of what was said of it, cut to what may be kept. Files outside of the workspace are left out. */
export function taskFrom(draft: TaskDraft): Task {
  const files = [...new Set((draft.files ?? []).map(tidyPath))].filter(isInWorkspace).slice(0, MAX_FILES);
  const description = oneLine(draft.description, MAX_DESCRIPTION);
  const kind = draft.kind ?? kindOf(description, files);
  return {
    id: idFrom(draft.id),
    description,
    kind,
    princess: princessOf(kind),
    files,
    dependencies: [...new Set((draft.dependencies ?? []).map(idFrom))].slice(0, MAX_DEPENDENCIES),
    acceptance: draft.acceptance ?? { kind: 'words', words: '' },
    scenarios: [...new Set(draft.scenarios ?? [])],
    origin: draft.origin ?? null,
  };
}

/** What an id of a task list becomes: one word that can be typed. */
export function idFrom(text: string): string {
  return oneLine(text, MAX_ID).trim().replace(/\s+/g, '-');
}

function tidyPath(path: string): string {
  return path
    .trim()
    .replaceAll('\\', '/')
    .replace(/^(\.\/)+/, '');
}

function isInWorkspace(path: string): boolean {
  return (
    path !== '' &&
    path.length <= 500 &&
    !/^([A-Za-z]:|\/)|(^|\/)\.\.(\/|$)|(^|\/)\.git(\/|$)|\p{Cc}/iu.test(path)
  );
}

const KINDS: readonly (readonly [TaskKind, RegExp])[] = [
  [
    'document',
    /^(?:\W*)(?:document|describe|write (?:the )?(?:docs|documentation|readme|guide|changelog))\b|\breadme\b/i,
  ],
  [
    'test',
    /^(?:\W*)(?:(?:add|write|create|extend) )?(?:an? |the )?(?:\w+ )?tests?\b|^\W*(?:cover|verify|validate)\b/i,
  ],
  ['review', /^\W*review\b/i],
  ['debug', /^\W*(?:fix|debug|repair|mend)\b/i],
  ['integrate', /^\W*(?:integrate|wire|connect|hook up)\b/i],
  ['analyze', /^\W*(?:analy[sz]e|audit|measure|profile|benchmark)\b/i],
  ['enforce', /^\W*(?:enforce|lint)\b/i],
  ['plan', /^\W*(?:plan|decide|schedule|estimate|research)\b/i],
  ['track', /^\W*track\b/i],
  ['orchestrate', /^\W*(?:orchestrate|coordinate|release|roll out)\b/i],
];
const DOCUMENT = /\.(md|mdx|rst|adoc|txt)$/i;
const TEST =
  /(^|\/)(tests?|__tests__|spec)\/|[._-](test|spec)\.[cm]?[jt]sx?$|(^|\/)test_[^/]*\.py$|_test\.py$/i;

/** By its files where they are all of one sort, otherwise by its words; code where nothing else is said. */
export function kindOf(description: string, files: readonly string[]): TaskKind {
  if (files.length > 0 && files.every((file) => DOCUMENT.test(file))) return 'document';
  if (files.length > 0 && files.every((file) => TEST.test(file))) return 'test';
  return KINDS.find(([, words]) => words.test(description))?.[0] ?? 'code';
}
