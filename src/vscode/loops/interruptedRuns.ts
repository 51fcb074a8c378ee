import * as vscode from 'vscode';
import type { App } from '../../app';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { Loop1Run } from '../../loops/loop1/run';
import type { Loop2Run } from '../../loops/loop2/run';
import { stepWords } from '../../loops/words';

type About = (folder: vscode.WorkspaceFolder) => Promise<unknown>;

interface Answers {
  resume: About;
  show: About;
}

/** Tells once, at start, of runs whose window or command ended without a word, and offers to go on with them. Gives the folders that have a Loop 2. */
export async function tellInterruptedRuns(
  app: App,
  folders: readonly vscode.WorkspaceFolder[],
  answers: { loop1: Answers; loop2: Answers; onProblem: (error: unknown) => void },
): Promise<vscode.WorkspaceFolder[]> {
  const built = await Promise.all(
    folders.map(async (folder) => {
      const state = app.states.of(folder.uri.toString());
      // A folder that nothing is kept of stays that way.
      if (!(await state.exists())) return [];
      await state.interruptOrphans();
      const [first] = await state.loop1Runs.list(1);
      const [second] = await state.loop2Runs.list(1);
      const name = oneLine(folder.name, 60);
      // Not awaited: a message stays until it is dismissed.
      const tell = (text: string, about: Answers, mayResume = true): void => {
        offer(text, folder, about, mayResume).catch(answers.onProblem);
      };
      if (first?.status === 'interrupted') tell(`${loop1Text(name, first)} ${kept()}`, answers.loop1);
      if (second?.status === 'interrupted') tell(`${loop2Text(name, second)} ${kept()}`, answers.loop2);
      if (second?.status === 'running')
        tell(
          t(
            'Loop 2 of {0} is at work in another window or command. It can be followed here, and paused there.',
            name,
          ),
          answers.loop2,
          false,
        );
      return second && second.status !== 'cancelled' ? [folder] : [];
    }),
  );
  return built.flat();
}

const kept = (): string => t('Nothing that was finished is lost.');

async function offer(
  text: string,
  folder: vscode.WorkspaceFolder,
  { resume, show }: Answers,
  mayResume: boolean,
): Promise<void> {
  const [goOn, look] = [t('Resume'), t('Show')];
  const choices = mayResume ? [goOn, look] : [look];
  const chosen = await vscode.window.showInformationMessage(text, ...choices);
  if (chosen === goOn) await resume(folder);
  if (chosen === look) await show(folder);
}

function loop1Text(name: string, { nextStep, iteration }: Loop1Run): string {
  if (nextStep === null) return t('Loop 1 of {0} was interrupted.', name);
  return t(
    'Loop 1 of {0} was interrupted before this step of iteration {1}: {2}.',
    ...[name, iteration, stepWords(nextStep)],
  );
}

function loop2Text(name: string, { tasks }: Loop2Run): string {
  const going = tasks.filter(
    ({ state, worker }) => state === 'auditing' || (state === 'working' && worker !== 'you'),
  );
  const [first] = going;
  if (!first) return t('Loop 2 of {0} was interrupted.', name);
  const id = oneLine(first.id, 40);
  const what = going.length > 1 ? t('{0} and {1} more', id, going.length - 1) : id;
  return first.state === 'auditing'
    ? t('Loop 2 of {0} was interrupted while {1} was audited.', name, what)
    : t('Loop 2 of {0} was interrupted while {1} was worked on.', name, what);
}
