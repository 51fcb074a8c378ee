import * as vscode from 'vscode';
import type { App } from '../../app';
import { UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { oneLine } from '../../base/text';
import { locale } from '../../base/texts';
import { composeProjectOf } from '../../deploy/compose';
import { formatTarget, projectNameFor } from '../../deploy/project';
import { outcomeWords, releaseLine } from '../../deploy/view/releaseView';
import { loadContainers } from '../../fleet/loadContainers';
import { withCancel } from '../containerCommands';
import { containerNode } from '../containersModel';
import type { HandlersOf } from '../commands';
import { COMMANDS } from '../ids';
import type { DEPLOY_COMMANDS } from '../ids';
import type { ProjectConfigs } from '../projectConfigs';
import { AutoDeploy } from './autoDeploy';
import type { AuditFiles } from './autoDeploy';
import { DeploymentRows } from './deploymentRows';
import { DeployPages } from './deployPages';
import type { PageActions } from './deployPanel';
import { Deploys } from './deploys';
import type { EnvironmentDeploys } from './environmentDeploys';
import { tellInterruptions } from './interruptions';
import type { DeploySession, Work } from './session';
import type { Shipper } from './shipper';
import { chooseTarget, freshTarget, nameOf, needTrust } from './targets';
import type { DeployTarget } from './targets';

export interface DeployFeatureParts {
  app: App;
  configs: ProjectConfigs;
  shipper: Shipper;
  extensionUri: vscode.Uri;
  logger: Logger;
  /** Before what is deployed by itself. */
  auditFiles: AuditFiles;
}

/** All that is done with deploys in the editor. */
export class DeployFeatures implements vscode.Disposable {
  readonly rows: DeploymentRows;
  private readonly deploys: Deploys;
  readonly commands: HandlersOf<typeof DEPLOY_COMMANDS>;
  readonly pages: DeployPages;
  private readonly followers: vscode.Disposable;

  constructor(private readonly parts: DeployFeatureParts) {
    const { app, shipper, configs, extensionUri } = parts;
    const connect = (signal: AbortSignal, engine: string | undefined) => app.connectEngine(signal, engine);
    this.deploys = new Deploys({ shipper, connect }, configs);
    this.pages = new DeployPages(this.deploys, (each) => this.actionsOf(each), extensionUri);
    this.rows = new DeploymentRows(this.deploys, configs);
    const answers = {
      putBack: (each: EnvironmentDeploys) => this.start(each, { kind: 'recover' }),
      open: (each: EnvironmentDeploys) => this.open(each),
    };
    this.followers = vscode.Disposable.from(
      tellInterruptions(configs, this.deploys, answers, parts.logger),
      new AutoDeploy({ ...parts, startAgreed: (target) => this.startAgreed(target) }),
    );
    this.commands = {
      [COMMANDS.deploy]: (row) =>
        this.onTarget(vscode.l10n.t('Deploy'), row, (each) => this.start(each, { kind: 'deploy' })),
      [COMMANDS.rollBack]: (row) =>
        this.onTarget(vscode.l10n.t('Roll Back'), row, (each) => this.rollBack(each, rowRelease(row))),
      [COMMANDS.promote]: (row) =>
        this.onTarget(vscode.l10n.t('Promote to'), row, (each) => this.promote(each)),
      [COMMANDS.showDeployments]: (row) =>
        this.onTarget(vscode.l10n.t('Show Deployments'), row, (each) => this.open(each)),
    };
  }

  dispose(): void {
    this.followers.dispose();
    this.pages.dispose();
    this.deploys.dispose();
  }

  /** Shows the plan once there is one, and resolves when that is so; how it ends is told by the page or a message. */
  private async start(deploys: EnvironmentDeploys, work: Work, isAgreed = false): Promise<void> {
    needTrust();
    if (deploys.session && !deploys.session.isOver) return this.pages.show(deploys);
    deploys.target = await freshTarget(deploys.target);
    const title = planningTitle(work.kind, oneLine(nameOf(deploys.target), 100));
    const end = deploys.start(work, isAgreed);
    const { session } = deploys;
    if (!session) return;
    void end.then((ended) => this.tellEnd(deploys, ended));
    await withCancel(title, async (signal, progress) => {
      signal.addEventListener('abort', () => session.cancel());
      await untilPlanned(deploys, session, (message) => progress.report({ message }));
    });
    if (session.result?.outcome === 'cancelled' && session.result.reason === '') return;
    await this.pages.show(deploys);
  }

  /** For what was agreed to beforehand. */
  private startAgreed(target: DeployTarget): Promise<void> {
    return this.start(this.deploys.of(target), { kind: 'deploy' }, true);
  }

  private async rollBack(deploys: EnvironmentDeploys, release: string): Promise<void> {
    needTrust();
    const chosen = release === '' ? await this.chooseRelease(deploys) : release;
    const known = deploys.releases?.find(({ id }) => id === chosen);
    if (known) await this.start(deploys, { kind: 'rollBack', release: known.id });
  }

  private async promote(deploys: EnvironmentDeploys): Promise<void> {
    needTrust();
    const { project, environment } = deploys.target.chosen;
    const { isPromotable } = await import('../../deploy/shipping');
    const name = oneLine(nameOf(deploys.target), 100);
    const others = project.environments.filter((each) => isPromotable(each, environment));
    if (others.length === 0)
      throw new UserError(
        vscode.l10n.t(
          'No other environment of {0} is on the same machine and engine as {1}',
          oneLine(project.name, 100),
          oneLine(environment.name, 100),
        ),
        vscode.l10n.t('Deploy the workspace instead.'),
      );
    const items = others.map((each) => ({
      label: oneLine(each.name, 100),
      description: oneLine(formatTarget(each.target), 200),
      from: each,
    }));
    const title = vscode.l10n.t('Promote to {0}: the environment whose files and images it gets', name);
    const picked = await vscode.window.showQuickPick(items, { title });
    if (picked) await this.start(deploys, { kind: 'promote', from: picked.from });
  }

  private async onTarget(
    title: string,
    row: unknown,
    work: (deploys: EnvironmentDeploys) => Promise<void>,
  ): Promise<void> {
    const target = rowTarget(row) ?? (await chooseTarget(title, row));
    needTrust();
    if (target) await work(this.deploys.of(target));
  }

  private async open(deploys: EnvironmentDeploys): Promise<void> {
    await this.pages.show(deploys);
    await deploys.look();
  }

  private async chooseRelease(deploys: EnvironmentDeploys): Promise<string | undefined> {
    const name = oneLine(nameOf(deploys.target), 100);
    await withCancel(vscode.l10n.t('Seaworthy: looking at the releases of {0}', name), () => deploys.look());
    const { history } = deploys.view();
    if (history.kind === 'failed') throw new UserError(history.text);
    const kept = history.kind === 'ready' ? history.releases.filter(({ canRollBack }) => canRollBack) : [];
    if (kept.length === 0)
      throw new UserError(
        vscode.l10n.t('No earlier release of {0} is kept', name),
        vscode.l10n.t('There is one to go back to after the second deploy.'),
      );
    const items = kept.map((each) => ({
      label: new Date(each.startedAt).toLocaleString(locale()),
      description: releaseLine(each),
      detail: each.id,
      id: each.id,
    }));
    const title = vscode.l10n.t('Roll Back {0}', name);
    return (await vscode.window.showQuickPick(items, { title, matchOnDescription: true }))?.id;
  }

  private actionsOf(deploys: EnvironmentDeploys): PageActions {
    return {
      deploy: () => this.start(deploys, { kind: 'deploy' }),
      putBack: () => this.start(deploys, { kind: 'recover' }),
      rollBack: (release) => this.rollBack(deploys, release),
      openLogs: (service) => this.openLogs(deploys.target, service),
    };
  }

  private async openLogs({ chosen: { environment } }: DeployTarget, service: string): Promise<void> {
    const { app } = this.parts;
    const engine = app.engines().find(({ setting }) => setting === (environment.engine ?? ''));
    if (!engine)
      throw new UserError(
        vscode.l10n.t(
          'The engine {0} is not shown, so that its logs can not be followed.',
          oneLine(environment.engine ?? '', 100),
        ),
        vscode.l10n.t('Add it to seaworthy.containers.otherEngines.'),
      );
    const signal = AbortSignal.timeout(30_000);
    const containers = await loadContainers(await engine.engine.connect(signal), signal);
    const { target, composeProject } = environment;
    const project =
      composeProject ??
      (target.kind === 'local' ? await composeProjectOf(target.path) : projectNameFor(target.path));
    const found = containers.filter((each) => each.project === project && each.service === service);
    const rows = found.map((container) => containerNode(engine, container));
    if (rows.length === 0)
      throw new UserError(vscode.l10n.t('{0} has no container now.', oneLine(service, 100)));
    await vscode.commands.executeCommand(COMMANDS.showLogs, rows[0], rows);
  }

  private async tellEnd(deploys: EnvironmentDeploys, { result, kind }: DeploySession): Promise<void> {
    const { logger, app } = this.parts;
    const name = oneLine(nameOf(deploys.target), 100);
    if (!result) return;
    logger.info(
      `${name}: ${result.outcome}${result.reason === '' ? '' : `: ${oneLine(result.reason, 500)}`}`,
    );
    const { outcome, reason: why } = result;
    // Where nothing was touched, nothing was done.
    if (outcome === 'deployed' || outcome === 'rolled back' || outcome === 'failed')
      await app.keepOperation({
        ...{ action: verbs[kind], target: name, reason: oneLine(why, 500) },
        outcome: outcome === 'deployed' ? 'done' : 'failed',
      });
    if (result.outcome === 'cancelled' || this.pages.isVisible(deploys)) return;
    const isGood = result.outcome === 'deployed' || result.outcome === 'unchanged';
    const show = isGood ? vscode.window.showInformationMessage : vscode.window.showWarningMessage;
    const ended = `${name}: ${outcomeWords(outcome)}.`;
    const text = why === '' ? ended : `${ended} ${oneLine(why, 300)}`;
    if ((await show(text, vscode.l10n.t('Show'))) === vscode.l10n.t('Show')) await this.pages.show(deploys);
  }
}

const verbs: Record<Work['kind'], string> = {
  deploy: 'deploy',
  rollBack: 'roll back',
  promote: 'promote',
  recover: 'put back',
};

function planningTitle(kind: Work['kind'], name: string): string {
  switch (kind) {
    case 'deploy':
      return vscode.l10n.t('Seaworthy: planning the deploy of {0}', name);
    case 'rollBack':
      return vscode.l10n.t('Seaworthy: planning the rollback of {0}', name);
    case 'promote':
      return vscode.l10n.t('Seaworthy: planning the promotion to {0}', name);
    case 'recover':
      return vscode.l10n.t('Seaworthy: putting back {0}', name);
  }
}

/** Until a question is asked, or it goes on or ends without one. */
function untilPlanned(
  deploys: EnvironmentDeploys,
  session: DeploySession,
  onStep: (message: string) => void,
): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      const { phase, message } = session.view();
      if (phase === 'planning') return onStep(message);
      subscription.dispose();
      resolve();
    };
    const subscription = deploys.onDidChange(look);
    look();
  });
}

/** A row of a tree that says which environment it is of. */
function rowTarget(row: unknown): DeployTarget | undefined {
  const { kind, target } = (row ?? {}) as { kind?: unknown; target?: DeployTarget };
  return kind === 'deployments' || kind === 'release' ? target : undefined;
}

/** The release that a row is about; empty for any other. */
function rowRelease(row: unknown): string {
  const { kind, release } = (row ?? {}) as { kind?: unknown; release?: { id?: unknown } };
  return kind === 'release' && typeof release?.id === 'string' ? release.id : '';
}
