import * as vscode from 'vscode';
import { messageOf } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { oneLine } from '../../base/text';
import type { ProjectConfigs } from '../projectConfigs';
import type { Deploys } from './deploys';
import type { EnvironmentDeploys } from './environmentDeploys';
import { ownerText } from './lockOwner';
import { keyOf, nameOf, targetsOf } from './targets';

interface Answers {
  putBack: (deploys: EnvironmentDeploys) => Promise<void>;
  open: (deploys: EnvironmentDeploys) => Promise<void>;
}

/**
 * Looks whether a deploy died in the middle, once for each environment on this machine as soon as it is known, and offers to put back
 * what was there. Others are looked at when they are shown: a host far away is not asked for nothing.
 */
export function tellInterruptions(
  configs: ProjectConfigs,
  deploys: Deploys,
  answers: Answers,
  logger: Logger,
): vscode.Disposable {
  const looked = new Set<string>();
  const look = async (each: EnvironmentDeploys): Promise<void> => {
    const owner = await each.lookForInterruption();
    if (!owner) return;
    const name = oneLine(nameOf(each.target), 100);
    const chosen = await vscode.window.showWarningMessage(
      `${name}: ${ownerText(owner, 'interrupted')}`,
      vscode.l10n.t('Put Back'),
      vscode.l10n.t('Show'),
    );
    if (chosen === vscode.l10n.t('Put Back')) await answers.putBack(each);
    if (chosen === vscode.l10n.t('Show')) await answers.open(each);
  };
  const lookAll = (): void => {
    if (!vscode.workspace.isTrusted) return;
    for (const target of configs.folders().flatMap(targetsOf)) {
      if (target.chosen.environment.target.kind !== 'local' || looked.has(keyOf(target))) continue;
      looked.add(keyOf(target));
      look(deploys.of(target)).catch((error: unknown) => logger.warn(messageOf(error)));
    }
  };
  lookAll();
  return vscode.Disposable.from(
    configs.onDidChange(lookAll),
    vscode.workspace.onDidGrantWorkspaceTrust(lookAll),
  );
}
