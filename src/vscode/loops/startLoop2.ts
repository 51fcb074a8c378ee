import * as vscode from 'vscode';
import { oneLine } from '../../base/text';
import { plural, t } from '../../base/texts';
import { makePlan } from '../../loops/loop2/plan/plan';
import type { Plan } from '../../loops/loop2/plan/plan';
import { tasksOfLoop1 } from '../../loops/loop2/plan/fromLoop1';
import { findPlan } from '../../loops/loop2/plan/sources';
import type { Loop1Run } from '../../loops/loop1/run';
import { findPlans, MARKDOWN } from './startLoop1';

/** What is to be built, and where that comes from in words. */
export interface ChosenPlan {
  plan: Plan;
  source: string;
}

type Choice = vscode.QuickPickItem & { act: () => Promise<ChosenPlan | undefined> };

/** Asks where the tasks come from; undefined when nothing is wanted. `uri` is a task list in Markdown. Rejects with `UserError`. */
export async function choosePlan(
  folder: vscode.WorkspaceFolder,
  loop1Run: Loop1Run | undefined,
  uri: unknown,
): Promise<ChosenPlan | undefined> {
  const now = new Date();
  const listed = (file: string): Promise<ChosenPlan> =>
    findPlan({ root: folder.uri.fsPath, from: [file], loop1Run, now }, new AbortController().signal);
  const nameOf = (list: vscode.Uri): string => list.path.slice(folder.uri.path.length + 1);
  if (uri instanceof vscode.Uri && MARKDOWN.test(uri.path)) return listed(nameOf(uri));
  const left = loop1Run ? tasksOfLoop1(loop1Run, now) : { drafts: [], notes: [] };
  const choices: Choice[] = [
    ...(left.drafts.length > 0
      ? [
          {
            label: t('$(lightbulb) What Loop 1 has left to be done'),
            detail: plural(
              left.drafts.length,
              '{0} task, linked to the card it speaks to.',
              '{0} tasks, each linked to the card it speaks to.',
            ),
            act: async () => ({ plan: makePlan([left]), source: 'Loop 1' }),
          },
        ]
      : []),
    ...(await findPlans(folder)).map((list): Choice => ({
      label: `$(checklist) ${oneLine(nameOf(list), 200)}`,
      act: () => listed(nameOf(list)),
    })),
    {
      label: t('$(edit) Write the first task…'),
      detail: t('More can be added at any time.'),
      act: async () => {
        const description = await askTask();
        const drafts = [{ id: 'added-1', description: description ?? '' }];
        return description === undefined
          ? undefined
          : { plan: makePlan([{ drafts, notes: [] }]), source: 'tasks written by hand' };
      },
    },
  ];
  const title = t('Start Loop 2');
  const placeHolder = t('Where do the tasks come from?');
  const chosen = await vscode.window.showQuickPick(choices, { title, placeHolder, matchOnDetail: true });
  return chosen?.act();
}

/** One task in words; undefined when the box was closed. */
export function askTask(): Thenable<string | undefined> {
  return vscode.window.showInputBox({
    title: t('A task'),
    prompt: t('What is to be done? Files that stand in it in `code` are its targets.'),
    placeHolder: t('Round totals to cents in `src/cart.js`'),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? t('Say it in a few words.') : undefined),
  });
}
