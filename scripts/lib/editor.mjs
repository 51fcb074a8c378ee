import { once, say } from './output.mjs';
import { ensureChromium, ensureCodeServer, ensureNode24 } from './tools.mjs';

const DOWNLOADS = 'https://update.code.visualstudio.com/api/releases/stable';
const PROBE_TIMEOUT_MS = 3_000;

/** Whether windows can be opened here. */
export function hasDesktop() {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/**
 * Which editor to use: a downloaded desktop VS Code where there is a desktop and a way to the download, else the VS
 * Code server with a browser. SEAWORTHY_EDITOR=desktop or server decides it by hand.
 * @returns {Promise<'desktop' | 'server'>}
 */
export async function chooseEditor() {
  const chosen = process.env.SEAWORTHY_EDITOR;
  if (chosen === 'desktop' || chosen === 'server') return chosen;
  return hasDesktop() && (await canDownloadEditor()) ? 'desktop' : 'server';
}

export async function canDownloadEditor() {
  try {
    return (await fetch(DOWNLOADS, { signal: AbortSignal.timeout(PROBE_TIMEOUT_MS) })).ok;
  } catch {
    return false;
  }
}

/**
 * Sees to it that an editor is there, and tells test/editor/run.ts which.
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export const prepareEditor = once(async () => {
  if ((await chooseEditor()) === 'desktop') {
    say('editor: desktop VS Code, downloaded');
    return { SEAWORTHY_EDITOR: 'desktop' };
  }
  const [server, browser, node] = await Promise.all([ensureCodeServer(), ensureChromium(), ensureNode24()]);
  say('editor: VS Code server of code-server, in a browser');
  return {
    SEAWORTHY_EDITOR: 'server',
    SEAWORTHY_CODE_SERVER: server,
    SEAWORTHY_BROWSER: browser,
    SEAWORTHY_NODE: node,
  };
});
