import * as vscode from 'vscode';
import type { FleetEngine } from '../appFleet';
import { isCancelled, messageWithNextStep } from '../base/errors';
import { oneLine } from '../base/text';
import type { ContainerDetails } from '../engine/inspect';
import type { ContainersState } from '../fleet/containerList';
import type { FleetContainer } from '../fleet/containers';
import { containerView, DETAILS_ACTIONS } from '../fleet/details';
import { isAlive } from '../fleet/logs/containerLog';
import { isOfTarget } from '../fleet/logs/logTarget';
import type { LogTarget } from '../fleet/logs/logTarget';
import type { FromDetailsPage, ToDetailsPage } from '../protocol';
import { containerNode } from './containersModel';
import type { ContainersModel } from './containersModel';
import { COMMANDS } from './ids';

/** A tab with all about one container, or whichever one its service has. Nothing is asked while it is hidden. */
export class DetailsPanel {
  private watching: (() => void)[] = [];
  private container: FleetContainer | undefined;
  private details: ContainerDetails | undefined;
  private cancel = new AbortController();
  /** Why what is shown is not of now; empty when it is. */
  private trouble = '';

  constructor(
    private readonly panel: vscode.WebviewPanel,
    private readonly engine: FleetEngine,
    private readonly target: LogTarget,
    private readonly model: ContainersModel,
  ) {
    panel.webview.onDidReceiveMessage((message: FromDetailsPage) => this.hear(message));
    panel.onDidChangeViewState(() => this.follow());
    panel.onDidDispose(() => this.stop());
    this.follow();
  }

  reveal(): void {
    this.panel.reveal();
  }

  private stop(): void {
    this.cancel.abort();
    for (const each of this.watching.splice(0)) each();
  }

  private follow(): void {
    if (!this.panel.visible) return this.stop();
    if (this.watching.length > 0) return;
    this.cancel = new AbortController();
    const { list, metrics } = this.engine;
    this.watching.push(
      list.watch((state, changed) => this.see(state, changed)),
      metrics.watch({
        ids: () => (this.container && isAlive(this.container) ? [this.container.id] : []),
        // The outputs of health checks come without an event.
        onRound: (ids) => void (this.container && ids.has(this.container.id) && this.look()),
      }),
    );
  }

  private see(state: ContainersState, changed: ReadonlySet<string> | undefined): void {
    // The questions before what hurts look at the project in there.
    this.model.setState(this.engine, state);
    if (state.kind === 'looking') return;
    if (state.kind === 'unavailable')
      return this.complain(
        vscode.l10n.t(
          '{0} This page goes on as soon as the engine answers.',
          messageWithNextStep(state.error),
        ),
      );
    const before = this.container;
    const found = this.choose(state.containers);
    if (!found) {
      const name = oneLine(this.target.name, 100);
      return this.complain(
        vscode.l10n.t('There is no container {0} now. This page goes on as soon as there is.', name),
      );
    }
    this.trouble = '';
    this.container = found;
    if (found.id !== before?.id) this.details = undefined;
    if (changed && !changed.has(found.id) && found.id === before?.id) return;
    this.show();
    void this.look();
  }

  /** The one that was shown for as long as it is there; then one of its name, or the newest of its service. */
  private choose(containers: readonly FleetContainer[]): FleetContainer | undefined {
    const same = containers.find(({ id }) => id === this.container?.id);
    const fitting = containers.filter((each) => isOfTarget(this.target, each));
    const namesake = fitting.find(({ name }) => name === this.target.name);
    return same ?? namesake ?? fitting.sort((a, b) => b.createdAt - a.createdAt)[0];
  }

  private async look(): Promise<void> {
    const { signal } = this.cancel;
    const id = this.container?.id;
    if (id === undefined) return;
    try {
      const engine = await this.engine.engine.connect(signal);
      const details = await engine.inspectContainer(id, signal);
      if (signal.aborted || this.container?.id !== id) return;
      this.details = details;
      this.show();
    } catch (error) {
      // Gone, or the engine is: the list tells which, and what then.
      if (!isCancelled(error) && !signal.aborted) this.show();
    }
  }

  private complain(trouble: string): void {
    this.trouble = trouble;
    this.show();
  }

  /** What was last seen stays in times of trouble, also on a page that is shown only now. */
  private show(): void {
    if (this.container) {
      const history = this.engine.metrics.history(this.container.id);
      const view = containerView(this.container, this.details, history, Date.now());
      this.panel.title = view.name;
      this.post({ type: 'view', view });
    }
    if (this.trouble !== '') this.post({ type: 'trouble', text: this.trouble });
  }

  private hear(message: FromDetailsPage): void {
    if (message.type === 'ready') {
      this.stop();
      this.follow();
      return;
    }
    const action = DETAILS_ACTIONS.find((each) => each === message.action);
    if (!action || !this.container) return;
    void vscode.commands.executeCommand(COMMANDS[action], containerNode(this.engine, this.container));
  }

  private post(message: ToDetailsPage): void {
    if (!this.cancel.signal.aborted) void this.panel.webview.postMessage(message);
  }
}
