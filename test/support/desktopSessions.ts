import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { spawnSync } from 'node:child_process';
import {
  downloadAndUnzipVSCode,
  resolveCliArgsFromVSCodeExecutablePath,
  runTests,
} from '@vscode/test-electron';
import { addCounts, addFailure, emptyCounts, readCounts } from './counts';
import type { Counts } from './counts';
import { bundleOf, copyWorkspace } from './editorFiles';
import type { EditorTestFiles } from './editorFiles';
import { removeFolder } from './editorServer';

export interface DesktopSessionsOptions {
  vsix: string;
  runnerExtension: string;
  runner: string;
}

/** Runs the test files in a downloaded desktop VS Code; tests on the page need the server and are skipped. */
export async function runDesktopSessions(
  files: EditorTestFiles,
  options: DesktopSessionsOptions,
): Promise<Counts> {
  const counts = emptyCounts();
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'seaworthy-editor-'));
  try {
    const executable = await downloadAndUnzipVSCode();
    const session = { ...options, counts, folder, executable };
    const lasting = copyWorkspace(path.join(folder, 'lasting'));
    installVsix(session);
    await runSession(session, '1', files.first, lasting);
    await runSession(session, '2', files.phase2, lasting);
    await runSession(session, 'untrusted', files.untrusted, copyWorkspace(path.join(folder, 'untrusted')));
  } finally {
    removeFolder(folder);
  }
  const reason = 'tests on the page need the VS Code server: SEAWORTHY_EDITOR=server';
  counts.skipped.push(...[...files.page, ...files.journey].map((title) => ({ title, reason })));
  return counts;
}

interface DesktopSession extends DesktopSessionsOptions {
  counts: Counts;
  folder: string;
  executable: string;
}

const profileArgs = (folder: string) => [
  `--user-data-dir=${path.join(folder, 'user-data')}`,
  `--extensions-dir=${path.join(folder, 'extensions')}`,
];

function installVsix({ executable, folder, vsix }: DesktopSession): void {
  const [cli = executable, ...args] = resolveCliArgsFromVSCodeExecutablePath(executable);
  const result = spawnSync(cli, [...args, ...profileArgs(folder), '--install-extension', vsix], {
    encoding: 'utf8',
    shell: process.platform === 'win32',
  });
  if (result.status !== 0) throw new Error(`${vsix} was not installed:\n${result.stdout}${result.stderr}`);
}

async function runSession(
  { executable, folder, counts, ...options }: DesktopSession,
  phase: string,
  names: string[],
  workspace: string,
): Promise<void> {
  if (names.length === 0) return;
  const countsFile = path.join(folder, `counts-${phase}.json`);
  const launchArgs = [workspace, ...profileArgs(folder)];
  if (phase !== 'untrusted') launchArgs.push('--disable-workspace-trust');
  let ended: unknown;
  try {
    await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: options.runnerExtension,
      extensionTestsPath: options.runner,
      launchArgs,
      extensionTestsEnv: {
        SEAWORTHY_TEST_PHASE: phase,
        SEAWORTHY_TEST_FILES: JSON.stringify(names.map(bundleOf)),
        SEAWORTHY_TEST_COUNTS: countsFile,
      },
    });
  } catch (error) {
    ended = error;
  }
  const reported = readCounts(countsFile);
  if (reported) addCounts(counts, reported);
  if (!reported || (ended && reported.failed === 0)) addFailure(counts, `editor session ${phase}`, ended);
}
