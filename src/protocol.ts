import type { FileKind } from './deploy/view/planView';
import type { EnvironmentView } from './deploy/view/runView';
import type { ContainerView } from './fleet/details';
import type { CardText } from './loops/loop1/ownCard';
import type { Decision } from './loops/loop1/scenario';
import type { Loop1View } from './loops/loop1/view';
import type { Loop2View, TaskDeed } from './loops/loop2/view';
import type { TaskVerdict } from './loops/loop2/verdict';
import type { WorkProgress } from './loops/loop2/worker';
import type { LogCounts, LogRow } from './fleet/logs/logModel';

/** What a log page is set to; kept by the page, so that it comes back after a reload of the window. */
export interface LogPageSettings {
  query: string;
  isExpression: boolean;
  isCaseSensitive: boolean;
  isFiltering: boolean;
  hasTimes: boolean;
  /** Lines of the past; 0 for all. */
  tail: number;
  /** Minutes of the past; 0 for no limit. */
  minutes: number;
}

/** A row as the page gets it: which of its frames lead to a file of the workspace. */
export type LinkedRow = LogRow & { links: readonly { start: number; end: number; index: number }[] };

export type ToLogPage =
  /** The rows that are looked at, and where the log stands. */
  | { type: 'view'; counts: LogCounts; rows: readonly LinkedRow[] }
  | { type: 'goTo'; row: number }
  /** What could not be done, in words; empty takes them away. */
  | { type: 'problem'; text: string };

export type FromLogPage =
  /** The page has just been made. It is answered with a view. */
  | { type: 'ready'; settings: LogPageSettings }
  | { type: 'settings'; settings: LogPageSettings }
  /** `from` undefined: the newest rows, for as long as nothing else is asked for. */
  | { type: 'look'; from: number | undefined; number: number }
  | { type: 'find'; row: number; direction: 1 | -1 }
  | { type: 'pause'; isPaused: boolean }
  | { type: 'open'; row: number; index: number }
  | { type: 'clear' }
  | { type: 'export' };

export const DEFAULT_LOG_SETTINGS: LogPageSettings = {
  query: '',
  isExpression: false,
  isCaseSensitive: false,
  isFiltering: false,
  hasTimes: true,
  tail: 1000,
  minutes: 0,
};

/** Reads settings that a page kept or sent; what is no setting gets its default. */
export function readLogSettings(value: unknown): LogPageSettings {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const read = <K extends keyof LogPageSettings>(key: K): LogPageSettings[K] => {
    const fallback = DEFAULT_LOG_SETTINGS[key];
    return typeof given[key] === typeof fallback ? (given[key] as LogPageSettings[K]) : fallback;
  };
  const whole = (number: number): number =>
    Number.isInteger(number) && number >= 0 && number <= 1_000_000 ? number : 0;
  return {
    query: read('query').slice(0, 1000),
    isExpression: read('isExpression'),
    isCaseSensitive: read('isCaseSensitive'),
    isFiltering: read('isFiltering'),
    hasTimes: read('hasTimes'),
    tail: whole(read('tail')),
    minutes: whole(read('minutes')),
  };
}

export type ToDetailsPage =
  /** What is known of the container now. */
  | { type: 'view'; view: ContainerView }
  /** Why nothing is known now, in words, and what to do; what was known before stays in sight. */
  | { type: 'trouble'; text: string };

export type FromDetailsPage =
  /** The page has just been made. It is answered with what is known. */
  | { type: 'ready' }
  /** `action` is one of those that the view offers. */
  | { type: 'act'; action: string };

export type ToDeployPage =
  | { type: 'view'; view: EnvironmentView }
  /** The next names of a kind; the page has `from` of them. */
  | { type: 'names'; kind: FileKind; from: number; names: readonly string[] };

/** What is touched is named by its place in what the page was given: a page gives no paths. */
export type FromDeployPage =
  /** The page has just been made. It is answered with a view. */
  | { type: 'ready' }
  | { type: 'deploy' | 'cancel' | 'putBack' | 'refresh' }
  /** `text` is what was typed; `id` is that of the question. */
  | { type: 'answer'; id: number; text: string }
  | { type: 'moreNames' | 'openFile'; kind: FileKind; index: number }
  | { type: 'openSecret' | 'openLogs'; index: number }
  /** The id of a release; empty to choose one. */
  | { type: 'rollBack'; release: string };

