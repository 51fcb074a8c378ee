import { chromium } from 'playwright-core';
import type { BrowserContext, Page } from 'playwright-core';

const ARGS = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'];
ARGS.push('--disable-component-update', '--disable-sync');

export interface EditorPageOptions {
  browser: string;
  port: number;
  /** the browser's profile; where the editor keeps its settings and what it remembers of a workspace */
  profileDir: string;
  workspace: string;
  /** what runs in the extension host: a folder with a package.json, and a script that exports run() */
  extensionDevelopmentPath: string;
  extensionTestsPath: string;
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

function editorUrl({ port, workspace, ...options }: EditorPageOptions): string {
  const remote = (path: string) => `vscode-remote://127.0.0.1:${port}${path}`;
  const payload = [
    ['extensionDevelopmentPath', remote(options.extensionDevelopmentPath)],
    ['extensionTestsPath', remote(options.extensionTestsPath)],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query.toString()}`;
}
