import * as vscode from 'vscode';
import type { App } from '../../app';
import { CancelledError, messageWithNextStep, UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { oneLine, withoutLinks } from '../../base/text';
import { t } from '../../base/texts';
import type { Loop1, StartOptions } from '../../loops/loop1/loop1';
import type { Loop2 } from '../../loops/loop2/loop2';
import type { Model } from '../../loops/model';
import type { Loop1Run } from '../../loops/loop1/run';
import { statusWords } from '../../loops/words';
import type { HandlersOf } from '../commands';
import { COMMANDS } from '../ids';
import type { LOOP1_COMMANDS, LOOP2_COMMANDS } from '../ids';
import { askBefore } from '../questions';
import { chooseFolder } from './folderLoops';
import { tellInterruptedRuns } from './interruptedRuns';
import { Loop1Actions, needTrust } from './loop1Actions';
import { Loop1Pages } from './loop1Pages';
import { Loop1Runs } from './loop1Runs';
import type { RunEntry } from './loop1Runs';
import { Loop2Features } from './loop2Features';
import { Loop2Runs } from './loop2Runs';
import { LoopRunsTree } from './loopRunsView';
import { RemedyEdits } from './remedyEdits';
import { chooseStart, NetworkConsent } from './startLoop1';
import { TaskDocuments } from './taskDocument';
import { VerifiedTasks } from './verifyTasks';

export interface LoopFeatureParts {
  app: App;
  context: vscode.ExtensionContext;
  logger: Logger;
  /** For tasks of a Loop 2. Rejects with `UserError` where there is none. */
  model: (signal: AbortSignal) => Promise<Model>;
  /** Of what nobody has asked for: it is only noted. */
  onProblem: (error: unknown) => void;
}

/** All that is done with loops in the editor. Documents and tabs of it are asked for by their schemes and views. */
export class LoopFeatures implements vscode.Disposable {
  readonly commands: HandlersOf<typeof LOOP1_COMMANDS & typeof LOOP2_COMMANDS>;
  /** What the view shows. */
  readonly rows: LoopRunsTree;
  private readonly runs: Loop1Runs;
  private readonly edits = new RemedyEdits();
  private readonly consent: NetworkConsent;
  readonly pages: Loop1Pages;
  private readonly builds: Loop2Runs;
  private readonly documents: TaskDocuments;
  readonly building: Loop2Features;
  private readonly verified: VerifiedTasks;

  constructor(private readonly parts: LoopFeatureParts) {
    const { app, context } = parts;
    this.runs = new Loop1Runs(app, parts.logger);
    this.consent = new NetworkConsent(context.workspaceState);
    const { runs, edits, consent } = this;
    const startNew = (folder: vscode.WorkspaceFolder): Promise<void> => this.start(folder);
    const actions = new Loop1Actions({ runs, edits, consent, startNew });
    this.pages = new Loop1Pages({ runs, edits, actions }, context.extensionUri);
    this.builds = new Loop2Runs(app, parts.logger);
    this.documents = new TaskDocuments(this.builds);
    this.rows = new LoopRunsTree(runs, this.builds);
    const { builds, documents } = this;
    const { onProblem } = parts;
    this.building = new Loop2Features({
      ...{ app, runs: builds, documents, context, onProblem, model: parts.model },
      onFailure: (error) => {
        const text = withoutLinks(t('Loop 2: {0}', messageWithNextStep(error)));
        parts.logger.warn(text);
        void vscode.window.showWarningMessage(text);
      },
    });
    this.verified = new VerifiedTasks(app);
    this.commands = {
      [COMMANDS.startLoop1]: async (uri) => this.start(await this.folderOf(uri), uri),
      [COMMANDS.openLoop1]: (row, scenarioId) => this.open(row, scenarioId),
      [COMMANDS.nextIteration]: async (row) => this.next(await this.folderOf(row)),
      [COMMANDS.resumeLoop1]: async (row) => this.work(await this.folderOf(row), (loop) => loop.resume()),
      [COMMANDS.pauseLoop1]: async (row) => this.stop(row, (loop) => loop.pause()),
      [COMMANDS.cancelLoop1]: async (row) => this.stop(row, (loop) => loop.cancel()),
      [COMMANDS.deleteLoopRun]: async (row) => this.remove(row),
      [COMMANDS.applyRemedy]: (uri) => edits.applyShown(uri),
      ...this.building.commands,
      [COMMANDS.verifyTasks]: (uri) => this.verified.verify(uri),
    };
  }

  /** The one for all who ask in this window, so that its rows show what is done through it. */
  loop2Of(folder: vscode.WorkspaceFolder): Promise<Loop2> {
    return this.builds.loopOf(folder);
  }

  dispose(): void {
    this.rows.dispose();
    this.building.dispose();
    this.documents.dispose();
    this.builds.dispose();
    this.verified.dispose();
    this.pages.dispose();
    this.edits.dispose();
    this.runs.dispose();
  }

  /** What happened while no window was open. */
  async lookBack(): Promise<void> {
    const { building } = this;
    const begun = await tellInterruptedRuns(this.parts.app, this.runs.folders(), {
      loop1: {
        resume: (folder) => this.work(folder, (loop) => loop.resume()),
        show: (folder) => this.show(folder),
      },
      loop2: { resume: (folder) => building.goOn(folder), show: (folder) => building.show(folder) },
      onProblem: this.parts.onProblem,
    });
    await building.lookBack(begun);
  }

  /** Asks what is to be built, and begins. */
  private async start(folder: vscode.WorkspaceFolder, uri?: unknown): Promise<void> {
    needTrust();
    const loop = await this.runs.loopOf(folder);
    if (loop.isAtWork) return this.show(folder);
    const options = await chooseStart(folder, await loop.latest(), uri);
    if (!options) return;
    const networkAllowed = await this.consent.ask();
    if (networkAllowed === undefined) return;
    await this.show(folder);
    await this.work(folder, (each) => each.start({ ...options, networkAllowed }));
  }

  private async next(folder: vscode.WorkspaceFolder): Promise<void> {
    needTrust();
    const networkAllowed = await this.consent.ask();
    if (networkAllowed === undefined) return;
    const options: StartOptions = { networkAllowed };
    await this.work(folder, (loop) => loop.start(options));
  }

  /** Resolves when the work has ended; how it ended is told where the page is not looked at. */
  private async work(
    folder: vscode.WorkspaceFolder,
    begin: (loop: Loop1) => Promise<Loop1Run>,
  ): Promise<void> {
    needTrust();
    const run = await begin(await this.runs.loopOf(folder));
    const { logger } = this.parts;
    const name = oneLine(run.goal.text, 60) || oneLine(folder.name, 60);
    logger.info(`Loop 1 of ${name}: ${run.status}. ${oneLine(run.reason, 300)}`);
    // Whoever paused or cancelled it knows.
    if (run.status === 'paused' || run.status === 'cancelled' || this.pages.isVisible({ folder, runId: '' }))
      return;
    const isBad = run.status === 'failed' || run.status === 'not converged';
    const show = isBad ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
    const text = t('Loop 1 of {0}: {1}. {2}', name, statusWords(run.status), oneLine(run.reason, 300));
    void show(text, t('Show')).then((chosen) => (chosen ? this.show(folder) : undefined));
  }

  private async stop(row: unknown, stop: (loop: Loop1) => Promise<void>): Promise<void> {
    const folder = await this.folderOf(row);
    const [newest] = await this.runs.of(folder);
    if (!newest) throw new UserError(t('There is no run in this workspace yet'), t('Start one.'));
    if (newest.isElsewhere)
      throw new UserError(t('Another window or command is at work on this run'), t('Pause it there.'));
    await stop(await this.runs.loopOf(folder));
  }

  private async open(row: unknown, scenarioId: unknown): Promise<void> {
    const entry = entryOf(row);
    const runId = entry && !entry.isNewest ? entry.run.id : '';
    const folder = entry?.folder ?? (await this.folderOf(row));
    await this.show(folder, runId, scenarioId);
  }

  /** The page of the newest run of a folder, or of the one with this id. */
  private async show(folder: vscode.WorkspaceFolder, runId = '', scenarioId?: unknown): Promise<void> {
    const page = await this.pages.show({ folder, runId });
    if (typeof scenarioId === 'string') page.select(scenarioId);
  }

  private async remove(row: unknown): Promise<void> {
    const entry = entryOf(row);
    if (!entry) return;
    const isWanted = await askBefore({
      question: t('Delete this run of Loop 1?'),
      detail: t('Its cards, decisions and iterations are removed. This cannot be undone.'),
      action: t('Delete'),
      isProduction: false,
    });
    if (isWanted) await this.runs.remove(entry);
  }

  /** That of the row or file, the only one, or the one that is picked. */
  private async folderOf(about: unknown): Promise<vscode.WorkspaceFolder> {
    const entry = entryOf(about);
    const own = about instanceof vscode.Uri ? vscode.workspace.getWorkspaceFolder(about) : entry?.folder;
    const chosen = own ?? (await chooseFolder());
    if (!chosen) throw new CancelledError();
    return chosen;
  }
}

/** The run that a row of the tree is about. */
function entryOf(row: unknown): RunEntry | undefined {
  return (row as { entry?: RunEntry } | undefined)?.entry;
}