/** A Loop 1 as its page shows it. */
export interface Loop1PageView {
  /** Name of the workspace folder. */
  folder: string;
  /** Null before the first run. */
  run: Loop1View | null;
  /** A newer run has taken its place: it can only be read. */
  isPast: boolean;
  /** It is at work in another window or on the command line. */
  isElsewhere: boolean;
  isTrusted: boolean;
  /** The files have changed since the run has looked at them. */
  hasDrifted: boolean;
  /** Ids of scenarios whose edit was looked at, and of those whose edit was made. */
  previewed: readonly string[];
  applied: readonly string[];
}

export const EXPORT_FORMATS = ['markdown', 'json', 'html'] as const;
export type Loop1ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What became of a request: what to say, empty for nothing. */
export interface PageReply {
  type: 'reply';
  id: number;
  isDone: boolean;
  text: string;
}

export type ToLoop1Page =
  { type: 'view'; view: Loop1PageView } | PageReply | { type: 'select'; scenarioId: string };

/** What a person wrote of a card; `place` is `file:line` or empty. */
export type OwnCardText = Pick<CardText, 'title' | 'likelihood' | 'impact' | 'prevention'> & {
  earlyWarning: string;
  category: CardText['category'];
  place: string;
};

/** Evidence and artifacts are named by their place in what the page was given: a page gives no paths. */
export type Loop1Request =
  | { type: 'start' | 'newRun' | 'resume' | 'pause' | 'cancel' | 'allowNetwork' | 'forbidNetwork' }
  | { type: 'addConstraint'; text: string }
  | { type: 'addCard'; card: OwnCardText }
  /** `days` until it is open again; 0 for until it is taken back. */
  | { type: 'decide'; scenarioId: string; kind: Decision['kind']; reason: string; days: number }
  | { type: 'undecide'; scenarioId: string }
  | { type: 'preview' | 'apply' | 'takeBack' | 'runCommand' | 'copyTask'; scenarioId: string }
  | { type: 'openEvidence'; scenarioId: string; index: number }
  | { type: 'openArtifact' | 'openPlan'; index: number }
  | { type: 'export'; format: Loop1ExportFormat };

/** Each request but the first is answered with a reply of the same id. */
export type FromLoop1Page = { type: 'ready' } | ({ id: number } & Loop1Request);

/** A Loop 2 as its page shows it. */
export interface Loop2PageView {
  /** Name of the workspace folder. */
  folder: string;
  /** Null before the first run. */
  run: Loop2View | null;
  /** It is at work in another window or on the command line. */
  isElsewhere: boolean;
  isTrusted: boolean;
  /** Of the task that is looked at, newest first; null for none. */
  looked: { taskId: string; verdicts: readonly TaskVerdict[] } | null;
  /** How far workers of this window are, and what of their budget is used. */
  working: readonly ({ taskId: string } & WorkProgress)[];
}

export type ToLoop2Page =
  { type: 'view'; view: Loop2PageView } | PageReply | { type: 'select'; taskId: string };

/** Files, findings and reports are named by their place in what the page was given: a page gives no paths. */
export type Loop2Request =
  | { type: 'start' | 'resume' | 'pause' | 'cancel' | 'add' }
  /** To Loop 1, with the card that was made of an escalation. */
  | { type: 'goBack'; index: number }
  /** Whose details are looked at; empty for none. */
  | { type: 'look'; taskId: string }
  | { type: 'deed'; deed: TaskDeed; taskId: string }
  | { type: 'openFile'; taskId: string; index: number }
  | { type: 'openOrigin' | 'openSheet' | 'openCard'; taskId: string }
  | { type: 'openFinding' | 'openReport'; verdictId: string; index: number };

export type FromLoop2Page = { type: 'ready' } | ({ id: number } & Loop2Request);
