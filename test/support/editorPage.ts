import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';

const ARGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
ARGS.push('--disable-component-update', '--disable-sync');

/** For what a test waits for without a limit of its own; more than the browser's 30 s, as two editors share the machine. */
const ACTION_LIMIT_MS = 60_000;

const CHAT_LIMIT_MS = 60_000;

export interface EditorPageOptions {
  browser: string;
  port: number;
  /** the browser's profile; where the editor keeps its settings and what it remembers of a workspace */
  profileDir: string;
  /** absent: a window without a folder */
  workspace?: string;
  /** absent: the editor as people have it, with its dialogs and its first page */
  tests?: HostTests;
}

/** What runs in the extension host: a folder with a package.json, and a script that exports run(). */
export interface HostTests {
  runnerExtension: string;
  runner: string;
}

export interface EditorPage {
  page: Page;
  /** Resolves with the exit code when run() has ended. */
  exited: Promise<number>;
  close(): Promise<void>;
}

/** Opens a workspace in the VS Code server's page, as VS Code's own integration tests do. */
export async function openEditorPage(options: EditorPageOptions): Promise<EditorPage> {
  const context = await chromium.launchPersistentContext(options.profileDir, {
    executablePath: options.browser,
    headless: true,
    viewport: { width: 1280, height: 800 },
    args: process.getuid?.() === 0 ? [...ARGS, '--no-sandbox'] : ARGS,
  });
  context.setDefaultTimeout(ACTION_LIMIT_MS);
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    const { exited } = await exposeAutomation(context);
    await page.goto(editorUrl(options));
    return { page, exited, close: () => context.close() };
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** Gives the page the functions through which the editor reports to whoever automates it. */
async function exposeAutomation(context: BrowserContext): Promise<{ exited: Promise<number> }> {
  // Mostly the workbench talking to itself; what tests print comes another way (test/editor/index.ts).
  await context.exposeFunction('codeAutomationLog', () => undefined);
  let settle: (code: number) => void;
  const exited = new Promise<number>((resolve) => {
    settle = resolve;
  });
  await context.exposeFunction('codeAutomationExit', (code: number) => settle(code));
  return { exited };
}

/** Has a page that is not opened yet speak this language where extensions have texts in it; the server has no language packs. */
export async function speakIn(page: Page, language: string): Promise<void> {
  await page.addInitScript((value) => {
    Object.defineProperty(globalThis, '_VSCODE_NLS_LANGUAGE', { value });
  }, language);
}

function editorUrl({ port, workspace, tests }: EditorPageOptions): string {
  const query = new URLSearchParams(workspace === undefined ? { ew: 'true' } : { folder: workspace });
  if (tests) query.set('payload', JSON.stringify(testPayload(port, tests)));
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}

function testPayload(port: number, { runnerExtension, runner }: HostTests): [string, string][] {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${path}`;
  return [
    ['extensionDevelopmentPath', remote(runnerExtension)],
    ['extensionTestsPath', remote(runner)],
    ['skipWelcome', 'true'],
  ];
}

/** The editor opens it by itself, and it takes a quarter of the window. */
export async function closeChat(page: Page): Promise<void> {
  const chat = page.getByText('Build with Agent').first();
  await chat.waitFor({ timeout: CHAT_LIMIT_MS });
  await page.keyboard.press('Control+Alt+B');
  await chat.waitFor({ state: 'hidden', timeout: CHAT_LIMIT_MS });
}
