import * as fs from 'node:fs';
import * as os from 'node:os';
import * as path from 'node:path';
import type { Page } from 'playwright-core';
import { bundleForHost, copyWorkspace } from '../test/support/editorFiles';
import { openEditorPage } from '../test/support/editorPage';
import { EditorServer, freePort, installVsix, removeFolder } from '../test/support/editorServer';
import { connectEvaluator } from '../test/support/evaluatorClient';
import { pollFor } from '../test/support/timeLimit';
import { median, Measures } from './support/measures';

/*
 * What the editor says that activating the extension takes, loading its code included, beside an extension that does
 * nothing at all, each in a new window of the same server: npm run bench -- activation
 */

const WINDOWS = 10;
const LIMIT_MS = 60_000;
/** What activation should stay under, in milliseconds. */
const GOAL = 50;

interface Times {
  ours: number;
  peer: number;
}

const given = (name: string): string => process.env[name] ?? '';
const programs = {
  node: given('SEAWORTHY_NODE'),
  serverMain: given('SEAWORTHY_CODE_SERVER'),
  browser: given('SEAWORTHY_BROWSER'),
};

/** The folder of an extension that is activated at the same moment and does nothing. */
function idleExtension(runnerExtension: string): string {
  const file = path.join(runnerExtension, 'package.json');
  const manifest = JSON.parse(fs.readFileSync(file, 'utf8')) as object;
  const activation = { main: './idle.js', activationEvents: ['onStartupFinished'] };
  fs.writeFileSync(file, JSON.stringify({ ...manifest, ...activation, displayName: 'Idle' }));
  fs.writeFileSync(path.join(runnerExtension, 'idle.js'), 'exports.activate = () => {};\n');
  return runnerExtension;
}

/** The editor's own figure for an extension, in milliseconds; undefined as long as it is not activated. */
async function activationOf(page: Page, name: string): Promise<number | undefined> {
  const row = page.locator('.runtime-extensions-editor .extension', { hasText: name }).first();
  const text = (await row.textContent({ timeout: LIMIT_MS })) ?? '';
  const found = /Activation:\s*(\d+)\s*ms/.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

async function inWindow(folder: string, port: number, runner: string, idle: string): Promise<Times> {
  const addressFile = path.join(folder, 'evaluator.json');
  const server = await EditorServer.start({
    ...{ programs, port, trustWorkspaces: true },
    dataDir: path.join(folder, 'server-data'),
    extensionsDir: path.join(path.dirname(folder), 'extensions'),
    env: { SEAWORTHY_EVALUATOR_FILE: addressFile },
  });
  try {
    const { page, ...opened } = await openEditorPage({
      ...{ browser: programs.browser, port, extensionDevelopmentPath: idle, extensionTestsPath: runner },
      profileDir: path.join(folder, 'browser'),
      workspace: copyWorkspace(path.join(folder, 'workspace')),
    });
    try {
      const evaluate = await connectEvaluator(addressFile);
      await pollFor('activating the extensions', LIMIT_MS, () =>
        evaluate((api) =>
          ['seaworthy.seaworthy', 'seaworthy.seaworthy-test-runner'].every(
            (id) => api.extensions.getExtension(id)?.isActive === true,
          ),
        ),
      );
      // Rows that are not on the screen do not exist.
      await page.setViewportSize({ width: 1280, height: 6000 });
      await evaluate((api) => api.commands.executeCommand('workbench.action.showRuntimeExtensions'));
      return await pollFor('reading the times', LIMIT_MS, async () => {
        const [ours, peer] = [await activationOf(page, 'Seaworthy'), await activationOf(page, 'Idle')];
        return ours === undefined || peer === undefined ? undefined : { ours, peer };
      });
    } finally {
      await opened.close();
    }
  } finally {
    await server.stop();
  }
}

async function main(): Promise<void> {
  const measures = new Measures('activation');
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-activation-'));
  try {
    const { runnerExtension, runner } = await bundleForHost([]);
    const idle = idleExtension(runnerExtension);
    const extensionsDir = path.join(folder, 'extensions');
    await installVsix(
      programs,
      { dataDir: path.join(folder, 'install'), extensionsDir },
      given('SEAWORTHY_VSIX'),
    );
    const port = await freePort();
    const all: Times[] = [];
    for (let window = 0; window < WINDOWS; window++) {
      const own = path.join(folder, `window-${window}`);
      fs.mkdirSync(own);
      const times = await inWindow(own, port, runner, idle);
      measures.note(`window ${window + 1}: ${times.ours} ms, idle ${times.peer} ms`);
      all.push(times);
    }
    measures.add({
      ...{ measure: 'activate', unit: 'ms', goal: GOAL },
      ours: median(all.map(({ ours }) => ours)),
      // The editor gives whole milliseconds, and nothing takes none.
      peer: Math.max(1, median(all.map(({ peer }) => peer))),
    });
    measures.end();
  } finally {
    removeFolder(folder);
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
