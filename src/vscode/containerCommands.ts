import * as vscode from 'vscode';
import { isCancelled, messageWithNextStep, UserError } from '../base/errors';
import { oneLine } from '../base/text';
import { countOf } from '../base/texts';
import type { ContainerVerb } from '../engine/connection';
import { stateWords } from '../fleet/words';
import type { Operator } from '../fleet/operations';
import { isContainerNode } from './containersModel';
import type { ContainerNode, ContainersModel } from './containersModel';
import { askBefore } from './questions';

/** What each verb needs a container to be, and whether it hurts who uses the container. */
const VERBS: Record<
  ContainerVerb,
  { title: string; done: string; states: readonly string[]; hurts: string }
> = {
  start: {
    title: vscode.l10n.t('Start'),
    done: vscode.l10n.t('started'),
    states: ['created', 'exited', 'dead'],
    hurts: '',
  },
  unpause: {
    title: vscode.l10n.t('Unpause'),
    done: vscode.l10n.t('unpaused'),
    states: ['paused'],
    hurts: '',
  },
  stop: {
    title: vscode.l10n.t('Stop'),
    done: vscode.l10n.t('stopped'),
    states: ['running', 'paused', 'restarting'],
    hurts: vscode.l10n.t('It stays away until it is started again.'),
  },
  restart: {
    title: vscode.l10n.t('Restart'),
    done: vscode.l10n.t('restarted'),
    states: ['running', 'paused', 'restarting', 'exited'],
    hurts: vscode.l10n.t('It does not answer until it is up again.'),
  },
  pause: {
    title: vscode.l10n.t('Pause'),
    done: vscode.l10n.t('paused'),
    states: ['running'],
    hurts: vscode.l10n.t('It does not answer until it goes on.'),
  },
  kill: {
    title: vscode.l10n.t('Kill'),
    done: vscode.l10n.t('killed'),
    states: ['running', 'paused', 'restarting'],
    hurts: vscode.l10n.t('It gets no time to save what it has in memory.'),
  },
  remove: {
    title: vscode.l10n.t('Remove'),
    done: vscode.l10n.t('removed'),
    states: ['created', 'running', 'paused', 'restarting', 'exited', 'dead'],
    hurts: vscode.l10n.t('What it has written outside of volumes is lost. This cannot be undone.'),
  },
};

/** Handler of "Start", "Stop" and their kin, for the selected rows or one that is chosen. */
export async function operateContainers(
  verb: ContainerVerb,
  { model, operator }: { model: ContainersModel; operator: Operator },
  row: unknown,
  selected: unknown,
): Promise<void> {
  const { title, done, states, hurts } = VERBS[verb];
  const nodes = await chooseContainers(model, title, row, selected, states);
  if (nodes.length === 0) return;
  if (hurts !== '' && !(await isWanted(model, nodes, title, hurts))) return;
  const failures = await withCancel(`Seaworthy: ${title}`, async (signal, progress) => {
    const failed: string[] = [];
    for (const { engine, container } of nodes) {
      if (signal.aborted) break;
      progress.report({ message: oneLine(container.name, 100), increment: 100 / nodes.length });
      try {
        await operator.operate(await engine.engine.connect(signal), verb, container, signal);
      } catch (error) {
        if (!isCancelled(error)) failed.push(messageWithNextStep(error));
      }
    }
    return failed;
  });
  if (failures.length > 0) throw new UserError(failures.map((each) => oneLine(each, 300)).join(' '));
  vscode.window.setStatusBarMessage(
    vscode.l10n.t('Seaworthy: {0} {1}', countOf(nodes.length, 'container'), done),
    5000,
  );
}

function isWanted(
  model: ContainersModel,
  nodes: readonly ContainerNode[],
  title: string,
  hurts: string,
): Promise<boolean> {
  const names = nodes.map(({ container }) => oneLine(container.name, 100));
  const [first = ''] = names;
  const what = names.length === 1 ? first : countOf(names.length, 'container');
  const needing = new Set(nodes.flatMap((node) => dependentsOf(model, node)));
  const detail = [
    ...(names.length > 1 ? [names.slice(0, 20).join(', ')] : []),
    hurts,
    ...(needing.size > 0 ? [vscode.l10n.t('Needed by: {0}.', [...needing].slice(0, 20).join(', '))] : []),
  ];
  const isProduction = nodes.some(
    (node) => node.container.isProduction || model.projectOf(node)?.isProduction === true,
  );
  return askBefore({
    question: vscode.l10n.t('{0} {1}?', title, what),
    detail: detail.join('\n'),
    action: title,
    isProduction,
  });
}

