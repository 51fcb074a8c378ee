import * as vscode from 'vscode';
import type { StageName } from '../audit/finding';
import { languageOf } from '../audit/language';
import { describeError, isCancelled } from '../base/errors';
import type { Logger } from '../base/logger';
import { auditQuietly } from './auditCommand';
import type { AuditServices } from './auditCommand';
import { resolveTarget } from './auditTarget';
import { SETTINGS, SETTINGS_SECTION } from './ids';

/** Formatters and "save all" save a file more than once. In milliseconds. */
const PAUSE = 300;

/** What of an audit each choice of the setting stands for; undefined for all of it. */
const STAGES: Record<string, readonly StageName[] | undefined> = {
  static: ['theater', 'quality'],
  all: undefined,
};

/** Audits files when they are saved, where the user wants that; a newer save cancels what goes on for the one before. */
export class AuditOnSave implements vscode.Disposable {
  private readonly waiting = new Map<string, AbortController>();
  private readonly subscription = vscode.workspace.onDidSaveTextDocument(({ uri }) => this.saved(uri));

  constructor(
    private readonly services: AuditServices,
    private readonly logger: Logger,
  ) {}

  dispose(): void {
    this.subscription.dispose();
    for (const cancel of this.waiting.values()) cancel.abort();
  }

  private saved(uri: vscode.Uri): void {
    const choice = vscode.workspace.getConfiguration(SETTINGS_SECTION, uri).get<unknown>(SETTINGS.onSave);
    if (typeof choice !== 'string' || !Object.hasOwn(STAGES, choice)) return;
    if (uri.scheme !== 'file' || !languageOf(uri.fsPath) || !vscode.workspace.getWorkspaceFolder(uri)) return;
    const key = uri.toString();
    this.waiting.get(key)?.abort();
    const cancel = new AbortController();
    this.waiting.set(key, cancel);
    const timer = setTimeout(() => void this.audit(uri, cancel, STAGES[choice]), PAUSE);
    cancel.signal.addEventListener('abort', () => clearTimeout(timer));
  }

  /** Never rejects: nobody asked, so that a failure is told in the log. */
  private async audit(
    uri: vscode.Uri,
    cancel: AbortController,
    stages: readonly StageName[] | undefined,
  ): Promise<void> {
    try {
      await auditQuietly(this.services, resolveTarget(uri), cancel, stages);
    } catch (error) {
      if (!isCancelled(error)) this.logger.warn(`Audit on save: ${describeError(error)}`);
    } finally {
      if (this.waiting.get(uri.toString()) === cancel) this.waiting.delete(uri.toString());
    }
  }
}
