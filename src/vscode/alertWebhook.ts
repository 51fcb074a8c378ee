import * as vscode from 'vscode';
import { messageWithNextStep } from '../base/errors';
import type { Logger } from '../base/logger';
import type { Alert } from '../fleet/alerts';
import { postToWebhook, webhookAddress, webhookMessage } from '../fleet/webhook';

const KEY = 'seaworthy.alertWebhook';

/** The address to which alerts are sent as well. It is a secret, and kept as one. */
export class AlertWebhook {
  constructor(
    private readonly secrets: vscode.SecretStorage,
    private readonly logger: Logger,
  ) {}

  /** Handler of "Set Alert Webhook": asks for the address, keeps it, and tries it. */
  async ask(): Promise<void> {
    const isSet = (await this.secrets.get(KEY)) !== undefined;
    const typed = await vscode.window.showInputBox({
      title: vscode.l10n.t('Alert Webhook'),
      prompt: isSet
        ? vscode.l10n.t(
            'Alerts are posted there as JSON. One is set; empty removes it. A test message is sent now.',
          )
        : vscode.l10n.t('Alerts are posted there as JSON. A test message is sent now.'),
      placeHolder: 'https://',
      password: true,
      ignoreFocusOut: true,
      validateInput: (text) => (text.trim() === '' ? undefined : problemOf(text)),
    });
    if (typed === undefined) return;
    if (typed.trim() === '') {
      await this.secrets.delete(KEY);
      if (isSet) void vscode.window.showInformationMessage(vscode.l10n.t('The alert webhook is removed.'));
      return;
    }
    const address = webhookAddress(typed);
    await this.secrets.store(KEY, address.href);
    const test = { ...webhookMessage([]), text: vscode.l10n.t('Seaworthy: alerts will be sent here.') };
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Seaworthy: trying the webhook'),
    };
    await vscode.window.withProgress(options, () => postToWebhook(address, test));
    void vscode.window.showInformationMessage(vscode.l10n.t('Alerts are sent to {0} as well.', address.host));
  }

  /** Sends alerts where an address is set. Never rejects: a failure is in the log. */
  async send(alerts: readonly Alert[]): Promise<void> {
    try {
      const kept = await this.secrets.get(KEY);
      if (kept !== undefined) await postToWebhook(webhookAddress(kept), webhookMessage(alerts));
    } catch (error) {
      this.logger.warn(`An alert was not sent: ${messageWithNextStep(error)}`);
    }
  }
}

function problemOf(text: string): vscode.InputBoxValidationMessage | undefined {
  const message = (text: string, severity: vscode.InputBoxValidationSeverity) => ({
    message: text,
    severity,
  });
  try {
    const { protocol, hostname } = webhookAddress(text);
    const isNear = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
    if (protocol === 'https:' || isNear) return undefined;
    return message(
      vscode.l10n.t('Without https, everybody on the way can read it.'),
      vscode.InputBoxValidationSeverity.Warning,
    );
  } catch (error) {
    return message(messageWithNextStep(error), vscode.InputBoxValidationSeverity.Error);
  }
}
