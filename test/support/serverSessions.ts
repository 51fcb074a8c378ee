import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Page } from 'playwright-core';
import { median } from '../../bench/support/measures';
import { addCounts, addFailure, emptyCounts, readCounts } from './counts';
import type { Counts } from './counts';
import { bundleOf, copyWorkspace, sourceOf } from './editorFiles';
import type { EditorTestFiles } from './editorFiles';
import { openEditorPage } from './editorPage';
import type { EditorPage } from './editorPage';
import { EditorServer, freePort, installVsix, removeFolder } from './editorServer';
import type { EditorPrograms } from './editorServer';
import { connectEvaluator } from './evaluatorClient';
import type { Evaluate } from './evaluatorClient';
import type { JourneyModule, PageTestModule } from './pageTest';
import { withTimeLimit } from './timeLimit';

const SESSION_LIMIT_MS = 5 * 60_000;
const SHOW_EVERY_MS = 250;
/** For a figure that is only printed. */
const SHOWN_LIMIT_MS = 5000;
const PAGE_TEST_LIMIT_MS = 8 * 60_000;

export interface ServerSessionsOptions {
  programs: EditorPrograms;
  vsix: string;
  runnerExtension: string;
  runner: string;
  screenshotsDir: string;
  /** Whether a piece of the work, by its name, is ours: nobody else has taken it. */
  takes: (name: string) => boolean;
}

/** What a session starts from. Sessions with the same place share everything that outlives a window. */
interface Place {
  folder: string;
  workspace: string;
}

type Work = [name: string, run: (place: Place) => Promise<Counts[]>];

/** Runs the test files in sessions of the VS Code server, one after the other. */
export class ServerSessions {
  private readonly counts = emptyCounts();
  private readonly folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-editor-'));
  private readonly temporaryDir = path.join(this.folder, 'tmp');
  private readonly extensionsDir = path.join(this.folder, 'extensions');
  /** The browser keeps what it remembers by address, so a restarted server must have the same port. */
  private port = 0;
  /** What windows said of the activation of the extension. */
  private readonly activations: Activation[] = [];

  constructor(private readonly options: ServerSessionsOptions) {}

  async run(files: EditorTestFiles): Promise<Counts> {
    try {
      this.port = await freePort();
      fs.mkdirSync(this.temporaryDir);
      const folders = { dataDir: path.join(this.folder, 'install'), extensionsDir: this.extensionsDir };
      await installVsix(this.options.programs, folders, this.options.vsix);
      for (const [name, run] of this.work(files))
        if (this.options.takes(name)) await this.twiceIfNeeded(name, run);
      this.tellActivations();
    } finally {
      removeFolder(this.folder);
    }
    return this.counts;
  }

  /** What there is to do, by its name; what takes longest first. */
  private work(files: EditorTestFiles): Work[] {
    return [
      [
        'lasting',
        async (place) => [
          await this.runInHost('1', files.first, place),
          await this.runInHost('2', files.phase2, place),
        ],
      ],
      ...files.journey.map((name): Work => [name, async (place) => [await this.runJourney(name, place)]]),
      ...files.page.map((name): Work => [name, async (place) => [await this.runPageTest(name, place)]]),
      ['untrusted', async (place) => [await this.runInHost('untrusted', files.untrusted, place)]],
    ];
  }

  private newPlace(name: string): Place {
    const folder = path.join(this.folder, name);
    return { folder, workspace: copyWorkspace(path.join(folder, 'workspace')) };
  }

  /** What fails is run once more from a new place, unless a part was asked for: what passes then counts as passed, and is told as unsteady. */
  private async twiceIfNeeded(name: string, run: (place: Place) => Promise<Counts[]>): Promise<void> {
    const attempt = async (place: Place): Promise<Counts> => {
      const counts = emptyCounts();
      for (const part of await run(place)) addCounts(counts, part);
      return counts;
    };
    const first = await attempt(this.newPlace(name));
    const isPart = Boolean(process.env['SEAWORTHY_TEST_FILE'] ?? process.env['SEAWORTHY_TEST_GREP']);
    if (first.failed === 0 || isPart) return addCounts(this.counts, first);
    console.log(`\n  once more: ${name}`);
    const second = await attempt(this.newPlace(`${name}-again`));
    if (second.failed === 0) return addCounts(this.counts, { ...second, unsteady: first.failures });
    addCounts(this.counts, { ...first, failures: [...first.failures, ...second.failures] });
  }

