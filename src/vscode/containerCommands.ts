import * as vscode from 'vscode';
import { isCancelled, messageWithNextStep, UserError } from '../base/errors';
import { count, oneLine } from '../base/text';
import type { ContainerVerb } from '../engine/connection';
import { stateText } from '../fleet/containers';
import type { Operator } from '../fleet/operations';
import { isContainerNode } from './containersModel';
import type { ContainerNode, ContainersModel } from './containersModel';
import { askBefore } from './questions';

/** What each verb needs a container to be, and whether it hurts who uses the container. */
const VERBS: Record<
  ContainerVerb,
  { title: string; done: string; states: readonly string[]; hurts: string }
> = {
  start: { title: 'Start', done: 'started', states: ['created', 'exited', 'dead'], hurts: '' },
  unpause: { title: 'Unpause', done: 'unpaused', states: ['paused'], hurts: '' },
  stop: {
    title: 'Stop',
    done: 'stopped',
    states: ['running', 'paused', 'restarting'],
    hurts: 'It stays away until it is started again.',
  },
  restart: {
    title: 'Restart',
    done: 'restarted',
    states: ['running', 'paused', 'restarting', 'exited'],
    hurts: 'It does not answer until it is up again.',
  },
  pause: {
    title: 'Pause',
    done: 'paused',
    states: ['running'],
    hurts: 'It does not answer until it goes on.',
  },
  kill: {
    title: 'Kill',
    done: 'killed',
    states: ['running', 'paused', 'restarting'],
    hurts: 'It gets no time to save what it has in memory.',
  },
  remove: {
    title: 'Remove',
    done: 'removed',
    states: ['created', 'running', 'paused', 'restarting', 'exited', 'dead'],
    hurts: 'What it has written outside of volumes is lost. This cannot be undone.',
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
  vscode.window.setStatusBarMessage(`Seaworthy: ${count(nodes.length, 'container')} ${done}`, 5000);
}

function isWanted(
  model: ContainersModel,
  nodes: readonly ContainerNode[],
  title: string,
  hurts: string,
): Promise<boolean> {
  const names = nodes.map(({ container }) => oneLine(container.name, 100));
  const [first = ''] = names;
  const what = names.length === 1 ? first : count(names.length, 'container');
  const needing = new Set(nodes.flatMap((node) => dependentsOf(model, node)));
  const detail = [
    ...(names.length > 1 ? [names.slice(0, 20).join(', ')] : []),
    hurts,
    ...(needing.size > 0 ? [`Needed by: ${[...needing].slice(0, 20).join(', ')}.`] : []),
  ];
  const isProduction = nodes.some(
    (node) => node.container.isProduction || model.projectOf(node)?.isProduction === true,
  );
  return askBefore({ question: `${title} ${what}?`, detail: detail.join('\n'), action: title, isProduction });
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
      `${name} is ${stateText(unfit.container)}: there is nothing to ${title.toLowerCase()}`,
    );
  }
  const items = model
    .all()
    .filter(fits)
    .map((node) => ({
      label: oneLine(node.container.name, 200),
      description: `${stateText(node.container)} · ${oneLine(node.container.image, 100)}`,
      node,
    }));
  if (items.length === 0)
    throw new UserError('No container to choose from', 'Open the Containers view first.');
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  return chosen ? [chosen.node] : [];
}

/** Handler of "Copy ID". */
export async function copyIds(model: ContainersModel, row: unknown, selected: unknown): Promise<void> {
  const nodes = await chooseContainers(model, 'Copy ID', row, selected);
  if (nodes.length > 0)
    await vscode.env.clipboard.writeText(nodes.map(({ container }) => container.id).join('\n'));
}

/** Handler of "Open in Browser". */
export async function openPort(model: ContainersModel, row: unknown): Promise<void> {
  const [node] = await chooseContainers(model, 'Open in Browser', row, undefined);
  if (!node) return;
  const ports = node.container.ports.flatMap(({ port, protocol, published }) =>
    published && protocol === 'tcp' ? [{ port, published }] : [],
  );
  const name = oneLine(node.container.name, 100);
  if (ports.length === 0) throw new UserError(`${name} publishes no port`);
  const items = ports.map(({ port, published }) => ({
    label: `${published.port}`,
    description: `port ${port} of the container`,
    port: published.port,
  }));
  const chosen =
    items.length === 1 ? items[0] : await vscode.window.showQuickPick(items, { title: `Port of ${name}` });
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
  const what = removed === 0 ? 'No sandbox was left behind.' : `${removed} left behind removed.`;
  void vscode.window.showInformationMessage(`Sandboxes: ${what} Those of running audits stay.`);
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
