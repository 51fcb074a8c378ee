import * as path from 'node:path';
import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { plural, t } from '../../base/texts';
import { bottlenecksOf, progressOf } from '../../loops/loop2/run';
import type { Escalation, Phase, PrincessState } from '../../loops/loop2/run';
import { isVerified, stateAt } from '../../loops/loop2/taskRecord';
import type { TaskRecord, TaskState } from '../../loops/loop2/taskRecord';
import { turnOf } from '../../loops/loop2/turn';
import { deedsOf } from '../../loops/loop2/view';
import {
  princessStatusWords,
  princessWords,
  progressWords,
  statusWords,
  taskWords,
  workerWords,
} from '../../loops/words';
import { COMMANDS } from '../ids';
import type { Loop2Entry } from './loop2Runs';
import { RUN_ICONS } from './runIcons';

export type Loop2Node =
  | { kind: 'loop2'; entry: Loop2Entry }
  | { kind: 'phase'; entry: Loop2Entry; phase: Phase }
  | { kind: 'task'; entry: Loop2Entry; task: TaskRecord }
  | { kind: 'princess'; entry: Loop2Entry; princess: PrincessState }
  | { kind: 'escalation'; entry: Loop2Entry; escalation: Escalation };

const MAX_SHORT_ID = 12;
const color = (name: string): vscode.ThemeColor => new vscode.ThemeColor(name);
const TASK_ICONS: Record<TaskState, vscode.ThemeIcon> = {
  open: new vscode.ThemeIcon('circle-outline'),
  working: new vscode.ThemeIcon('edit'),
  ready: new vscode.ThemeIcon('clock'),
  auditing: new vscode.ThemeIcon('loading~spin'),
  'sent back': new vscode.ThemeIcon('error', color('testing.iconFailed')),
  proposed: new vscode.ThemeIcon('diff-multiple', color('charts.yellow')),
  'needs you': new vscode.ThemeIcon('bell-dot', color('charts.yellow')),
  done: new vscode.ThemeIcon('pass', color('testing.iconPassed')),
  excepted: new vscode.ThemeIcon('law', color('charts.yellow')),
  cancelled: new vscode.ThemeIcon('circle-slash'),
};
const OUTDATED_ICON = new vscode.ThemeIcon('history', color('charts.yellow'));
const { Collapsed, Expanded, None } = vscode.TreeItemCollapsibleState;

export function childrenOfLoop2(node: Loop2Node): Loop2Node[] {
  const { entry } = node;
  const { phases, princesses, tasks } = entry.run;
  switch (node.kind) {
    case 'loop2':
      return [
        ...entry.run.escalations.map((escalation): Loop2Node => ({ kind: 'escalation', entry, escalation })),
        ...phases.map((phase): Loop2Node => ({ kind: 'phase', entry, phase })),
        ...princesses
          .filter(({ open, working, done, needYou }) => open + working + done + needYou > 0)
          .map((princess): Loop2Node => ({ kind: 'princess', entry, princess })),
      ];
    case 'phase':
      return node.phase.taskIds.flatMap((id): Loop2Node[] => {
        const task = tasks.find((each) => each.id === id);
        return task ? [{ kind: 'task', entry, task }] : [];
      });
    case 'task':
    case 'princess':
    case 'escalation':
      return [];
  }
}

export function itemOfLoop2(node: Loop2Node): vscode.TreeItem {
  switch (node.kind) {
    case 'loop2':
      return runItem(node.entry);
    case 'phase':
      return phaseItem(node.entry, node.phase);
    case 'task':
      return taskItem(node.entry, node.task);
    case 'princess':
      return princessItem(node.entry, node.princess);
    case 'escalation':
      return escalationItem(node.entry, node.escalation);
  }
}

function runItem(entry: Loop2Entry): vscode.TreeItem {
  const { run, folder, isElsewhere } = entry;
  const item = new vscode.TreeItem(t('Loop 2'), Expanded);
  const { done, total } = progressOf(run, new Date());
  const hasSeveral = (vscode.workspace.workspaceFolders ?? []).length > 1;
  const facts = [
    isElsewhere ? t('running in another window') : statusWords(run.status),
    t('{0} of {1} verified', done, total),
    hasSeveral ? oneLine(folder.name, 60) : '',
    oneLine(run.source, 80),
  ].filter(Boolean);
  item.id = `loop2:${folder.uri.toString()}:${run.id}`;
  item.iconPath = RUN_ICONS[run.status];
  item.command = { command: COMMANDS.openLoop2, title: t('Show Loop 2'), arguments: [{ entry }] };
  const isResumable = run.status === 'paused' || run.status === 'interrupted' || run.status === 'failed';
  const isOver = run.status === 'completed' || run.status === 'cancelled';
  const kind = run.status === 'running' ? 'running' : isResumable ? 'resumable' : isOver ? 'over' : 'idle';
  item.contextValue = isElsewhere ? 'loop2-elsewhere' : `loop2-${kind}`;
  const notes = run.notes.map((note) => oneLine(note, 300));
  return told(item, facts, [oneLine(run.reason, 500), ...notes]);
}

