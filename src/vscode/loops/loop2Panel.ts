import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { oneLine } from '../../base/text';
import { t } from '../../base/texts';
import { taskOf } from '../../loops/loop2/turn';
import { viewOf } from '../../loops/loop2/view';
import type { TaskRecord } from '../../loops/loop2/taskRecord';
import type { TaskVerdict } from '../../loops/loop2/verdict';
import type { Loop2PageView, Loop2Request, ToLoop2Page } from '../../protocol';
import { COMMANDS } from '../ids';
import type { Escalations } from './escalations';
import type { PageAbout } from './loopPages';
import type { Loop2Entry, Loop2Runs } from './loop2Runs';
import { openPlace } from './openPlace';
import { PageLink } from './pageLink';
import { readLoop2Message } from './readLoop2Message';
import type { TaskActions } from './taskActions';

export interface Loop2PanelParts {
  runs: Loop2Runs;
  tasks: TaskActions;
  escalations: Escalations;
  /** What is done with a run as a whole; resolves to what is said of it. `onFailure` is told of work that goes on after the answer. */
  control: (
    what: 'start' | 'resume' | 'pause' | 'cancel' | 'add',
    folder: vscode.WorkspaceFolder,
    onFailure: (error: unknown) => void,
  ) => Promise<string>;
}

/** Of one task: those before are kept, and stand in its sheet. */
const MAX_VERDICTS = 10;
const notThere = (): string => t('It is not there yet, or not any more: "Work on Task" makes it.');

/** One tab about Loop 2. */
export class Loop2Panel {
  private readonly link: PageLink<{ id: number } & Loop2Request, ToLoop2Page>;
  private entry: Loop2Entry | undefined;
  /** Of the task that is looked at, as they were told last. */
  private verdicts: readonly TaskVerdict[] = [];
  private looked = '';
  private toSelect: string | undefined;

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly about: PageAbout,
    private readonly parts: Loop2PanelParts,
  ) {
    this.link = new PageLink(
      panel,
      { read: readLoop2Message, act: (asked) => this.act(asked), show: () => this.show() },
      [parts.runs.onDidChange, parts.runs.onDidProgress],
    );
  }

  /** Brings a task to the front, once the page can. */
  select(taskId: string): void {
    this.toSelect = taskId;
    this.link.showSoon();
  }

  private async show(): Promise<void> {
    const { folder } = this.about;
    const entry = await this.parts.runs.newest(folder);
    this.entry = entry;
    const isThere = entry?.run.tasks.some(({ id }) => id === this.looked) ?? false;
    const loop = await this.parts.runs.loopOf(folder);
    this.verdicts = isThere ? (await loop.verdictsOf(this.looked)).slice(0, MAX_VERDICTS) : [];
    const view: Loop2PageView = {
      folder: oneLine(folder.name, 100),
      run: entry ? viewOf(entry.run, new Date()) : null,
      isElsewhere: entry?.isElsewhere ?? false,
      isTrusted: vscode.workspace.isTrusted,
      working: [...(entry?.progress ?? [])].map(([taskId, progress]) => ({ taskId, ...progress })),
      looked: isThere ? { taskId: this.looked, verdicts: this.verdicts } : null,
    };
    this.link.post({ type: 'view', view });
    if (this.toSelect !== undefined) this.link.post({ type: 'select', taskId: this.toSelect });
    this.toSelect = undefined;
  }

  private async act(asked: Loop2Request): Promise<string> {
    const { folder } = this.about;
    switch (asked.type) {
      case 'look':
        this.looked = asked.taskId;
        this.link.showSoon();
        return '';
      case 'start':
      case 'resume':
      case 'pause':
      case 'cancel':
      case 'add':
        return this.parts.control(asked.type, folder, (error) => this.link.tell(0, error));
      case 'deed':
        await this.parts.tasks.deeds[asked.deed](this.placeOf(asked.taskId));
        return '';
      case 'openSheet':
        await this.parts.tasks.show(this.placeOf(asked.taskId));
        return '';
      case 'openFile': {
        const file = this.placeOf(asked.taskId).task.files[asked.index];
        return openPlace(folder, file === undefined ? undefined : { file, line: 1 }, notThere());
      }
      case 'openOrigin':
        return openPlace(
          folder,
          this.placeOf(asked.taskId).task.origin ?? undefined,
          t('Look for it in git.'),
        );
      case 'openFinding':
        return openPlace(folder, this.verdictOf(asked.verdictId).findings[asked.index], notThere());
      case 'openReport':
        return openReport(this.verdictOf(asked.verdictId).reports[asked.index]?.id);
      case 'goBack': {
        const { entry } = this;
        if (entry) await this.parts.escalations.goBack(entry, entry.run.escalations[asked.index]);
        return '';
      }
      case 'openCard':
        return openCard(folder, this.placeOf(asked.taskId).task.scenarios[0]);
    }
  }

  private placeOf(taskId: string): { entry: Loop2Entry; task: TaskRecord } {
    const { entry } = this;
    if (!entry) throw new UserError(t('There is no Loop 2 in this workspace yet'), t('Start one.'));
    return { entry, task: taskOf(entry.run, taskId) };
  }

  private verdictOf(verdictId: string): TaskVerdict {
    const verdict = this.verdicts.find(({ id }) => id === verdictId);
    if (!verdict) throw new UserError(t('This verdict is not shown any more'), t('Choose its task again.'));
    return verdict;
  }
}

async function openReport(id: string | undefined): Promise<string> {
  if (id === undefined) throw new UserError(t('This report is not known any more'));
  await vscode.commands.executeCommand(COMMANDS.openReport, id);
  return '';
}

async function openCard(folder: vscode.WorkspaceFolder, scenarioId: string | undefined): Promise<string> {
  await vscode.commands.executeCommand(COMMANDS.openLoop1, { entry: { folder, isNewest: true } }, scenarioId);
  return '';
}
