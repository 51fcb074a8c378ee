import * as vscode from 'vscode';
import { messageWithNextStep } from '../../base/errors';
import { oneLine } from '../../base/text';
import { formatTarget } from '../../deploy/project';
import type { LockOwner, Release } from '../../deploy/ship/release';
import { releaseView } from '../../deploy/view/releaseView';
import type { EnvironmentView, HistoryView } from '../../deploy/view/runView';
import type { EngineConnection } from '../../engine/connection';
import { askToBreak, ownerText } from './lockOwner';
import { DeploySession } from './session';
import type { Work } from './session';
import type { Shipper } from './shipper';
import { nameOf } from './targets';
import type { DeployTarget } from './targets';

export interface DeployTools {
  shipper: Shipper;
  connect: (signal: AbortSignal, engine: string | undefined) => Promise<EngineConnection>;
}

/** What is known of the deploys of one environment: the one that goes on or was the last, what is kept, what was interrupted. */
export class EnvironmentDeploys implements vscode.Disposable {
  session: DeploySession | undefined;
  releases: readonly Release[] | undefined;
  interrupted: LockOwner | undefined;
  private historyProblem = '';
  private notice = '';
  private looking: Promise<void> | undefined;
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;

  constructor(
    /** Replaced when its file has changed. */
    public target: DeployTarget,
    private readonly tools: DeployTools,
  ) {}

  /** Begins, unless something goes on already. Resolves with its end; `onChange` is told of each change before. */
  async start(work: Work, isAgreed = false): Promise<DeploySession> {
    if (this.session && !this.session.isOver) return this.session;
    const { chosen } = this.target;
    const session = new DeploySession({
      ...{ chosen, work, isAgreed, shipper: this.tools.shipper },
      connect: (signal) => this.tools.connect(signal, chosen.environment.engine),
      breakLock: (owner) => askToBreak(nameOf(this.target), owner),
      onChange: () => this.changed.fire(),
    });
    this.session = session;
    this.notice = '';
    this.changed.fire();
    await session.run();
    this.changed.fire();
    await this.look();
    return session;
  }

  /** Looks at what is kept, and whether something was interrupted. Never rejects: what went wrong is part of the view. */
  look(): Promise<void> {
    this.looking ??= this.readAll().finally(() => {
      this.looking = undefined;
    });
    return this.looking;
  }

  /** Whether a deploy died in the middle; says so in the view as well. */
  async lookForInterruption(): Promise<LockOwner | undefined> {
    const owner = await this.tools.shipper.interruptedDeploy(this.target.chosen.environment);
    if (owner?.since !== this.interrupted?.since) {
      this.interrupted = owner;
      this.changed.fire();
    }
    return owner;
  }

  say(notice: string): void {
    this.notice = notice;
    this.changed.fire();
  }

  view(): EnvironmentView {
    const { environment } = this.target.chosen;
    return {
      name: oneLine(nameOf(this.target), 200),
      isProduction: environment.isProduction,
      target: oneLine(formatTarget(environment.target), 300),
      run: this.session?.view() ?? null,
      interrupted:
        this.interrupted && (this.session?.isOver ?? true) ? ownerText(this.interrupted, 'interrupted') : '',
      notice: this.notice,
      history: this.historyView(),
    };
  }

  dispose(): void {
    this.session?.cancel();
    this.changed.dispose();
  }

  private historyView(): HistoryView {
    if (this.historyProblem !== '') return { kind: 'failed', text: this.historyProblem };
    if (!this.releases) return { kind: 'looking' };
    return { kind: 'ready', releases: this.releases.map(releaseView) };
  }

  private async readAll(): Promise<void> {
    const { environment } = this.target.chosen;
    try {
      const [releases] = await Promise.all([
        this.tools.shipper.readHistory(environment),
        this.lookForInterruption(),
      ]);
      this.releases = releases;
      this.historyProblem = '';
    } catch (error) {
      this.historyProblem = messageWithNextStep(error);
    }
    this.changed.fire();
  }
}
