import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine, plainText } from '../../base/text';
import { grouped, plural, t } from '../../base/texts';
import { isPlan } from '../../loops/loop1/goal';
import type { StartOptions } from '../../loops/loop1/loop1';
import type { Loop1Run } from '../../loops/loop1/run';

export const MARKDOWN = /\.(md|markdown)$/i;
const NOT_THERE = '**/{node_modules,.git,dist,out,.venv}/**';
const MAX_PLANS = 2000;
const MAX_SPEC_BYTES = 1_000_000;
/** A goal is said in words; of a long document its beginning says it. In characters. */
const MAX_GOAL = 1500;
const ASKED = 'seaworthy.loop1.network';

/** Whether the network may be asked is asked once for each workspace, and kept until it is changed on the page. */
export class NetworkConsent {
  constructor(private readonly memory: vscode.Memento) {}

  /** False until somebody said yes. */
  get isAllowed(): boolean {
    return this.memory.get<boolean>(ASKED) ?? false;
  }

  async set(isAllowed: boolean): Promise<void> {
    await this.memory.update(ASKED, isAllowed);
  }

  /** Undefined when the question was closed: then nothing is begun, and it is asked again. */
  async ask(): Promise<boolean | undefined> {
    if (this.memory.get<boolean>(ASKED) !== undefined) return this.isAllowed;
    const choices = [
      {
        label: t('$(lock) Keep Off'),
        detail: t('Only this machine is asked: files, git, past audits and containers.'),
        isAllowed: false,
      },
      {
        label: t('$(globe) Allow'),
        detail: t(
          'Names and versions of dependencies go to OSV, some words of the goal to GitHub, OpenAlex and arXiv. No code is sent.',
        ),
        isAllowed: true,
      },
    ];
    const chosen = await vscode.window.showQuickPick(choices, {
      title: t('May Loop 1 ask the network as well?'),
      placeHolder: t('Asked once for this workspace. It can be changed on the page, under Research.'),
      ignoreFocusOut: true,
    });
    if (chosen) await this.set(chosen.isAllowed);
    return chosen?.isAllowed;
  }
}

type Choice = vscode.QuickPickItem & { act?: () => Promise<StartOptions | undefined> };

/** What is to be done: undefined when nothing is wanted. `uri` is a Markdown file that says what is to be built. */
export async function chooseStart(
  folder: vscode.WorkspaceFolder,
  last: Loop1Run | undefined,
  uri: unknown,
): Promise<StartOptions | undefined> {
  if (uri instanceof vscode.Uri && MARKDOWN.test(uri.path)) return { goal: await goalOfFile(uri) };
  const plans = await findPlans(folder);
  const choices: Choice[] = [
    ...(last && last.status !== 'cancelled' ? [nextChoice(last)] : []),
    {
      label: t('$(edit) Say in words what is to be built…'),
      detail: t('A goal in a sentence. The plans of the workspace are read as well.'),
      act: askGoal,
    },
    {
      label: t('$(folder-opened) What the workspace says'),
      detail:
        plans.length === 0
          ? t(
              'The code as it lies here. There are no specs or task lists of spec-kit, Kiro or BMAD, and no PLAN.md.',
            )
          : plural(
              plans.length,
              'The code as it lies here, with its plan.',
              'The code as it lies here, with its {0} specs and task lists.',
            ),
      act: async () => ({ goal: '' }),
    },
    ...plans.map((plan): Choice => ({
      label: `$(checklist) ${oneLine(vscode.workspace.asRelativePath(plan, false), 200)}`,
      act: async () => ({ goal: await goalOfFile(plan) }),
    })),
  ];
  const title = t('Start Loop 1');
  const placeHolder = t('What is to be built?');
  const chosen = await vscode.window.showQuickPick(choices, { title, placeHolder, matchOnDetail: true });
  return chosen?.act?.();
}

function nextChoice(last: Loop1Run): Choice {
  const isOpen = last.nextStep !== null;
  return {
    label: isOpen
      ? t('$(debug-continue) Go on with the run')
      : t('$(debug-step-over) Next iteration of the run'),
    description: t('{0} % now', grouped(last.failureRate)),
    detail: oneLine(last.goal.text, 200) || t('What the workspace says'),
    act: async () => ({}),
  };
}

/** Undefined when the box was closed. */
async function askGoal(): Promise<StartOptions | undefined> {
  const goal = await vscode.window.showInputBox({
    title: t('Start Loop 1'),
    prompt: t('What is to be built? No promise in it lowers a risk.'),
    placeHolder: t('A shop whose orders survive a broken disk'),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === '' ? t('Say it in a few words.') : undefined),
  });
  return goal === undefined ? undefined : { goal };
}

/** Task lists and specifications of a folder. */
export async function findPlans(folder: vscode.WorkspaceFolder): Promise<vscode.Uri[]> {
  const pattern = new vscode.RelativePattern(folder, '**/*.md');
  const found = await vscode.workspace.findFiles(pattern, NOT_THERE, MAX_PLANS);
  const root = `${folder.uri.path}/`;
  return found
    .filter(({ path }) => path.startsWith(root) && isPlan(path.slice(root.length)))
    .sort((a, b) => (a.path < b.path ? -1 : 1))
    .slice(0, 100);
}

/** Where it stands, and how it begins. */
async function goalOfFile(uri: vscode.Uri): Promise<string> {
  const { size } = await vscode.workspace.fs.stat(uri);
  const name = vscode.workspace.asRelativePath(uri, false);
  if (size > MAX_SPEC_BYTES)
    throw new UserError(
      t('{0} is too long to be a goal', oneLine(name, 200)),
      t('Say in words what is to be built.'),
    );
  const text = plainText((await vscode.workspace.openTextDocument(uri)).getText());
  const words = text
    .split('\n')
    .filter((line) => !/^\s*(---|```|<!--|\|)/.test(line))
    .map((line) => line.replace(/^#+\s*/, '').trim())
    .filter(Boolean)
    .join(' ');
  return `${oneLine(name, 200)}: ${words}`.slice(0, MAX_GOAL).trim();
}