/** Names of the containers whose services say that they need this one. */
function dependentsOf(model: ContainersModel, node: ContainerNode): string[] {
  const { service } = node.container;
  if (service === undefined) return [];
  const others = model.projectOf(node)?.containers ?? [];
  return others.filter(({ dependsOn }) => dependsOn.includes(service)).map(({ name }) => oneLine(name, 100));
}

/** The selected rows, the row, or what is picked from a list; only containers in one of the states, if given. */
export async function chooseContainers(
  model: ContainersModel,
  title: string,
  row: unknown,
  selected: unknown,
  states?: readonly string[],
): Promise<ContainerNode[]> {
  const rows = (Array.isArray(selected) && selected.includes(row) ? selected : [row]).filter(isContainerNode);
  const fits = ({ container }: ContainerNode): boolean => !states || states.includes(container.state);
  const fitting = rows.filter(fits);
  if (fitting.length > 0) return fitting;
  const [unfit] = rows;
  if (unfit) {
    const name = oneLine(unfit.container.name, 100);
    throw new UserError(
      vscode.l10n.t(
        '{0} is {1}: there is nothing to {2}',
        name,
        stateWords(unfit.container),
        title.toLowerCase(),
      ),
    );
  }
  const items = model
    .all()
    .filter(fits)
    .map((node) => ({
      label: oneLine(node.container.name, 200),
      description: `${stateWords(node.container)} · ${oneLine(node.container.image, 100)}`,
      node,
    }));
  if (items.length === 0)
    throw new UserError(
      vscode.l10n.t('No container to choose from'),
      vscode.l10n.t('Open the Containers view first.'),
    );
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen ? [chosen.node] : [];
}

/** Handler of "Copy ID". */
export async function copyIds(model: ContainersModel, row: unknown, selected: unknown): Promise<void> {
  const nodes = await chooseContainers(model, vscode.l10n.t('Copy ID'), row, selected);
  if (nodes.length > 0)
    await vscode.env.clipboard.writeText(nodes.map(({ container }) => container.id).join('\n'));
}

/** Handler of "Open in Browser". */
export async function openPort(model: ContainersModel, row: unknown): Promise<void> {
  const [node] = await chooseContainers(model, vscode.l10n.t('Open in Browser'), row, undefined);
  if (!node) return;
  const ports = node.container.ports.flatMap(({ port, protocol, published }) =>
    published && protocol === 'tcp' ? [{ port, published }] : [],
  );
  const name = oneLine(node.container.name, 100);
  if (ports.length === 0) throw new UserError(vscode.l10n.t('{0} publishes no port', name));
  const items = ports.map(({ port, published }) => ({
    label: `${published.port}`,
    description: vscode.l10n.t('port {0} of the container', port),
    port: published.port,
  }));
  const chosen =
    items.length === 1
      ? items[0]
      : await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Port of {0}', name) });
  if (!chosen) return;
  const scheme = chosen.port === 443 || chosen.port === 8443 ? 'https' : 'http';
  const { address } = await node.engine.engine.connect();
  const host = address.kind === 'socket' ? 'localhost' : address.host;
  await vscode.env.openExternal(
    vscode.Uri.parse(`${scheme}://${host.includes(':') ? `[${host}]` : host}:${chosen.port}`),
  );
}

/** Handler of "Remove Leftover Sandboxes". */
export async function pruneSandboxes(sweep: () => Promise<number>): Promise<void> {
  const removed = await sweep();
  const what =
    removed === 0
      ? vscode.l10n.t('No sandbox was left behind. Those of running audits stay.')
      : vscode.l10n.t('Sandboxes: {0} left behind removed. Those of running audits stay.', removed);
  void vscode.window.showInformationMessage(what);
}

/** A progress message whose cancel aborts the signal. */
export async function withCancel<T>(
  title: string,
  work: (
    signal: AbortSignal,
    progress: vscode.Progress<{ message?: string; increment?: number }>,
  ) => Promise<T>,
): Promise<T> {
  const options = { location: vscode.ProgressLocation.Notification, cancellable: true, title };
  return vscode.window.withProgress(options, async (progress, token) => {
    const cancel = new AbortController();
    const subscription = token.onCancellationRequested(() => cancel.abort());
    try {
      return await work(cancel.signal, progress);
    } finally {
      subscription.dispose();
    }
  });
}
