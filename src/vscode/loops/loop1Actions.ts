import * as os from 'node:os';
import * as vscode from 'vscode';
import { UserError } from '../../base/errors';
import { t } from '../../base/texts';
import type { Loop1 } from '../../loops/loop1/loop1';
import type { CardView, Loop1View } from '../../loops/loop1/view';
import type { Loop1Request } from '../../protocol';
import { exportRun } from './exportRun';
import type { Loop1Runs, RunEntry } from './loop1Runs';
import { openPlace } from './openPlace';
import type { RemedyEdits } from './remedyEdits';
import type { NetworkConsent } from './startLoop1';

const DAY = 24 * 60 * 60 * 1000;
const gone = (): string => t('It may be gone: run the next iteration.');

/** What the page was given when it asked. */
interface Asked {
  folder: vscode.WorkspaceFolder;
  entry: RunEntry | undefined;
  view: Loop1View | undefined;
  /** Of work that goes on after the answer. */
  onFailure: (error: unknown) => void;
}

interface Parts {
  runs: Loop1Runs;
  edits: RemedyEdits;
  consent: NetworkConsent;
  /** Asks for the goal, and begins a new run. */
  startNew: (folder: vscode.WorkspaceFolder) => Promise<void>;
}

/** What a page can have done. Each resolves to what is to be said of it, empty for nothing; rejects with `UserError`. */
export class Loop1Actions {
  constructor(private readonly parts: Parts) {}

  async act(request: Loop1Request, asked: Asked): Promise<string> {
    switch (request.type) {
      case 'openEvidence':
        return openPlace(asked.folder, cardOf(asked, request.scenarioId).evidence[request.index], gone());
      case 'openArtifact':
        return openArtifact(asked, request.index);
      case 'openPlan': {
        const file = asked.view?.goal.files[request.index];
        return openPlace(asked.folder, file === undefined ? undefined : { file, line: 1 }, gone());
      }
      case 'copyTask':
        return copyTask(cardOf(asked, request.scenarioId));
      case 'export':
        return exportRun(asked.folder, asked.entry, request.format);
      case 'start':
      case 'resume':
      case 'pause':
      case 'cancel':
      case 'newRun':
      case 'allowNetwork':
      case 'forbidNetwork':
        return this.control(request.type, asked);
      case 'addConstraint':
      case 'addCard':
      case 'decide':
      case 'undecide':
        return this.say(request, await this.own(asked));
      case 'preview':
      case 'apply':
      case 'takeBack':
      case 'runCommand':
        return this.remedy(request.type, request.scenarioId, asked);
    }
  }

  private async control(
    what: 'start' | 'resume' | 'pause' | 'cancel' | 'newRun' | 'allowNetwork' | 'forbidNetwork',
    asked: Asked,
  ): Promise<string> {
    needTrust();
    const { folder, onFailure } = asked;
    const { runs, consent, startNew } = this.parts;
    if (what === 'newRun') {
      startNew(folder).catch(onFailure);
      return '';
    }
    if (what === 'allowNetwork' || what === 'forbidNetwork') {
      await consent.set(what === 'allowNetwork');
      return what === 'allowNetwork'
        ? t('The network is asked from the next iteration on.')
        : t('The network is not asked any more.');
    }
    const loop = await runs.loopOf(folder);
    if (what === 'start' || what === 'resume') {
      const networkAllowed = what === 'start' ? await consent.ask() : false;
      if (networkAllowed === undefined) return '';
      const work = what === 'start' ? loop.start({ networkAllowed }) : loop.resume();
      // It tells of itself while it goes on.
      work.catch(onFailure);
      return '';
    }
    await this.own(asked);
    await (what === 'pause' ? loop.pause() : loop.cancel());
    return what === 'pause'
      ? t('Paused. What is finished is kept.')
      : t('Cancelled. What is finished is kept.');
  }

