import * as vscode from 'vscode';
import { messageWithNextStep, UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import type { TaskRecord, WorkerKind } from '../../loops/loop2/taskRecord';
import type { Model } from '../../loops/model';
import { STOPPED } from '../../loops/loop2/runSteps';
import { isAtModel } from '../../loops/loop2/view';
import { progressWords } from '../../loops/words';
import { askFiles } from './chooseTask';
import type { TaskPlace } from './chooseTask';
import { foldersOnDisk } from './folderLoops';
import { needTrust } from './loop1Actions';
import type { Loop2Entry, Loop2Runs } from './loop2Runs';
import type { Proposals } from './proposals';
import type { TaskDocuments } from './taskDocument';

interface Parts {
  runs: Loop2Runs;
  proposals: Proposals;
  documents: TaskDocuments;
  /** Rejects with `UserError` where there is none. */
  model: (signal: AbortSignal) => Promise<Model>;
  /** Lets what workers can do be done. */
  goOn: (folder: vscode.WorkspaceFolder) => Promise<void>;
  onFailure: (error: unknown) => void;
}

/** A task that a model of this window works on, with the notification of that. */
interface Watched {
  report: (message: string) => void;
  end: () => void;
}

type WorkerChoice = vscode.QuickPickItem & { worker: WorkerKind };

/** Gives tasks to language models, shows how far they are, and tells what came of it. */
export class ModelTasks implements vscode.Disposable {
  readonly deeds: Record<'model' | 'assign' | 'stop', (place: TaskPlace) => Promise<void>> = {
    model: (place) => this.letWork(place),
    assign: (place) => this.assign(place),
    stop: async ({ entry, task }) => (await this.parts.runs.loopOf(entry.folder)).stopWork(task.id),
  };
  private readonly watched = new Map<string, Watched>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly parts: Parts) {
    const { runs } = parts;
    this.subscriptions = [
      runs.onDidProgress((folder) => void this.look(folder)),
      runs.onDidChange(() => foldersOnDisk().forEach((folder) => void this.look(folder))),
    ];
  }

  /** Who is to do the tasks of a new run; undefined when the question was closed. Not asked where there is no model. */
  async chooseWorker(): Promise<WorkerKind | undefined> {
    const model = await this.model();
    if (typeof model === 'string') return 'you';
    return (await pickWorker(t('Start Loop 2'), model))?.worker;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const { end } of this.watched.values()) end();
  }

  private async letWork(place: TaskPlace): Promise<void> {
    needTrust();
    // One that is not there is said before anything else is asked.
    await this.parts.model(new AbortController().signal);
    await this.give(place, 'model');
  }

  private async assign(place: TaskPlace): Promise<void> {
    needTrust();
    const chosen = await pickWorker(
      t('Assign {0}', oneLine(place.task.id, 40)),
      await this.model(),
      place.task.worker,
    );
    if (!chosen) return;
    if (chosen.worker === 'model') return this.letWork(place);
    await (await this.parts.runs.loopOf(place.entry.folder)).reassign(place.task.id, chosen.worker);
  }

  private async give({ entry: { folder }, task }: TaskPlace, worker: WorkerKind): Promise<void> {
    const files = task.files.length > 0 ? undefined : await askFiles(folder);
    await (await this.parts.runs.loopOf(folder)).reassign(task.id, worker, files);
    await this.parts.goOn(folder);
  }

  /** Its name and what it is; a text says why there is none. */
  private async model(): Promise<Model | string> {
    try {
      return await this.parts.model(new AbortController().signal);
    } catch (error) {
      if (error instanceof UserError) return messageWithNextStep(error);
      throw error;
    }
  }

  private async look(folder: vscode.WorkspaceFolder): Promise<void> {
    try {
      const entry = await this.parts.runs.newest(folder);
      for (const task of entry?.run.tasks ?? []) if (entry) this.follow(entry, task);
    } catch (error) {
      this.parts.onFailure(error);
    }
  }

  private follow(entry: Loop2Entry, task: TaskRecord): void {
    const key = `${entry.run.id}\n${task.id}`;
    const progress = entry.progress.get(task.id);
    const known = this.watched.get(key);
    if (!known && !progress) return;
    const isGoingOn = isAtModel(task) && entry.run.status === 'running' && !entry.isElsewhere;
    if (isGoingOn || progress) {
      const watched = known ?? this.watch(entry, task);
      this.watched.set(key, watched);
      watched.report(progress ? progressWords(progress) : t('what it has written is audited'));
      return;
    }
    // Sent back by the audit it is taken up again at once.
    if (!known || (task.state === 'sent back' && entry.run.status === 'running')) return;
    this.watched.delete(key);
    known.end();
    void this.tell(entry, task);
  }

  private watch({ folder }: Loop2Entry, { id, description }: TaskRecord): Watched {
    let report: Watched['report'] = () => undefined;
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    const title = t('Seaworthy: a model works on {0}, {1}', oneLine(id, 40), oneLine(description, 60));
    const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
    void vscode.window.withProgress(options, async (progress, token) => {
      let last = '';
      report = (message) => {
        if (message !== last) progress.report({ message: (last = message) });
      };
      const stop = async (): Promise<void> => (await this.parts.runs.loopOf(folder)).stopWork(id);
      const subscription = token.onCancellationRequested(() => void stop().catch(this.parts.onFailure));
      await over;
      subscription.dispose();
    });
    return { report: (message) => report(message), end };
  }

  private async tell(entry: Loop2Entry, task: TaskRecord): Promise<void> {
    const { documents, proposals } = this.parts;
    const name = oneLine(task.id, 40);
    if (task.state === 'proposed') {
      const text = t(
        '{0}: {1} proposes changes, and their audit has passed.',
        name,
        oneLine(task.workedBy, 60),
      );
      const chosen = await vscode.window.showInformationMessage(text, t('Show Changes'));
      if (chosen) await proposals.show({ entry, task });
    } else if (task.state === 'needs you' && task.reason !== STOPPED) {
      const chosen = await vscode.window.showWarningMessage(
        `${name}: ${oneLine(task.reason, 300)}`,
        t('Show Task'),
      );
      if (chosen) await documents.show(entry.folder, task.id);
    }
  }
}

/** @param model the one there is, or why there is none */
async function pickWorker(
  title: string,
  model: Model | string,
  now?: WorkerKind,
): Promise<WorkerChoice | undefined> {
  const choices: WorkerChoice[] = [
    {
      ...{ label: t('$(person) You'), worker: 'you' },
      detail: t('“Work on Task” opens the files of a task, and you say when it is ready for its audit.'),
    },
    {
      label: `$(sparkle) ${typeof model === 'string' ? t('A language model') : oneLine(model.name, 60)}`,
      worker: 'model',
      detail:
        typeof model === 'string'
          ? oneLine(model, 200)
          : t('What it writes is audited, and gets into your files when you have seen it.'),
    },
    {
      ...{ label: t('$(plug) An agent'), worker: 'agent' },
      detail: t('Takes tasks and hands them in through tools of the editor or of the command line.'),
    },
  ];
  const marked = choices.map((choice) =>
    choice.worker === now ? { ...choice, description: t('now') } : choice,
  );
  const placeHolder = t('Who does it? Whoever it is, only an audit says that a task is done.');
  return vscode.window.showQuickPick(marked, { title, placeHolder, matchOnDetail: true });
}
