import * as vscode from 'vscode';
import type { App } from '../../app';
import type { Production } from '../../appProduction';
import type { SuiteListener } from '../../audit/production/suite/suite';
import { describeError, isCancelled, messageWithNextStep, UserError } from '../../base/errors';
import type { Logger } from '../../base/logger';
import { oneLine, withoutLinks } from '../../base/text';
import type { AuditServices, NextSteps } from '../auditCommand';
import { unsavedTexts } from '../auditTarget';
import { readTestSettings } from '../configuration';
import { detailsByTest, detailsOf, summaryOf } from './testCoverage';
import { TestFiles } from './testFiles';
import { chosenOf, coveringItem, expectedOf, wantedOf } from './testRequest';
import type { WantedFolder } from './testRequest';
import { TestResults } from './testResults';

export interface TestParts {
  app: App;
  logger: Logger;
  beforeAudit: AuditServices['beforeAudit'];
  nextSteps: NextSteps;
}

/** One run that somebody asked for. */
interface Run {
  run: vscode.TestRun;
  results: TestResults;
  measures: boolean;
  signal: AbortSignal;
  /** Messages that were shown already. */
  shown: Set<string>;
}

/** What the test explorer does once somebody uses it. */
export class TestWork implements vscode.Disposable {
  readonly files: TestFiles;

  constructor(
    private readonly controller: vscode.TestController,
    private readonly production: Production,
    private readonly parts: TestParts,
  ) {
    this.files = new TestFiles(controller, production, parts.logger);
  }

  dispose(): void {
    this.files.dispose();
  }

  readonly detailsOf = detailsOf;
  readonly detailsByTest = detailsByTest;

  async resolve(item: vscode.TestItem | undefined): Promise<void> {
    await (item ? this.files.outline(item) : this.files.found());
  }

  /** Runs what a request asks for; nothing that it was not told of passes. Never rejects. */
  async run(
    request: vscode.TestRunRequest,
    token: vscode.CancellationToken,
    measures: boolean,
  ): Promise<void> {
    const run = this.controller.createTestRun(request);
    const results = new TestResults(run, this.files.tree);
    const cancel = new AbortController();
    const subscriptions = [token, run.token].map((one) =>
      one.onCancellationRequested(() => {
        cancel.abort();
        // At once, whatever the sandboxes still have to do.
        results.leave();
        run.end();
      }),
    );
    try {
      if (!request.include) await this.files.found();
      const wanted = wantedOf(request, this.controller.items, this.files.tree);
      for (const { files } of wanted)
        for (const file of files.values()) results.expect(file.item, expectedOf(file, this.files.tree));
      if (wanted.length === 0) results.note(NOTHING_TO_RUN);
      const shared = { run, results, measures, signal: cancel.signal, shown: new Set<string>() };
      for (const folder of wanted) await this.runFolder(folder, shared);
    } catch (error) {
      if (!cancel.signal.aborted && !isCancelled(error)) this.refuse(error, results);
    } finally {
      results.leave();
      run.end();
      for (const subscription of subscriptions) subscription.dispose();
    }
  }

  private async runFolder(wanted: WantedFolder, run: Run): Promise<void> {
    const { signal, results, measures } = run;
    const { folder, files } = wanted;
    if (!vscode.workspace.isTrusted)
      throw new UserError(
        vscode.l10n.t('The workspace is not trusted, so none of its tests are run'),
        vscode.l10n.t('trust the workspace, then run them again'),
      );
    const [file = ''] = files.keys();
    const target = { folder, uri: vscode.Uri.joinPath(folder.uri, file), file };
    const onProgress = told(results);
    await this.parts.beforeAudit(target, { signal, onProgress });
    const { settings, problems } = readTestSettings(folder.uri);
    for (const problem of problems) results.note(problem);
    const runner = await this.production.suiteRunner();
    await runner.run(
      {
        workspace: folder.uri.fsPath,
        files: new Map([...files].map(([path, one]) => [path, chosenOf(one, this.files.tree)])),
        overlays: unsavedTexts(target),
        runner: settings.runner,
        measures,
      },
      this.listener(wanted, run, onProgress),
      signal,
    );
  }

  private listener(
    { folder, files }: WantedFolder,
    { run, results, shown, signal }: Run,
    onProgress: (message: string) => void,
  ): SuiteListener {
    const itemOf = (path: string): vscode.TestItem | undefined => files.get(path)?.item;
    const covering = (path: string): vscode.TestItem | undefined => {
      const file = files.get(path);
      return file && coveringItem(file);
    };
    const unlessOver =
      <A extends unknown[]>(tell: (...given: A) => void) =>
      (...given: A): void => {
        if (!signal.aborted) tell(...given);
      };
    return {
      onProgress: unlessOver(onProgress),
      onStarted: unlessOver((paths) => {
        for (const path of paths) {
          const item = itemOf(path);
          if (item) results.started(item);
        }
      }),
      onOutput: unlessOver((text, [only, ...more]) =>
        results.print(text, only === undefined || more.length > 0 ? undefined : itemOf(only)),
      ),
      onFile: unlessOver((outcome) => {
        const item = itemOf(outcome.path);
        if (item) results.add(item, outcome);
        const step = outcome.problem?.nextStep;
        if (step && outcome.problem) offer(outcome.problem.message, this.parts.nextSteps[step], shown);
      }),
      onCovered: unlessOver((file) => run.addCoverage(summaryOf(file, folder.uri, covering))),
      onNote: unlessOver((note) => results.note(note)),
    };
  }

  /** Why nothing could be run: at every test that waits, in the output, and with a way on. */
  private refuse(error: unknown, results: TestResults): void {
    const { logger, nextSteps } = this.parts;
    if (error instanceof UserError) logger.warn(describeError(error));
    else logger.error(describeError(error));
    const message = messageWithNextStep(error);
    results.refuseAll({ message });
    const step = !vscode.workspace.isTrusted
      ? nextSteps['trust-workspace']
      : error instanceof UserError && error.name === 'SandboxUnavailable'
        ? nextSteps['start-engine']
        : undefined;
    offer(message, step, new Set());
  }
}

const NOTHING_TO_RUN = vscode.l10n.t('There is no test to run in this workspace.');

/** Says in the output what is being done, each thing once in a row. */
function told(results: TestResults): (message: string) => void {
  let last = '';
  return (message) => {
    const line = oneLine(message, 200);
    // What a sandbox does is said of each of many.
    if (line === last || /^(?:Running|Starting|Waiting)\b/.test(line)) return;
    last = line;
    results.note(line);
  };
}

/** A message with the next step, once for each of its kind. */
function offer(
  message: string,
  step: { title: string; command: string } | undefined,
  shown: Set<string>,
): void {
  const key = step?.command ?? message;
  if (shown.has(key)) return;
  shown.add(key);
  const text = `Seaworthy: ${withoutLinks(oneLine(message, 300))}`;
  void vscode.window.showWarningMessage(text, ...(step ? [step.title] : [])).then((chosen) => {
    if (chosen && step) void vscode.commands.executeCommand(step.command);
  });
}
