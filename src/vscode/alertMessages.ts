import { createHash } from 'node:crypto';
import * as fs from 'node:fs/promises';
import * as path from 'node:path';
import * as vscode from 'vscode';
import type { App } from '../app';
import type { FleetEngine } from '../appFleet';
import { hasCode, messageOf, messageWithNextStep, UserError } from '../base/errors';
import type { Logger } from '../base/logger';
import { withoutLinks } from '../base/text';
import { AlertWatch } from '../fleet/alerts';
import type { Alert } from '../fleet/alerts';
import { alertTexts } from '../fleet/alertText';
import { loadContainers } from '../fleet/loadContainers';
import type { Settings } from '../settings';
import type { AlertWebhook } from './alertWebhook';
import { containerNode } from './containersModel';
import type { ContainerNode, ContainersModel } from './containersModel';

/** Starting up is not made slower by it. In milliseconds. */
const START_DELAY = 5000;
/** A window that nobody looks at leaves the message to the one that somebody does. In milliseconds. */
const DEFERENCE = 1000;
/** How long a claim is kept, in milliseconds. */
const CLAIM_AGE = 3_600_000;
const ENGINE_LIMIT = 30_000;

interface Around {
  app: App;
  model: ContainersModel;
  settings: () => Settings;
  logger: Logger;
  webhook: AlertWebhook;
  /** Folder in which the windows agree on which of them tells. */
  claims: string;
}

/** Tells of containers that crash or become unhealthy, whether or not their view is visible. */
export class AlertMessages implements vscode.Disposable {
  private readonly watches = new Map<FleetEngine, AlertWatch>();
  private readonly starting = setTimeout(() => this.follow(), START_DELAY);

  constructor(
    private readonly around: Around,
    private readonly actions: Readonly<Record<string, (nodes: ContainerNode[]) => Promise<unknown>>>,
  ) {}

  /** To be called when the settings have changed. */
  follow(): void {
    clearTimeout(this.starting);
    const { app, settings } = this.around;
    const wanted = settings().alerts ? app.engines() : [];
    for (const [engine, watch] of this.watches) {
      if (wanted.includes(engine)) continue;
      watch.stop();
      this.watches.delete(engine);
    }
    for (const engine of wanted) {
      if (this.watches.has(engine)) continue;
      const isOwn = (id: string): boolean => app.operator.isOwn(id);
      this.watches.set(
        engine,
        new AlertWatch(engine.list, isOwn, (alerts) => void this.tell(engine, alerts)),
      );
    }
  }

  dispose(): void {
    clearTimeout(this.starting);
    for (const watch of this.watches.values()) watch.stop();
  }

  private async tell(engine: FleetEngine, alerts: readonly Alert[]): Promise<void> {
    const { logger, webhook, claims } = this.around;
    try {
      if (!vscode.window.state.focused) await new Promise((resolve) => setTimeout(resolve, DEFERENCE));
      const mine: Alert[] = [];
      for (const alert of alerts) if (await claim(claims, engine.setting, alert)) mine.push(alert);
      if (mine.length === 0) return;
      for (const { kind, name, project = '' } of mine) logger.warn(`Alert: ${project} ${name} ${kind}`);
      void webhook.send(mine);
      const bad = mine.filter(({ kind }) => kind !== 'recovered');
      for (const project of new Set(bad.map((each) => each.project)))
        void this.show(
          engine,
          bad.filter((each) => each.project === project),
        );
    } catch (error) {
      logger.error(`An alert could not be told: ${messageOf(error)}`);
    }
  }

  private async show(engine: FleetEngine, alerts: readonly Alert[]): Promise<void> {
    const text = withoutLinks(alertTexts(alerts).join(' '));
    const chosen = await vscode.window.showWarningMessage(text, ...Object.keys(this.actions));
    const action = chosen === undefined ? undefined : this.actions[chosen];
    if (!action) return;
    try {
      await action(await this.nodesOf(engine, alerts));
    } catch (error) {
      void vscode.window.showWarningMessage(withoutLinks(messageWithNextStep(error)));
    }
  }

  /** Looked up now: the view may never have been open, and what it knows decides on the questions that are asked. */
  private async nodesOf(engine: FleetEngine, alerts: readonly Alert[]): Promise<ContainerNode[]> {
    const signal = AbortSignal.timeout(ENGINE_LIMIT);
    const containers = await loadContainers(await engine.engine.connect(signal), signal);
    this.around.model.setState(engine, { kind: 'ready', containers });
    const names = new Set(alerts.map(({ name }) => name));
    const nodes = containers
      .filter(({ name }) => names.has(name))
      .map((container) => containerNode(engine, container));
    if (nodes.length === 0)
      throw new UserError(vscode.l10n.t('{0}: there is no such container now', [...names].join(', ')));
    return nodes;
  }
}

/** Whether this window is the one to tell of an alert: the first that asks. */
async function claim(folder: string, setting: string, { id, kind, at, times }: Alert): Promise<boolean> {
  const key = createHash('sha256')
    .update(JSON.stringify([setting, id, kind, at, times]))
    .digest('hex');
  await fs.mkdir(folder, { recursive: true });
  for (const name of await fs.readdir(folder)) {
    const file = path.join(folder, name);
    const stat = await fs.stat(file).catch(() => undefined);
    if (stat && Date.now() - stat.mtimeMs > CLAIM_AGE) await fs.rm(file, { force: true });
  }
  try {
    await (await fs.open(path.join(folder, key.slice(0, 32)), 'wx')).close();
    return true;
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false;
    // Twice is better than never.
    return true;
  }
}
