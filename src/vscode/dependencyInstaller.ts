import * as vscode from 'vscode';
import type { App } from '../app';
import { isCancelled, messageWithNextStep, throwIfCancelled, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { oneLine } from '../base/text';
import { countOf } from '../base/texts';
import type { InstallOffer } from '../sandbox/dependencies/dependencyImages';
import { fingerprintOf } from '../sandbox/dependencies/dependencyProject';
import { InstallConsents } from '../sandbox/dependencies/installConsents';
import { describeOffer } from '../sandbox/dependencies/offerText';
import { resolveTarget, targetUris } from './auditTarget';
import type { AuditTarget } from './auditTarget';
import { COMMANDS } from './ids';

/** Key in the state that the editor keeps for a workspace; never a setting, which the workspace could bring along. */
const CONSENTS = 'installConsents';
const ONCE = vscode.l10n.t('Install');
const ALWAYS = vscode.l10n.t('Always Install for This Project');

interface Progress {
  signal: AbortSignal;
  onProgress: (message: string) => void;
}

/** Installs dependencies for audits, of which none is ever installed that the user has not agreed to. */
export class DependencyInstaller {
  private readonly consents: InstallConsents;
  /** Installations that failed in this window: the same one is not tried again by itself. */
  private readonly failed = new Set<string>();

  constructor(
    private readonly app: App,
    state: vscode.Memento,
    private readonly logger: Logger,
  ) {
    this.consents = new InstallConsents({
      read: () => state.get<unknown>(CONSENTS),
      write: (consents) => state.update(CONSENTS, consents),
    });
  }

  /**
   * Handler of "Install Dependencies for Audits": asks unless it was agreed to before, then makes the image of the dependencies
   * of the file's project. Called with a document, or for the one in front. Resolves to the image's id, undefined when the user
   * does not want it.
   */
  async install(uri?: unknown): Promise<string | undefined> {
    if (!vscode.workspace.isTrusted) {
      throw new UserError(
        vscode.l10n.t('Nothing is installed for a workspace in Restricted Mode'),
        vscode.l10n.t('trust the workspace first, then try again'),
      );
    }
    const [document] = targetUris(uri, undefined);
    if (!document) return undefined;
    const { folder, file } = resolveTarget(document);
    const offer = await this.app.dependencyOffer(folder.uri.fsPath, file);
    if (!offer) {
      throw new UserError(
        vscode.l10n.t('No lockfile is above {0}', file),
        vscode.l10n.t(
          'make one with your package manager (npm install, pnpm install, yarn install, uv lock, poetry lock) or write a requirements.txt',
        ),
      );
    }
    const images = await this.app.openDependencies();
    if (await images.isMade(offer)) {
      void offerAudit(
        document,
        vscode.l10n.t('The dependencies that {0} names are there.', offer.project.lockfiles.join(', ')),
      );
      return undefined;
    }
    if (!(await this.mayInstall(offer, folder.name))) return undefined;
    const image = await withProgress(vscode.l10n.t('Seaworthy: installing dependencies'), (progress) =>
      images.install(offer, progress),
    );
    this.failed.delete(fingerprintOf(offer.project));
    void offerAudit(document, vscode.l10n.t('Dependencies are installed for audits of {0}.', folder.name));
    return image.id;
  }

  /**
   * Before an audit: installs what the user has agreed to and is not there, such as after a change of the lockfile. What keeps
   * it from being installed goes to the log, and the audit says what it lacks; rejects with `CancelledError` alone.
   */
  async installAgreed({ folder, file }: AuditTarget, progress: Progress): Promise<void> {
    if (!vscode.workspace.isTrusted || this.consents.list().length === 0) return;
    try {
      const offer = await this.app.dependencyOffer(folder.uri.fsPath, file);
      if (!offer || !this.consents.covers(offer.project)) return;
      const fingerprint = fingerprintOf(offer.project);
      const images = await this.app.openDependencies();
      if (this.failed.has(fingerprint) || (await images.isMade(offer, progress.signal))) return;
      this.failed.add(fingerprint);
      await images.install(offer, progress);
      this.failed.delete(fingerprint);
    } catch (error) {
      if (isCancelled(error)) throw error;
      this.logger.warn(`Dependencies were not installed: ${messageWithNextStep(error)}`);
    }
  }

  /** Handler of "Forget Consent to Install Dependencies": shows what was agreed to and takes back what is chosen. */
  async revoke(): Promise<number> {
    const consents = this.consents.list();
    if (consents.length === 0) {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('No installation of dependencies was agreed to in this workspace.'),
      );
      return 0;
    }
    const items = consents.map((consent) => ({
      label: oneLine(consent.folder || consent.workspace, 120),
      description:
        consent.fingerprint === undefined
          ? vscode.l10n.t('any lockfile to come')
          : vscode.l10n.t('one state of its lockfile'),
      detail: oneLine(vscode.l10n.t('{0}, from {1}', consent.kind, consent.hosts.join(', ')), 200),
      consent,
    }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: vscode.l10n.t('Forget Consent to Install Dependencies'),
      placeHolder: vscode.l10n.t('Choose what you want to be asked about again'),
      canPickMany: true,
    });
    if (!chosen || chosen.length === 0) return 0;
    await this.consents.revoke(chosen.map(({ consent }) => consent));
    void vscode.window.showInformationMessage(
      vscode.l10n.t(
        '{0} forgotten. Images that are there stay: "Remove Dependency Images..." removes them.',
        countOf(chosen.length, 'consent'),
      ),
    );
    return chosen.length;
  }

  private async mayInstall(offer: InstallOffer, name: string): Promise<boolean> {
    if (this.consents.covers(offer.project)) return true;
    const question = vscode.l10n.t(
      'Install the dependencies of {0} for audits?',
      offer.project.folder || name,
    );
    const hosts = offer.project.hosts.map((host) => host.replace(/:443$/, '')).join(', ');
    const detail = [
      ...describeOffer(offer),
      vscode.l10n.t(
        '"{0}" also installs, before an audit, what a later lockfile names, as long as it comes from {1}.',
        ALWAYS,
        hosts,
      ),
    ].join('\n\n');
    const answer = await vscode.window.showInformationMessage(
      question,
      { modal: true, detail },
      ONCE,
      ALWAYS,
    );
    if (answer !== ONCE && answer !== ALWAYS) return false;
    await this.consents.add(offer.project, answer === ALWAYS);
    return true;
  }
}

async function withProgress<T>(title: string, work: (progress: Progress) => Promise<T>): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancel = new AbortController();
    const subscription = token.onCancellationRequested(() => cancel.abort());
    try {
      const result = await work({
        signal: cancel.signal,
        onProgress: (message) => progress.report({ message: oneLine(message, 120) }),
      });
      throwIfCancelled(cancel.signal);
      return result;
    } finally {
      subscription.dispose();
    }
  });
}

async function offerAudit(document: vscode.Uri, text: string): Promise<void> {
  const chosen = await vscode.window.showInformationMessage(text, vscode.l10n.t('Audit This File'));
  if (chosen) await vscode.commands.executeCommand(COMMANDS.auditFile, document);
}
