// Runs test/editor in a real VS Code, with the extension installed from its VSIX. Started by "npm test -- --only editor".
import fs from 'node:fs';
import path from 'node:path';
import { writeCounts } from '../support/counts';
import { runDesktopSessions } from '../support/desktopSessions';
import { bundleForHost, findTestFiles } from '../support/editorFiles';
import { ServerSessions } from '../support/serverSessions';

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set; start this through "npm test -- --only editor"`);
  return value;
}

async function main(): Promise<void> {
  const countsFile = required('SEAWORTHY_TEST_COUNTS');
  const vsix = required('SEAWORTHY_VSIX');
  const files = findTestFiles(process.env['SEAWORTHY_TEST_FILE']);
  const runner = await bundleForHost([...files.first, ...files.phase2, ...files.untrusted]);
  if (required('SEAWORTHY_EDITOR') === 'desktop') {
    writeCounts(countsFile, await runDesktopSessions(files, { vsix, ...runner }));
    return;
  }
  const programs = {
    node: required('SEAWORTHY_NODE'),
    serverMain: required('SEAWORTHY_CODE_SERVER'),
    browser: required('SEAWORTHY_BROWSER'),
  };
  const screenshotsDir = required('SEAWORTHY_TEST_SCREENSHOTS');
  const taken = required('SEAWORTHY_TEST_TAKEN');
  const takes = (name: string): boolean => isFirst(path.join(taken, name));
  writeCounts(
    countsFile,
    await new ServerSessions({ programs, vsix, ...runner, screenshotsDir, takes }).run(files),
  );
}

/** Whether the file was not there: of several processes, one makes it. */
function isFirst(file: string): boolean {
  try {
    fs.closeSync(fs.openSync(file, 'wx'));
    return true;
  } catch (error) {
    // Anything else must not make a test that nobody runs.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

void main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
