import { oneLine } from '../../base/text';
import type { DeployPlan } from '../plan';
import type { FileChanges } from '../rsync';
import type { ServicePlan } from '../services';
import type { Command } from '../shipSettings';

export const FILE_KINDS = ['added', 'changed', 'deleted', 'protected', 'excluded'] as const;
export type FileKind = (typeof FILE_KINDS)[number];

/** What a page shows of a plan. All texts are safe to show, one line each. */
export interface PlanView {
  workspace: string;
  target: string;
  /** Differences can be looked at: the target's files are on this machine. */
  isComparable: boolean;
  services: readonly { name: string; action: ServicePlan['action']; reason: string }[];
  interruption: readonly string[];
  warnings: readonly string[];
  secrets: readonly { place: string; what: string }[];
  files: readonly FilesView[];
  commands: readonly { when: 'before' | 'after'; command: string }[];
}

export interface FilesView {
  kind: FileKind;
  total: number;
  /** The first ones; the page asks for more. */
  names: readonly string[];
}

/** Names of one kind that a page gets at once. */
const PAGE_OF_NAMES = 100;
const MAX_SECRETS = 100;

/** `commands`: those that are run before and after. */
export function planView(
  plan: DeployPlan,
  { isComparable, pre, post }: { isComparable: boolean; pre: readonly Command[]; post: readonly Command[] },
): PlanView {
  const lines = (all: readonly string[]): string[] => all.map((each) => oneLine(each, 1000));
  return {
    workspace: shown(plan.workspace),
    target: shown(plan.target),
    isComparable,
    services: plan.services.map(({ name, action, reason }) => ({
      name: shown(name),
      action,
      reason: oneLine(reason, 1000),
    })),
    interruption: lines(plan.interruption),
    warnings: lines(plan.warnings),
    secrets: plan.secrets.slice(0, MAX_SECRETS).map(({ file, line, what }) => ({
      place: `${shown(file)}${line === undefined ? '' : `:${line}`}`,
      what: oneLine(what, 300),
    })),
    files: FILE_KINDS.map((kind) => ({
      kind,
      total: plan.files[kind].length,
      names: namesFrom(plan.files, kind, 0),
    })),
    commands: [
      ...pre.map((command) => ({ when: 'before' as const, command: commandText(command) })),
      ...post.map((command) => ({ when: 'after' as const, command: commandText(command) })),
    ],
  };
}

/** The next names of a kind, as they are shown. */
export function namesFrom(files: FileChanges, kind: FileKind, from: number): string[] {
  return files[kind].slice(from, from + PAGE_OF_NAMES).map(shown);
}

/** As it could be typed: words that are more than plain get quotes. */
export function commandText(command: Command): string {
  const words = command.map((word) =>
    /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  return oneLine(words.join(' '), 1000);
}

/** With line breaks made visible: a name is one line. */
export function shown(name: string): string {
  return oneLine(name.replaceAll('\n', '\\n'), 500);
}