  private async runInHost(phase: string, names: string[], place: Place): Promise<Counts> {
    const counts = emptyCounts();
    if (names.length === 0) return counts;
    console.log(`\n  editor session ${phase}: ${names.join(', ')}`);
    const countsFile = path.join(place.folder, `counts-${phase}.json`);
    const outputFile = path.join(place.folder, `output-${phase}.txt`);
    const env = {
      SEAWORTHY_TEST_PHASE: phase,
      SEAWORTHY_TEST_OUTPUT: outputFile,
      SEAWORTHY_TEST_FILES: JSON.stringify(names.map(bundleOf)),
      SEAWORTHY_TEST_COUNTS: countsFile,
    };
    const stopShowing = showGrowing(outputFile);
    try {
      await this.inSession(phase, place, env, async ({ exited }) => {
        const code = await withTimeLimit(`session ${phase}`, SESSION_LIMIT_MS, exited);
        const reported = readCounts(countsFile);
        if (reported) addCounts(counts, reported);
        if (!reported) throw new Error(`the extension host ended with code ${code} before it reported`);
        if (code !== 0 && reported.failed === 0)
          throw new Error(`the extension host ended with code ${code}`);
      });
    } catch (error) {
      fail(counts, `editor session ${phase}`, error);
    } finally {
      stopShowing();
    }
    return counts;
  }

  private runPageTest(name: string, place: Place): Promise<Counts> {
    const addressFile = path.join(place.folder, 'evaluator.json');
    const env = { SEAWORTHY_TEST_PHASE: 'page', SEAWORTHY_EVALUATOR_FILE: addressFile };
    return this.runOnPage<PageTestModule>(name, async (test) => {
      await this.inSession('page', place, env, async ({ page }) => {
        const evaluate = await connectEvaluator(addressFile);
        const { workspace } = place;
        const work = test.default({ page, workspace, screenshotsDir: this.options.screenshotsDir, evaluate });
        await this.withinLimit(test.name, page, work);
        // A window that was reloaded or closed has nobody left to ask.
        this.activations.push(...(await activationTimes(page, evaluate).catch(() => [])));
      });
    });
  }

  private runJourney(name: string, place: Place): Promise<Counts> {
    const home = path.join(place.folder, 'home');
    fs.mkdirSync(home);
    return this.runOnPage<JourneyModule>(name, async (test) => {
      await this.inSession('journey', place, {}, ({ page }) => {
        const { vsix } = this.options;
        const work = test.default({ page, vsix, home, screenshotsDir: this.options.screenshotsDir });
        return this.withinLimit(test.name, page, work);
      });
    });
  }

  private async runOnPage<M extends { name: string }>(
    file: string,
    run: (test: M) => Promise<void>,
  ): Promise<Counts> {
    const counts = emptyCounts();
    const begun = Date.now();
    let title = file;
    try {
      const test = (await import(pathToFileURL(sourceOf(file)).href)) as M;
      title = test.name;
      if (!new RegExp(process.env['SEAWORTHY_TEST_GREP'] ?? '').test(title)) return counts;
      await run(test);
      counts.passed += 1;
      console.log(`  ok    ${title} (${Math.round((Date.now() - begun) / 1000)} s)`);
    } catch (error) {
      fail(counts, title, error);
    }
    return counts;
  }

