import * as vscode from 'vscode';
import { testFileByPath } from '../../audit/production/discovery/testNames';
import { describeError, isCancelled } from '../../base/errors';
import { SETTINGS, SETTINGS_SECTION, TEST_CONTROLLER } from '../ids';
import type { TestParts, TestWork } from './testWork';

/**
 * The tests of the workspace in the editor's test explorer, run in the sandbox. What does the work is loaded when the explorer
 * is opened, a test file is on the screen, or a run is asked for.
 */
export class TestExplorer implements vscode.Disposable {
  private controller: vscode.TestController | undefined;
  private work: Promise<TestWork> | undefined;
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly parts: TestParts) {
    this.subscriptions = [
      vscode.window.onDidChangeVisibleTextEditors((editors) => this.seen(editors)),
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(`${SETTINGS_SECTION}.${SETTINGS.testExplorer}`)) this.followSetting();
      }),
    ];
    this.followSetting();
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.close();
  }

  private followSetting(): void {
    const configuration = vscode.workspace.getConfiguration(SETTINGS_SECTION);
    const isWanted = configuration.get<unknown>(SETTINGS.testExplorer) !== false;
    if (!isWanted) this.close();
    else if (!this.controller) this.open();
  }

  private close(): void {
    void this.work?.then((work) => work.dispose());
    this.work = undefined;
    this.controller?.dispose();
    this.controller = undefined;
  }

  private open(): void {
    const controller = vscode.tests.createTestController(TEST_CONTROLLER, vscode.l10n.t('Seaworthy Sandbox'));
    this.controller = controller;
    controller.resolveHandler = (item) => this.orLog(async () => (await this.loaded()).resolve(item));
    controller.refreshHandler = (token) =>
      this.orLog(async () => {
        const cancel = new AbortController();
        token.onCancellationRequested(() => cancel.abort());
        await (await this.loaded()).files.refresh(cancel.signal);
      });
    const runner =
      (measures: boolean) =>
      async (request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> =>
        (await this.loaded()).run(request, token, measures);
    const { Run, Coverage } = vscode.TestRunProfileKind;
    controller.createRunProfile(vscode.l10n.t('Run in Sandbox'), Run, runner(false), true);
    const coverage = controller.createRunProfile(
      vscode.l10n.t('Run in Sandbox with Coverage'),
      Coverage,
      runner(true),
      true,
    );
    coverage.loadDetailedCoverage = async (_run, file) => (await this.loaded()).detailsOf(file);
    coverage.loadDetailedCoverageForTest = async (_run, file, item) =>
      (await this.loaded()).detailsByTest(file, item);
    this.seen(vscode.window.visibleTextEditors);
  }

  /** A test file that is on the screen has its tests in the margin. */
  private seen(editors: readonly vscode.TextEditor[]): void {
    if (!this.controller) return;
    for (const { document } of editors) {
      const { uri } = document;
      const isTest =
        uri.scheme === 'file' && testFileByPath(vscode.workspace.asRelativePath(uri, false)) !== 'no';
      if (isTest)
        void this.orLog(async () => {
          const { files } = await this.loaded();
          const item = files.fileItem(uri);
          if (item && item.children.size === 0) await files.outline(item);
        });
    }
  }

  private loaded(): Promise<TestWork> {
    const { controller, parts } = this;
    if (!controller) return Promise.reject(new Error('The test explorer is closed'));
    this.work ??= Promise.all([import('./testWork'), parts.app.openProduction()]).then(
      ([{ TestWork }, production]) => new TestWork(controller, production, parts),
    );
    return this.work;
  }

  private async orLog(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (!isCancelled(error)) this.parts.logger.warn(`Tests: ${describeError(error)}`);
    }
  }
}