function phaseItem({ run }: Loop2Entry, { number, taskIds }: Phase): vscode.TreeItem {
  const now = new Date();
  const isNow = turnOf(run, now).phase === number;
  const own = run.tasks.filter(({ id }) => taskIds.includes(id));
  // What waits for a person has to be seen.
  const isOpen = isNow || own.some((task) => ['needs you', 'proposed'].includes(stateAt(task, now)));
  const item = new vscode.TreeItem(t('Phase {0}', number), isOpen ? Expanded : Collapsed);
  const done = own.filter(isVerified).length;
  item.id = `phase:${run.id}:${number}:${isOpen}`;
  item.iconPath = new vscode.ThemeIcon(isNow ? 'play' : 'layers');
  return told(
    item,
    [
      isNow ? t('now') : '',
      plural(taskIds.length, '{1} of {0} task verified', '{1} of {0} tasks verified', done),
    ],
    [],
  );
}

function taskItem(entry: Loop2Entry, task: TaskRecord): vscode.TreeItem {
  const { run } = entry;
  const now = new Date();
  const turn = turnOf(run, now);
  const state = stateAt(task, now);
  // An id of a task list is what people call a task. One of a card says nothing, and many cards differ in their file alone.
  const [file] = task.files;
  const ofCard = file === undefined ? '' : `${path.posix.basename(file)}: `;
  const name = task.id.length <= MAX_SHORT_ID ? `${task.id} ` : ofCard;
  const item = new vscode.TreeItem(`${name}${oneLine(task.description, 200) || task.id}`, None);
  const waits = turn.blocked.get(task.id);
  const dependants = bottlenecksOf(run).find(({ task: id }) => id === task.id)?.dependants;
  item.id = `task:${run.id}:${task.id}`;
  item.iconPath = task.outdated ? OUTDATED_ICON : TASK_ICONS[state];
  // `package.json` decides by it which actions a row has.
  item.contextValue = ['loop2task', ...(entry.isElsewhere ? [] : deedsOf(task, turn, now))].join(' ');
  item.command = { command: COMMANDS.showTask, title: t('Show Task'), arguments: [{ entry, task }] };
  const progress = entry.progress.get(task.id);
  const isOver = state === 'done' || state === 'cancelled';
  const attempts =
    task.attempts.length > 0 ? plural(task.attempts.length, '{0} attempt', '{0} attempts') : '';
  return told(
    item,
    [
      taskWords({ state, outdated: task.outdated?.reason ?? null }),
      progress?.doing ?? '',
      task.worker === 'you' || isOver
        ? ''
        : t('by {0}', oneLine(task.workedBy, 40) || workerWords(task.worker)),
      waits === undefined ? '' : t('waits for {0}', waits),
      attempts,
      dependants === undefined ? '' : t('{0} need it', dependants),
    ],
    [
      progress ? progressWords(progress) : '',
      oneLine(task.outdated?.reason ?? task.reason, 500),
      task.files.join(', '),
    ],
  );
}

function princessItem({ run }: Loop2Entry, princess: PrincessState): vscode.TreeItem {
  const { name, status, open, working, done, needYou } = princess;
  const item = new vscode.TreeItem(princessWords(name), None);
  item.id = `princess:${run.id}:${name}`;
  item.iconPath = new vscode.ThemeIcon('account');
  const facts = [
    princessStatusWords(status),
    t('{0} open', open),
    working > 0 ? t('{0} at work', working) : '',
  ];
  return told(item, [...facts, needYou > 0 ? t('{0} need you', needYou) : '', t('{0} done', done)], []);
}

function escalationItem(entry: Loop2Entry, escalation: Escalation): vscode.TreeItem {
  const item = new vscode.TreeItem(t('Back to Loop 1'), None);
  item.id = `escalation:${entry.run.id}:${escalation.kind}:${escalation.taskId}`;
  item.iconPath = new vscode.ThemeIcon('warning', color('problemsWarningIcon.foreground'));
  item.command = { command: COMMANDS.backToLoop1, title: t('Go Back'), arguments: [{ entry, escalation }] };
  return told(item, [oneLine(escalation.reason, 300)], []);
}

function told(item: vscode.TreeItem, facts: readonly string[], more: readonly string[]): vscode.TreeItem {
  const said = facts.filter(Boolean);
  const label = typeof item.label === 'string' ? item.label : '';
  item.description = said.join(' · ');
  item.tooltip = [label, ...said, ...more].filter(Boolean).join('\n');
  item.accessibilityInformation = { label: `${label}, ${said.join(', ')}` };
  return item;
}
