import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { canDownloadEditor, chooseEditor, hasDesktop } from './editor.mjs';
import { say, step } from './output.mjs';
import { outDir, root } from './paths.mjs';
import { findProgram, runInTerminal, stopProcess, tail } from './process.mjs';
import { onShutdown } from './shutdown.mjs';
import { ensureCodeServer, ensureNode24 } from './tools.mjs';

/** Whether a desktop VS Code can be opened here, without making anyone wait for it. */
export async function canOpenDesktopEditor() {
  return hasDesktop() && (findProgram('code') !== undefined || (await canDownloadEditor()));
}

/** Opens a folder in an editor that has the extension loaded from this repository, and waits until it is closed. */
export async function openEditor(workspace, env) {
  const wantsDesktop = process.env.SEAWORTHY_EDITOR
    ? (await chooseEditor()) === 'desktop'
    : await canOpenDesktopEditor();
  return wantsDesktop ? openDesktop(workspace, env) : openServer(workspace, env);
}

async function openDesktop(workspace, env) {
  const program = findProgram('code') ?? (await downloadEditor());
  say('opening VS Code; this script ends when its window is closed');
  await runInTerminal(program, ['--new-window', '--wait', `--extensionDevelopmentPath=${root}`, workspace], {
    env,
  });
}

async function downloadEditor() {
  const { downloadAndUnzipVSCode } = await import('@vscode/test-electron');
  return step('downloading VS Code', () => downloadAndUnzipVSCode());
}

async function openServer(workspace, env) {
  const [node, serverMain] = [await ensureNode24(), await ensureCodeServer()];
  const token = randomBytes(12).toString('hex');
  const folder = path.join(outDir, 'start');
  const args = [serverMain, '--accept-server-license-terms', '--host', '127.0.0.1', '--port', '0'];
  args.push(
    '--connection-token',
    token,
    '--server-data-dir',
    path.join(folder, 'data'),
    '--disable-telemetry',
  );
  // The driver makes the page take the extension from the folder named in its address.
  args.push(
    '--extensions-dir',
    path.join(folder, 'extensions'),
    '--enable-smoke-test-driver',
    '--disable-workspace-trust',
  );
  const server = spawn(node, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = onShutdown(() => stopProcess(server, { graceMs: 5_000, group: true }));
  try {
    const port = await portOf(server);
    console.log(`\nVS Code is at\n  ${addressOf({ port, token, workspace })}\nCtrl-C ends it.`);
    await new Promise((resolve) => server.once('exit', resolve));
  } finally {
    await stop();
  }
}

function addressOf({ port, token, workspace }) {
  const payload = [
    ['extensionDevelopmentPath', `vscode-remote://127.0.0.1:${port}${root}`],
    ['skipWelcome', 'true'],
  ];
  const query = new URLSearchParams({ tkn: token, folder: workspace, payload: JSON.stringify(payload) });
  return `http://127.0.0.1:${port}/?${query}`;
}

/** Waits until the server says which port it listens on. */
function portOf(server) {
  return new Promise((resolve, reject) => {
    let log = '';
    const read = (chunk) => {
      log = (log + chunk).slice(-16_384);
      const port = /Extension host agent listening on (\d+)/.exec(log)?.[1];
      if (port) resolve(port);
    };
    server.stdout.setEncoding('utf8').on('data', read);
    server.stderr.setEncoding('utf8').on('data', read);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`the VS Code server exited with ${code}\n${tail(log)}`)));
  });
}