  private async say(
    request: Extract<Loop1Request, { type: 'addConstraint' | 'addCard' | 'decide' | 'undecide' }>,
    loop: Loop1,
  ): Promise<string> {
    switch (request.type) {
      case 'addConstraint':
        await loop.inject('constraint', request.text);
        return t('It counts from now on.');
      case 'addCard': {
        const { title, place, ...card } = request.card;
        await loop.inject('card', title, { ...card, evidence: evidenceAt(place) });
        return t('Your card is on the board.');
      }
      case 'decide': {
        const { scenarioId, kind, reason, days } = request;
        const expiresAt = days > 0 ? new Date(Date.now() + days * DAY).toISOString() : null;
        await loop.decide({ scenarioId, kind, reason, by: os.userInfo().username, expiresAt });
        return '';
      }
      case 'undecide':
        await loop.undecide(request.scenarioId);
        return t('It is as it was before the decision.');
    }
  }

  private async remedy(
    what: 'preview' | 'apply' | 'takeBack' | 'runCommand',
    scenarioId: string,
    asked: Asked,
  ): Promise<string> {
    await this.own(asked);
    const { edits } = this.parts;
    const { folder, entry } = asked;
    if (!entry) throw new UserError(t('There is no run yet'), t('Start one.'));
    switch (what) {
      case 'preview':
        await edits.preview(folder, entry.run, scenarioId);
        return '';
      case 'apply':
        return edits.apply(folder, entry.run, scenarioId);
      case 'takeBack':
        return edits.takeBack(entry.run.id, scenarioId);
      case 'runCommand':
        return typeCommand(folder, cardOf(asked, scenarioId));
    }
  }

  /** The loop of the run, where it is this window's to change. */
  private async own({ folder, entry }: Asked): Promise<Loop1> {
    needTrust();
    if (entry && !entry.isNewest)
      throw new UserError(t('This run is an earlier one'), t('Open the newest run to change something.'));
    if (entry?.isElsewhere)
      throw new UserError(
        t('Another window or command is at work on this run'),
        t('Wait for it, or pause it there.'),
      );
    return this.parts.runs.loopOf(folder);
  }
}

export function needTrust(): void {
  if (vscode.workspace.isTrusted) return;
  throw new UserError(
    t('Loop 1 does not work on a workspace that is not trusted: it asks git and containers about it'),
    t('Trust it first, with "Manage Workspace Trust".'),
  );
}

function cardOf({ view }: Asked, scenarioId: string): CardView {
  const all = view ? [...view.columns.flatMap(({ cards }) => cards), ...view.settled, ...view.gone] : [];
  const card = all.find(({ id }) => id === scenarioId);
  if (!card) throw new UserError(t('This card is not there any more'));
  return card;
}

async function openArtifact({ view, folder }: Asked, index: number): Promise<string> {
  const artifact = view?.artifacts[index];
  if (artifact?.place) return openPlace(folder, artifact.place, gone());
  if (artifact?.url?.startsWith('https://')) {
    await vscode.env.openExternal(vscode.Uri.parse(artifact.url, true));
    return '';
  }
  throw new UserError(t('There is nothing to open'));
}

async function copyTask({ remedy }: CardView): Promise<string> {
  if (remedy?.kind !== 'task') throw new UserError(t('This card has no task'));
  await vscode.env.clipboard.writeText(
    `${remedy.description}\n\n${t('Done when: {0}', remedy.acceptance)}\n`,
  );
  return t('Copied.');
}

/** Into a terminal, not run: that is for who reads it. */
function typeCommand(folder: vscode.WorkspaceFolder, { remedy }: CardView): string {
  if (remedy?.kind !== 'command') throw new UserError(t('This card has no command'));
  const cwd = remedy.folder === '.' ? folder.uri : vscode.Uri.joinPath(folder.uri, remedy.folder);
  const terminal = vscode.window.createTerminal({ name: t('Loop 1'), cwd });
  terminal.show();
  terminal.sendText(remedy.command, false);
  return t('It stands in the terminal. Press Enter there to run it.');
}

/** `src/cart.js:12`, or nothing. */
function evidenceAt(place: string): { file: string; line: number; shows: string }[] {
  const [, file, line] = /^(.+?)(?::(\d{1,7}))?$/.exec(place.trim()) ?? [];
  if (file === undefined) return [];
  return [
    { file: file.replaceAll('\\', '/'), line: Math.max(1, Number(line ?? 1)), shows: 'named by a person' },
  ];
}