  private async withinLimit(title: string, page: Page, work: Promise<void>): Promise<void> {
    try {
      await withTimeLimit(title, PAGE_TEST_LIMIT_MS, work);
    } catch (error) {
      const picture = `failed-${title.replace(/\W+/g, '-').slice(0, 60)}`;
      for (const [index, each] of page.context().pages().entries()) {
        const file = `${picture}${index === 0 ? '' : `-${index + 1}`}.png`;
        await each.screenshot({ path: path.join(this.options.screenshotsDir, file) }).catch(() => undefined);
      }
      throw error;
    }
  }

  /** Starts the server and opens the page, does the work and ends both. An error gets the end of the server's log. */
  private async inSession(
    phase: string,
    place: Place,
    env: Record<string, string>,
    work: (page: EditorPage) => Promise<void>,
  ): Promise<void> {
    const { programs, runnerExtension, runner } = this.options;
    const isJourney = phase === 'journey';
    const server = await EditorServer.start({
      programs,
      port: this.port,
      dataDir: path.join(place.folder, 'server-data'),
      extensionsDir: isJourney ? path.join(place.folder, 'extensions') : this.extensionsDir,
      trustWorkspaces: phase !== 'untrusted' && !isJourney,
      // The server and its extensions leave sockets in the temporary folder.
      env: { ...env, TMPDIR: this.temporaryDir },
    });
    try {
      const page = await openEditorPage({
        browser: programs.browser,
        port: this.port,
        profileDir: path.join(place.folder, 'browser'),
        ...(!isJourney && { workspace: place.workspace, tests: { runnerExtension, runner } }),
      });
      try {
        await work(page);
      } finally {
        await page.close();
      }
    } catch (error) {
      throw new Error(`${error instanceof Error ? error.stack : String(error)}\n${server.logTail()}`);
    } finally {
      await server.stop();
    }
  }

  /** Figures for people; what may fail is the ratio of `npm run bench -- activation`. */
  private tellActivations(): void {
    if (this.activations.length === 0) return;
    const [ours, git, registering] = (['ours', 'git', 'registering'] as const).map((key) =>
      Math.round(median(this.activations.map((each) => each[key]))),
    );
    console.log(
      `  activation, median of ${this.activations.length} windows: ${ours} ms as the editor tells it (Git: ${git} ms), ${registering} ms of it registering`,
    );
  }
}

function fail(counts: Counts, title: string, error: unknown): void {
  addFailure(counts, title, error);
  console.log(`  FAIL  ${title}\n${error instanceof Error ? error.message : String(error)}`);
}

/** Of one window, in milliseconds: loading and activating, as the editor tells it, and what of it is not loading. */
interface Activation {
  ours: number;
  git: number;
  registering: number;
}

async function activationTimes(page: Page, evaluate: Evaluate): Promise<Activation[]> {
  const registering = await evaluate((vscode) => {
    void vscode.commands.executeCommand('workbench.action.showRuntimeExtensions');
    const extension = vscode.extensions.getExtension<{ activationMilliseconds: number }>(
      'seaworthy.seaworthy',
    );
    return extension?.isActive ? extension.exports.activationMilliseconds : undefined;
  });
  if (registering === undefined) return [];
  const [ours, git] = await Promise.all(['Seaworthy', 'Git'].map((name) => toldActivation(page, name)));
  return ours && git ? [{ ours, git, registering }] : [];
}

async function toldActivation(page: Page, name: string): Promise<number> {
  const title = page.locator('.name', { hasText: new RegExp(`^${name}$`) });
  const row = page.locator('.runtime-extensions-editor .extension').filter({ has: title });
  const said = await row.locator('.activation-time').first().textContent({ timeout: SHOWN_LIMIT_MS });
  return Number(/(\d+) ?ms/.exec(said ?? '')?.[1]);
}

/** Prints what is appended to a file from now on; the returned function prints the rest and stops. */
function showGrowing(file: string): () => void {
  fs.writeFileSync(file, '');
  let shown = 0;
  const show = () => {
    const added = fs.readFileSync(file).subarray(shown);
    shown += added.length;
    process.stdout.write(added);
  };
  const timer = setInterval(show, SHOW_EVERY_MS);
  return () => {
    clearInterval(timer);
    show();
  };
}
