import * as path from 'node:path';
import * as vscode from 'vscode';
import { describeError, isCancelled, messageOf } from '../../base/errors';
import { changedFiles, committedFiles, lastMove, moveLog } from '../../base/git';
import type { Logger } from '../../base/logger';
import { oneLine } from '../../base/text';
import type { WideAudit } from '../wideAudit';
import { SETTINGS, SETTINGS_SECTION } from '../ids';
import type { ProjectConfigs } from '../projectConfigs';
import { nameOf, targetsOf } from './targets';
import type { DeployTarget } from './targets';

/** Audits files of a folder, all three stages. */
export type AuditFiles = (
  folder: vscode.WorkspaceFolder,
  files: readonly string[],
  cancel: AbortController,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
) => Promise<WideAudit>;

interface Parts {
  configs: ProjectConfigs;
  /** Deploys without a question. */
  startAgreed: (target: DeployTarget) => Promise<void>;
  auditFiles: AuditFiles;
  logger: Logger;
}

/** Git writes its log in more than one go. In milliseconds. */
const PAUSE = 300;

/** Deploys after a commit that passes its audit, where the file asks for it and the user's own setting allows it. */
export class AutoDeploy implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private watched = new Map<string, FolderWatch>();

  constructor(private readonly parts: Parts) {
    const follow = (): void => void this.follow();
    this.subscriptions = [
      parts.configs.onDidChange(follow),
      vscode.workspace.onDidGrantWorkspaceTrust(follow),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.autoDeploy}`)) follow();
      }),
    ];
    follow();
  }

  dispose(): void {
    for (const each of [...this.subscriptions, ...this.watched.values()]) each.dispose();
  }

  private async follow(): Promise<void> {
    const isOn =
      vscode.workspace.isTrusted &&
      vscode.workspace.getConfiguration(SETTINGS_SECTION).get<unknown>(SETTINGS.autoDeploy) === true;
    const wanted = new Map<string, { folder: vscode.WorkspaceFolder; targets: DeployTarget[] }>();
    for (const each of isOn ? this.parts.configs.folders() : []) {
      const targets = targetsOf(each).filter(({ chosen }) => chosen.environment.auto);
      if (targets.length > 0 && each.problems.length === 0)
        wanted.set(each.folder.uri.toString(), { folder: each.folder, targets });
    }
    for (const [key, watch] of this.watched) {
      if (wanted.has(key)) continue;
      watch.dispose();
      this.watched.delete(key);
    }
    for (const [key, { folder, targets }] of wanted) {
      const known = this.watched.get(key) ?? new FolderWatch(folder, this.parts);
      this.watched.set(key, known);
      known.targets = targets;
    }
  }
}

/** The commits of one folder. */
class FolderWatch implements vscode.Disposable {
  targets: readonly DeployTarget[] = [];
  private watcher: vscode.Disposable | undefined;
  private timer: NodeJS.Timeout | undefined;
  private current = new AbortController();
  private known = '';

  constructor(
    private readonly folder: vscode.WorkspaceFolder,
    private readonly parts: Parts,
  ) {
    this.begin().catch((error: unknown) =>
      parts.logger.warn(`Commits can not be followed: ${messageOf(error)}`),
    );
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.watcher?.dispose();
    this.current.abort();
  }

  private async begin(): Promise<void> {
    const { fsPath } = this.folder.uri;
    this.known = (await lastMove(fsPath, this.current.signal))?.commit ?? '';
    const log = await moveLog(fsPath, this.current.signal);
    const pattern = new vscode.RelativePattern(vscode.Uri.file(path.dirname(log)), path.basename(log));
    const watcher = vscode.workspace.createFileSystemWatcher(pattern);
    const soon = (): void => {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.look(), PAUSE);
    };
    this.watcher = vscode.Disposable.from(watcher, watcher.onDidChange(soon), watcher.onDidCreate(soon));
  }

  private look(): void {
    this.afterMove().catch((error: unknown) => {
      if (isCancelled(error)) return;
      this.parts.logger.error(describeError(error));
      void vscode.window.showWarningMessage(
        vscode.l10n.t('Seaworthy: nothing was deployed. {0}', oneLine(messageOf(error), 300)),
      );
    });
  }

  private async afterMove(): Promise<void> {
    const { fsPath } = this.folder.uri;
    const move = await lastMove(fsPath, undefined);
    if (!move || move.commit === this.known) return;
    this.known = move.commit;
    // Whatever the branch moved to, what was about to be deployed is old.
    this.current.abort();
    this.current = new AbortController();
    if (!move.isCommit || this.targets.length === 0) return;
    const cancel = this.current;
    const short = move.commit.slice(0, 9);
    const names = this.targets.map((target) => oneLine(nameOf(target), 100)).join(', ');
    const why = await this.whyNot(move.commit, vscode.l10n.t('commit {0} for {1}', short, names), cancel);
    if (cancel.signal.aborted) return;
    if (why !== '') {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('Commit {0} is not deployed to {1}: {2}.', short, names, why),
      );
      return;
    }
    await Promise.all(this.targets.map((target) => this.deploy(target, short, cancel)));
  }

  /** Empty when nothing speaks against it. */
  private async whyNot(commit: string, what: string, cancel: AbortController): Promise<string> {
    const { fsPath } = this.folder.uri;
    const open = await changedFiles(fsPath, undefined, cancel.signal);
    // What is deployed is the folder as it lies there.
    if (open.length === 1) return vscode.l10n.t('1 file of the folder is not committed');
    if (open.length > 1) return vscode.l10n.t('{0} files of the folder are not committed', open.length);
    const files = await committedFiles(fsPath, commit, cancel.signal);
    const { summary } = await withProgress(
      vscode.l10n.t('Seaworthy: auditing {0}', what),
      cancel,
      (progress) => this.parts.auditFiles(this.folder, files, cancel, progress),
    );
    return summary.verdict === 'pass' ? '' : vscode.l10n.t('its audit says {0}', summary.verdict);
  }

  private async deploy(target: DeployTarget, commit: string, cancel: AbortController): Promise<void> {
    const { auto } = target.chosen.environment;
    if (!auto) return;
    const name = oneLine(nameOf(target), 100);
    const own = new AbortController();
    const stop = (): void => own.abort();
    cancel.signal.addEventListener('abort', stop);
    const title = vscode.l10n.t('Seaworthy: commit {0} passed its audit. Deploying to {1}', commit, name);
    await withProgress(title, own, (progress) => countDown(auto.delaySeconds, own.signal, progress));
    cancel.signal.removeEventListener('abort', stop);
    if (own.signal.aborted)
      vscode.window.setStatusBarMessage(vscode.l10n.t('Seaworthy: {0} is not deployed to', name), 5000);
    else await this.parts.startAgreed(target);
  }
}

function withProgress<T>(
  title: string,
  cancel: AbortController,
  work: (progress: vscode.Progress<{ message?: string; increment?: number }>) => Promise<T>,
): Thenable<T> {
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  return vscode.window.withProgress(options, async (progress, token) => {
    const subscription = token.onCancellationRequested(() => cancel.abort());
    try {
      return await work(progress);
    } finally {
      subscription.dispose();
    }
  });
}

/** Resolves when the time is over or it is called off. */
function countDown(
  seconds: number,
  signal: AbortSignal,
  progress: vscode.Progress<{ message?: string; increment?: number }>,
): Promise<void> {
  return new Promise((resolve) => {
    const begun = Date.now();
    let told = 0;
    const end = (): void => {
      clearInterval(timer);
      resolve();
    };
    const tick = (): void => {
      const passed = Math.floor((Date.now() - begun) / 1000);
      if (passed >= seconds) return end();
      progress.report({
        message: vscode.l10n.t('in {0} s', seconds - passed),
        increment: ((passed - told) * 100) / seconds,
      });
      told = passed;
    };
    const timer = setInterval(tick, 1000);
    signal.addEventListener('abort', end);
    tick();
  });
}
