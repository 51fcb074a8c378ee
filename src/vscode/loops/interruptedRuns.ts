import * as vscode from 'vscode';
import type { App } from '../../app';
import { oneLine } from '../../base/text';
import { STEP_NAMES } from '../../loops/loop1/run';
import type { Loop1Run } from '../../loops/loop1/run';
import type { Loop2Run } from '../../loops/loop2/run';

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
  const kept = await Promise.all(
    folders.map(async (folder) => {
      const state = app.stateOf(folder.uri.toString());
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
      if (first?.status === 'interrupted')
        tell(`Loop 1 of ${name} was interrupted${stepOf(first)}. ${KEPT}`, answers.loop1);
      if (second?.status === 'interrupted')
        tell(`Loop 2 of ${name} was interrupted${taskAtWork(second)}. ${KEPT}`, answers.loop2);
      if (second?.status === 'running')
        tell(
          `Loop 2 of ${name} is at work in another window or command. It can be followed here, and paused there.`,
          answers.loop2,
          false,
        );
      return second && second.status !== 'cancelled' ? [folder] : [];
    }),
  );
  return kept.flat();
}

const KEPT = 'Nothing that was finished is lost.';

async function offer(
  text: string,
  folder: vscode.WorkspaceFolder,
  { resume, show }: Answers,
  mayResume: boolean,
): Promise<void> {
  const choices = mayResume ? ['Resume', 'Show'] : ['Show'];
  const chosen = await vscode.window.showInformationMessage(text, ...choices);
  if (chosen === 'Resume') await resume(folder);
  if (chosen === 'Show') await show(folder);
}

function stepOf({ nextStep, iteration }: Loop1Run): string {
  return nextStep === null ? '' : ` before the ${STEP_NAMES[nextStep]} of iteration ${iteration}`;
}

function taskAtWork({ tasks }: Loop2Run): string {
  const going = tasks.filter(
    ({ state, worker }) => state === 'auditing' || (state === 'working' && worker !== 'you'),
  );
  const [first] = going;
  if (!first) return '';
  const more = going.length > 1 ? ` and ${going.length - 1} more` : '';
  return ` while ${oneLine(first.id, 40)}${more} was ${first.state === 'auditing' ? 'audited' : 'worked on'}`;
}
